#: The clinic's programs are run by the clinic, never imported.
collect_ignore_glob = ["pairs/*", "healthy/*"]

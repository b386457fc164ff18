"""The lab's server: the runs over HTTP, for the page and for programs."""

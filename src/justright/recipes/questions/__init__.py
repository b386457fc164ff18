"""A file a question: each trains what it needs, and gives a reply."""

"""Say why a network does not learn."""

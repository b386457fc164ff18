"""A small population that trains at once, while somebody moves its levers."""

"""Read, understand, profile, clean, split and encode tables."""

"""Data that travels with the package, so that the demo needs no network."""

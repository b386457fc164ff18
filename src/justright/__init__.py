"""Justright designs, checks, trains, tunes and explains neural networks on your own data."""

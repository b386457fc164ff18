"""The checks before training."""

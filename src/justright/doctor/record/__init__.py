"""Figures and shapes of any PyTorch training, taken by hooks."""

"""The way out: a design written as one readable script of plain PyTorch."""

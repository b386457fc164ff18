"""The one population loop, and what it is made of."""

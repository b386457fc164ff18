"""Run somebody else's script as Python would, with an eye on it, and end all that it started."""

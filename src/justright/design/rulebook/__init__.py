"""The rule book, a chapter a lever."""

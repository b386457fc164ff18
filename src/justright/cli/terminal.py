"""How wide the terminal is."""

import shutil

NARROWEST, WIDEST = 60, 120  # characters of a line; longer ones are hard to read


def columns() -> int:
    """Characters of a line to print, 60 to 120; 100 where nothing tells.

    Example:
        >>> 60 <= columns() <= 120
        True
    """
    return min(max(shutil.get_terminal_size((100, 24)).columns, NARROWEST), WIDEST)

"""Files that a picture can be saved in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from justright.errors import JustrightError
from justright.report.plot import canvas

IMAGE_DPI = 150  # dots per inch of a saved picture; sharp on a page, small in a mail
#: A page of its own, and what matplotlib writes.
PAGE, DRAWN = ".html", (".png", ".svg", ".pdf")


def checked(path: str | Path) -> Path:
    """A path, once it is clear that a picture can be saved in it.

    Args:
        path: Where the picture should go.

    Returns:
        The same path.

    Raises:
        JustrightError: If its ending is none of a picture, or matplotlib is needed and missing.

    Example:
        >>> checked("rate.html").suffix
        '.html'
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in (PAGE, *DRAWN):
        raise JustrightError(
            f"{path.name!r} has none of the endings of a picture",
            f"one of {', '.join((PAGE, *DRAWN))}",
            try_=f"{path.stem or 'picture'}{PAGE}",
        )
    if ending in DRAWN:
        canvas()
    return path


def saved(path: str | Path, page: Callable[[], str], plot: Callable[[], Any]) -> Path:
    """Save a page for a browser (.html), or a picture (.png, .svg, .pdf).

    Args:
        path: The file; one that is there is replaced.
        page: Writes the page.
        plot: Draws the matplotlib Figure.

    Returns:
        The path.

    Raises:
        JustrightError: If the ending is another one, or matplotlib is needed and missing.
    """
    path = checked(path)
    if path.suffix.lower() == PAGE:
        path.write_text(page(), encoding="utf-8")
    else:
        plot().savefig(path, dpi=IMAGE_DPI)
    return path

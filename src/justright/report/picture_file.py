"""Files that a picture can be saved in."""

from pathlib import Path

from justright.errors import JustrightError
from justright.report.plot import canvas

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

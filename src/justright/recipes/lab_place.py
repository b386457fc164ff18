"""Where runs are kept, as the user names it; and what is said where they cannot be."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from justright.errors import JustrightError
from justright.lab import Lab

#: None for the usual lab, False for none, a file, or a lab.
Place = Lab | str | Path | bool | None

_told = logging.getLogger("justright.lab")


def lab_at(place: Place) -> Lab | None:
    """The lab at a place; None where nothing is to be kept.

    Args:
        place: As the user names it.

    Raises:
        LabError: If it cannot be used.

    Example:
        >>> lab_at(False) is None
        True
    """
    if place is False:
        return None
    lab = place if isinstance(place, Lab) else Lab(None if place is True else place)
    return None if lab.path is None else lab


@contextmanager
def harmless(give_up: Callable[[], None]) -> Iterator[None]:
    """Say once what fails inside, and go on: no training ends for the lab's sake.

    Args:
        give_up: Called where something failed, so that nothing more is tried.
    """
    try:
        yield
    except Exception as error:
        give_up()
        seen = error.seen if isinstance(error, JustrightError) else repr(error)
        _told.warning("the lab keeps nothing of this: %s; the training goes on", seen)

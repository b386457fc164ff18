"""What was measured of this machine, kept from one run to the next.

How many members a step holds is measured. It changes no result but in its last bits, and those only
where a matrix product is cut otherwise; kept, the same seed gives the same bits again.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from justright.train.calibration import known, remember

FOLDER = "JUSTRIGHT_CACHE"  # environment variable: where to keep it, in place of the user's cache


def memory_file() -> Path:
    """Where it is kept."""
    named = os.environ.get(FOLDER)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "justright"
    return (Path(named) if named else cache) / "members_per_step.json"


@contextmanager
def machine_memory() -> Iterator[None]:
    """Recall what was measured before, and afterwards keep what was measured inside.

    A memory that cannot be read or written is done without: all is then measured anew.
    """
    before: dict[str, int] = {}
    with suppress(OSError, RuntimeError, msgspec.DecodeError):
        before = msgspec.json.decode(memory_file().read_bytes(), type=dict[str, int])
    remember(before)
    try:
        yield
    finally:
        if known() != before:
            with suppress(OSError, RuntimeError):
                _keep(before | known())


def _keep(measured: dict[str, int]) -> None:
    path = memory_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: several programs may write at once.
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(msgspec.json.encode(measured))
    Path(part.name).replace(path)

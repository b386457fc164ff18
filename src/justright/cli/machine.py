"""Output for programs: one JSON object."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from justright.kinds.run_record import RunRecord


def record(run: "RunRecord", folder: Path | None) -> str:
    """A run record as JSON, with the model's folder first.

    Args:
        run: The record.
        folder: Where the model lies.

    Returns:
        One line of JSON. Figures that are not finite are null.
    """
    fields = msgspec.to_builtins(run)
    return text({"folder": None if folder is None else str(folder), **fields})


def text(fields: Any) -> str:
    """Anything made of plain values as one line of JSON."""
    return msgspec.json.encode(fields).decode()

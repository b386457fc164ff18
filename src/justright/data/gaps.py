"""Columns of which hardly anything is known."""

import polars as pl

from justright.data.goals import dropped
from justright.data.schema import Schema
from justright.kinds import Finding, Severity

MOST = 0.5  # share of missing cells above which a column is more gap than column (house convention)
_NAMED = 3  # columns named in a sentence


def gaps(frame: pl.DataFrame, schema: Schema) -> Finding | None:
    """Flag inputs that are missing in most rows.

    Args:
        frame: The typed rows to look at.
        schema: What each column is.

    Returns:
        One finding for all of them, the emptiest first.

    Example:
        >>> from justright.data import read, schema
        >>> rows = {"a": [1.5, 2, 4, *[None] * 9], "b": [5, 7, 6] * 4, "y": ["u", "v"] * 6}
        >>> prepared = schema.prepare(read.read(rows), "y")
        >>> gaps(prepared.frame, prepared.schema).sign
        "1 of 2 input columns is missing in more than 50 % of the rows (75 % of 'a')"
    """
    shares = {c.name: frame[c.name].null_count() / max(1, frame.height) for c in schema.inputs}
    empty = sorted((name for name in shares if shares[name] > MOST), key=lambda n: -shares[n])
    if not empty:
        return None
    shown = ", ".join(f"{100 * shares[name]:.0f} % of {name!r}" for name in empty[:_NAMED])
    more = f" and {len(empty) - _NAMED:,} more" if len(empty) > _NAMED else ""
    are = "is" if len(empty) == 1 else "are"
    return Finding(
        check="mostly-missing",
        severity=Severity.WARN,
        sign=(
            f"{len(empty):,} of {len(shares):,} input columns {are} missing in more than"
            f" {100 * MOST:.0f} % of the rows ({shown}{more})"
        ),
        meaning=(
            "their gaps are filled and marked; if the gaps came about otherwise in new rows, the"
            " score misleads"
        ),
        remedy=dropped(empty),
        column=empty[0],
        numbers={"columns": len(empty), "largest_share": shares[empty[0]]},
    )

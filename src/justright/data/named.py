"""Names of columns that the user gave: do they exist, do they contradict each other?"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import polars as pl

from justright.errors import DataError

_SHOWN = 10  # names listed in an error
_NEAR = 3  # names offered for one that does not exist


def near_names(name: str, names: Iterable[str]) -> list[str]:
    """Names that may have been meant, nearest first; case does not count.

    Example:
        >>> near_names("Prize", ["price", "size", "city"])
        ['price', 'size']
    """
    by_key = {other.lower(): other for other in names}
    return [by_key[key] for key in get_close_matches(name.lower(), by_key, n=_NEAR, cutoff=0.6)]


def refuse_unknown(frame: pl.DataFrame, name: str, use: str) -> None:
    """Raise if the table has no column of this name.

    Args:
        frame: The table.
        name: The name that the user gave.
        use: What it was given for: "target", "group", "order", "weight", "drop".

    Raises:
        DataError: If there is no such column.
    """
    if name in frame.columns:
        return
    near = near_names(name, frame.columns)
    shown = ", ".join(map(repr, frame.columns[:_SHOWN]))
    more = f" and {frame.width - _SHOWN:,} more" if frame.width > _SHOWN else ""
    guess = near[0] if near else frame.columns[-1]
    raise DataError(
        f"there is no column {name!r} for {use} among {frame.width:,} columns",
        f"one of {shown}{more}",
        try_=f"--{use} {guess!r}",
    )


def refuse_contradiction(
    targets: Sequence[str],
    drop: Sequence[str],
    group: str | None,
    order: str | None,
    weight: str | None = None,
) -> None:
    """Raise if one column was given two uses, or group and order were both given."""
    uses = [*(("target", name) for name in targets), ("group", group), ("order", order)]
    uses.append(("weight", weight))
    for use, name in uses:
        if name is not None and name in drop:
            raise DataError(
                f"column {name!r} is both the {use} and one of {len(drop):,} columns to drop",
                f"a {use} that is kept",
                try_=f"leave {name!r} out of --drop",
            )
    named = [name for _, name in uses if name is not None]
    if len(set(named)) < len(named):
        twice = next(name for name in named if named.count(name) > 1)
        both = " and ".join(use for use, name in uses if name == twice)
        raise DataError(
            f"column {twice!r} is named {named.count(twice)} times: as {both}",
            "a column of its own for each use",
            try_=f"name {twice!r} once",
        )
    if group is not None and order is not None:
        raise DataError(
            f"2 ways to part the rows are named: group {group!r} and order {order!r}",
            "one: a group may not cross a split, or the last rows are held out",
            try_=f"--group {group!r}, or --order {order!r}",
        )

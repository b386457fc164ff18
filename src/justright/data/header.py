"""Names of columns: none missing, none twice, not too many."""

from collections import Counter
from collections.abc import Sequence

from justright.errors import DataError
from justright.kinds import LogEntry

MAX_COLUMNS = 5_000  # columns; wider tables are rarely tables (house limit, keeps reading short)


def checked_names(names: Sequence[str], source: str) -> tuple[list[str], list[LogEntry]]:
    """Refuse names that stand twice and too many columns; give blank names a number.

    Args:
        names: Names as they stand in the source.
        source: The source, named in errors.

    Returns:
        Names, all different and none blank; what was done.

    Raises:
        DataError: If a name stands twice, or there are more than 5,000.

    Example:
        >>> checked_names(["", "a"], "x.csv")[0]
        ['column_1', 'a']
    """
    if len(names) > MAX_COLUMNS:
        raise DataError(
            f"{source!r} has {len(names):,} columns (first: {names[0]!r})",
            f"at most {MAX_COLUMNS:,} columns",
            try_="keep the columns that matter: read(pl.read_csv(path, columns=[...]))",
        )
    bare = [name.strip() for name in names]
    twice = [name for name, count in Counter(bare).items() if count > 1 and name]
    if twice:
        where = [n + 1 for n, name in enumerate(bare) if name == twice[0]]
        raise DataError(
            f"{source!r} has {len(twice):,} column names more than once"
            f" (first: {twice[0]!r}, columns {', '.join(map(str, where[:10]))})",
            "a name of its own for every column",
            try_=f"rename the second {twice[0]!r} to {twice[0] + '_2'!r} in the first line",
        )
    blank = [n for n, name in enumerate(bare) if not name]
    for n in blank:
        name = f"column_{n + 1}"
        bare[n] = name if name not in bare else f"{name}_blank"
    if not blank:
        return bare, []
    action = f"named {len(blank)} columns without a name, the first {bare[blank[0]]!r}"
    return bare, [
        LogEntry(
            room="data",
            subject="file",
            action=action,
            reason="a column needs a name to be spoken of",
            count=len(blank),
        )
    ]

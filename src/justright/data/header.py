"""Names of columns: none missing, none twice, not too many."""

import re
from collections import Counter
from collections.abc import Sequence

from justright.errors import DataError
from justright.kinds import LogEntry

MAX_COLUMNS = 5_000  # columns; wider tables are rarely tables (house limit, keeps reading short)
_PATTERN = re.compile(r"\*|\^.*\$", re.DOTALL)  # what polars takes for a pattern, not for a name


def checked_names(names: Sequence[str], source: str) -> tuple[list[str], list[LogEntry]]:
    """Refuse names that stand twice and too many columns; give blank names a number.

    Names that polars takes for patterns, "*" and "^...$", get a word before them.

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
        >>> checked_names(["*", "a"], "x.csv")[0]
        ['column *', 'a']
    """
    if len(names) > MAX_COLUMNS:
        raise DataError(
            f"{source!r} has {len(names):,} columns (first: {names[0]!r})",
            f"at most {MAX_COLUMNS:,} columns",
            try_="keep the columns that matter: read(pl.read_csv(path, columns=[...]))",
        )
    bare, log = _without_patterns([name.strip() for name in names])
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
        while name in bare:
            name += "_blank"
        bare[n] = name
    if blank:
        action = f"named {len(blank)} columns without a name, the first {bare[blank[0]]!r}"
        log.append(_entry(action, "a column needs a name to be spoken of", len(blank)))
    return bare, log


def _without_patterns(names: list[str]) -> tuple[list[str], list[LogEntry]]:
    """Names that stand for themselves alone; what was done.

    The new name does not hang on the column's place, so that training and new rows agree on it.
    """
    plain = [f"column {name}" if _PATTERN.fullmatch(name) else name for name in names]
    changed = [(old, new) for old, new in zip(names, plain, strict=True) if old != new]
    if not changed:
        return plain, []
    action = f"renamed {len(changed)} columns, the first {changed[0][0]!r} to {changed[0][1]!r}"
    return plain, [_entry(action, "the name would be a pattern for names", len(changed))]


def _entry(action: str, reason: str, count: int) -> LogEntry:
    return LogEntry(room="data", subject="file", action=action, reason=reason, count=count)

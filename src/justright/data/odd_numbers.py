"""Numbers that cannot be meant as they stand: codes for missing, lost points, impossible zeros."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.facts import FENCE, sample
from justright.kinds import Finding
from justright.kinds.finding import Severity

_Numbers = NDArray[np.float64]

#: Numbers that stand for "no value" in many files: nines, and -1 to -9.
_CODES = frozenset(
    sign * value for value in (99.0, 999.0, 9999.0, 99999.0, 999999.0) for sign in (1, -1)
) | {-1.0, -2.0, -7.0, -8.0, -9.0, -88.0, -32768.0, -2147483648.0, -99.99, -999.99}
_FEW_ROWS = 12  # numbers below which no shape of a column can be told (house convention)
_RARE_SHARE = 0.1  # share of the numbers above which a value is common, not odd (house convention)
_CODE_SHARE = 0.5  # the same for a code: half of a column may be missing (house convention)
_CHANCE = 1e-3  # probability below which something is no accident (house convention)
_JUMPS = (10.0, 100.0, 1000.0)  # what 1 to 3 lost decimal places multiply by
_NARROW = 10.0  # largest number over smallest below which a jump of 10 shows (house convention)
_CLEAR = 4.0  # a jump shows only where numbers stand this far beyond the others (house)
_MEASURE_LEVELS = 10  # different numbers of a measure; fewer are counts (house convention)
_FIRST_SHARE = 0.01  # quantile that stands for the smallest sound number (house convention)
_LEVEL_SHARE = 1 / 3  # smallest sound number over the median, for a measure far from 0 (house)
_ENDINGS = 5  # last digits that must occur, so that prices in 9 are not meant (house convention)
_LONG = 100.0  # smallest number of 3 digits


def odd_numbers(cells: pl.Series) -> tuple[Finding, ...]:
    """What looks impossible in a column of numbers; nothing is changed.

    Only the column itself is the evidence: codes for "missing" that stand far outside all other
    numbers; numbers 10, 100 or 1000 times too large because a decimal point was lost; zeros and
    negative numbers far below all others. Shapes are taken from at most 100,000 rows.

    Args:
        cells: Float64, null where missing, none infinite.

    Returns:
        At most one finding of each kind.

    Example:
        >>> ages = pl.Series("age", [20.0 + n % 50 for n in range(98)] + [999.0, 999.0])
        >>> [finding.check for finding in odd_numbers(ages)]
        ['missing-code']
        >>> odd_numbers(ages)[0].sign
        '999 stands in 2 of 100 cells, far outside all others (20 to 69)'
    """
    if cells.count() < _FEW_ROWS:
        return ()
    code = _missing_code(cells)
    rest = cells
    if code is not None:
        rest = cells.filter((cells != code.numbers["value"]).fill_null(False))
    values = sample(rest.drop_nulls()).to_numpy()
    found: list[Finding | None] = [code]
    if len(values) >= _FEW_ROWS:
        found += [_low(rest, values), _jump(rest, values) or _no_last_zero(rest, values)]
    return tuple(finding for finding in found if finding is not None)


def _missing_code(cells: pl.Series) -> Finding | None:
    """A code for "missing" at one end of the column, with a wide gap to the next number."""
    low, high = float(cells.min()), float(cells.max())  # type: ignore[arg-type]
    for value in (high, low):
        if value not in _CODES:
            continue
        same = (cells == value).fill_null(False)
        n, others = int(same.sum()), cells.filter(~same).drop_nulls()
        if len(others) < _FEW_ROWS or n > _CODE_SHARE * cells.count():
            continue
        least, most = float(others.min()), float(others.max())  # type: ignore[arg-type]
        gap = value - most if value > most else least - value
        outside = gap > (most - least) and most > least
        only_negative = n > 1 and value < 0 <= least and others.n_unique() > 1
        if not (outside or only_negative):
            continue
        where = "far outside all others" if outside else "the only negative number among others"
        return _finding(
            "missing-code",
            cells.name,
            f"{_plain(value)} stands in {n:,} of {len(cells):,} cells, {where}"
            f" ({_plain(least)} to {_plain(most)})",
            'it may stand for "no value"; as a number it misleads the network and its scale',
            f"frame.with_columns(pl.col({cells.name!r}).replace({_plain(value)}, None))",
            {"cells": float(n), "value": value},
        )
    return None


def _low(cells: pl.Series, values: _Numbers) -> Finding | None:
    """Zeros and negative numbers in a measure whose other numbers stay far above 0."""
    low = float(cells.min())  # type: ignore[arg-type]
    if low > 0 or (low == 0 and cells.max() == 1):  # scaled to 0 to 1: some cell must be the 0
        return None
    sound = values[values > 0]
    n = int((cells <= 0).sum())
    if len(sound) < _FEW_ROWS or n > _RARE_SHARE * cells.count():
        return None
    first, median = np.quantile(sound, (_FIRST_SHARE, 0.5))
    if first < _LEVEL_SHARE * median or len(np.unique(sound)) < _MEASURE_LEVELS:
        return None
    n_negative = int((cells < 0).sum())
    what = "0" if not n_negative else "below 0" if n_negative == n else "0 or below"
    return _finding(
        "impossible-number",
        cells.name,
        f"{n:,} of {len(cells):,} cells are {what}, while 99 % of the others are at least"
        f" {_plain(float(first))} (median {_plain(float(median))})",
        "the measure was not taken or was mistyped, unless there can be none of it",
        f"frame.with_columns(pl.when(pl.col({cells.name!r}) > 0).then(pl.col({cells.name!r})))",
        {"cells": float(n), "lowest": low, "first_percentile": float(first)},
        severity=Severity.WARN if n_negative else Severity.NOTE,
    )


def _jump(cells: pl.Series, values: _Numbers) -> Finding | None:
    """Numbers far above the others that fall among them once divided by 10, 100 or 1000."""
    q25, q75 = np.quantile(values, (0.25, 0.75))
    with np.errstate(over="ignore"):  # a fence at infinity keeps every value
        fence = q75 + FENCE * (q75 - q25)
    far, bulk = values[values > fence], values[values <= fence]
    positive = bulk[bulk > 0]
    if not len(far) or len(far) > _RARE_SHARE * len(values) * 2 or len(positive) < _FEW_ROWS:
        return None
    least, most = float(positive.min()), float(positive.max())
    times = next((t for t in _JUMPS if (far / t >= least).all() and (far / t <= most).all()), None)
    if times is None or far.min() < _CLEAR * most:
        return None
    whole = (int((bulk == np.floor(bulk)).sum()) + 1) / (len(bulk) + 2)  # Laplace's rule
    by_chance = whole ** len(far) if (far == np.floor(far)).all() else 1.0
    if by_chance > _CHANCE and most > _NARROW * least:
        return None
    n = int((cells > fence).sum())
    return _lost_point(
        cells.name,
        f"{n:,} of {len(cells):,} cells ({_plain(float(far.min()))} to {_plain(float(far.max()))})"
        f" fall among the others ({_plain(least)} to {_plain(most)}) once divided by"
        f" {times:,.0f}",
        f"divide them: pl.when(pl.col({cells.name!r}) > {_plain(most)}).then(pl.col("
        f"{cells.name!r}) / {times:.0f}).otherwise(pl.col({cells.name!r}))",
        {"cells": float(n), "times": times},
    )


def _no_last_zero(cells: pl.Series, values: _Numbers) -> Finding | None:
    """Whole numbers of 3 and more digits of which none ends with 0.

    30.83 becomes 3083 and 24.50 becomes 245: a decimal drops its last zeros before it loses its
    point. Of numbers that were always whole, one in ten ends with 0.
    """
    if not (values == np.floor(values)).all():
        return None
    long = values[np.abs(values) >= _LONG]
    n_short = len(values) - len(long)
    endings = np.bincount((np.abs(long) % 10).astype(np.int64), minlength=10)  # decimal digits
    if not n_short or 0.9 ** len(long) > _CHANCE * _CHANCE or endings[0] > 0.01 * len(long):
        return None
    if np.count_nonzero(endings[1:]) < _ENDINGS or len(np.unique(long)) < len(long) / 10:
        return None
    n_digits = sorted({len(_plain(abs(float(value)))) for value in np.unique(values)})
    if len(n_digits) < 3 or values.max() < _LONG * 10:
        return None
    return _lost_point(
        cells.name,
        f"{endings[0]:,} of {len(long):,} numbers of 3 and more digits end with 0, where one in"
        f" ten should; the numbers have {n_digits[0]} to {n_digits[-1]} digits",
        f"export the table again, with its decimal points, or leave it out: --drop {cells.name!r}",
        {"cells": float(len(long)), "ending_with_0": float(endings[0])},
    )


def _lost_point(name: str, sign: str, remedy: str, numbers: dict[str, float]) -> Finding:
    meaning = "a decimal point may have been lost: numbers that are alike lie far apart"
    return _finding("lost-decimal-point", name, sign, meaning, remedy, numbers)


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == np.floor(value) else f"{value:.6g}"


def _finding(
    check: str,
    column: str,
    sign: str,
    meaning: str,
    remedy: str,
    numbers: dict[str, float],
    *,
    severity: Severity = Severity.WARN,
) -> Finding:
    return Finding(
        check=check,
        severity=severity,
        sign=sign,
        meaning=meaning,
        remedy=remedy,
        column=column,
        numbers=numbers,
    )

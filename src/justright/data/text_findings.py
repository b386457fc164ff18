"""What stays doubtful when numbers and dates are read out of text."""

import polars as pl

from justright.data.date_text import either_order, order_counts
from justright.data.number_text import NumberReading
from justright.kinds import Finding, LogEntry
from justright.kinds.finding import Severity


def number_log(name: str, reading: NumberReading) -> tuple[LogEntry, ...]:
    """What was turned into something else while numbers were read.

    Example:
        >>> from justright.data.number_text import parse_numbers
        >>> number_log("w", parse_numbers(pl.Series(["1 kg", "2 kg", "500 g"])))[0].action
        "converted 'g' to 'kg'"
    """
    unit = reading.form.unit or ""
    goal = "plain numbers" if unit == "1" else repr(unit)
    lines = [
        _entry(name, f"converted {strange!r} to {goal}", "units that measure the same", n)
        for strange, n in reading.converted.items()
    ]
    if reading.n_other_mark:
        mark = "point" if reading.form.decimal_mark == "," else "comma"
        reason = "the cells cannot be read with the decimal mark of the others"
        lines.append(_entry(name, f"read with a decimal {mark}", reason, reading.n_other_mark))
    return tuple(lines)


def number_findings(name: str, reading: NumberReading) -> tuple[Finding, ...]:
    """Marks, units and shares that could mean something else.

    Example:
        >>> from justright.data.number_text import parse_numbers
        >>> reading = parse_numbers(pl.Series(["45 %", "0.5", "30 %"]))
        >>> [finding.check for finding in number_findings("p", reading)]
        ['mixed-percent']
    """
    found = []
    if reading.n_doubtful:
        mark = "comma" if reading.form.decimal_mark == "," else "point"
        found.append(
            _finding(
                "mixed-decimal-marks",
                name,
                f"both decimal marks occur, and {reading.n_doubtful:,} cells could be read with"
                " either",
                f"they were read with a decimal {mark}, the more frequent mark; if that is wrong,"
                " they are 1,000 times off",
                f"write one decimal mark throughout, or leave the column out: --drop {name!r}",
                cells=reading.n_doubtful,
            )
        )
    if reading.strange:
        found.append(_strange_units(name, reading))
    if reading.n_shares:
        found.append(
            _finding(
                "mixed-percent",
                name,
                f"{reading.n_shares:,} cells without % lie within 1, beside cells with %",
                "they may be shares from 0 to 1, and then they are 100 times too small",
                "write percent in every cell, or in none",
                cells=reading.n_shares,
            )
        )
    return tuple(found)


def _strange_units(name: str, reading: NumberReading) -> Finding:
    base = reading.form.unit
    n = sum(reading.strange.values())
    units = ", ".join(repr(unit) for unit in list(reading.strange)[:3])
    missing = reading.values.null_count() > 0
    fate = "they became missing" if missing else "their numbers were taken as they stand"
    return _finding(
        "mixed-units",
        name,
        f"{n:,} cells have another unit than {base!r}: {units}",
        f"how to turn it into {base!r} is not known, so {fate}",
        f"convert them before, or leave the column out: --drop {name!r}",
        cells=n,
    )


def date_findings(text: pl.Series, formats: tuple[str, ...]) -> tuple[Finding, ...]:
    """Dates whose day and month could be the other way round.

    Args:
        text: The cells as text, null where missing.
        formats: The formats that read them, the main one first.

    Example:
        >>> cells = pl.Series("when", ["01/02/2020", "03/04/2020"])
        >>> date_findings(cells, ("%m/%d/%Y",))[0].check
        'day-or-month'
    """
    numeric = [form for form in formats if form[:5] in ("%d/%m", "%m/%d", "%d-%m", "%m-%d")]
    if not numeric:
        return ()
    n_day, n_month = order_counts(text)
    if (n_day > 0) != (n_month > 0):
        return ()
    n_either = int(either_order(text).sum())
    if n_day:
        sign = (
            f"{n_day:,} cells can only have the day first and {n_month:,} only the month;"
            f" {n_either:,} could have either"
        )
    else:
        sign = f"no day is beyond 12: in {n_either:,} cells day and month could change places"
    return (
        _finding(
            "day-or-month",
            text.name,
            sign,
            f"those cells were read as {numeric[0]}; if that is wrong, they are other dates",
            "write the dates as 2020-12-31",
            cells=n_either,
        ),
    )


def _finding(
    check: str, column: str, sign: str, meaning: str, remedy: str, *, cells: int
) -> Finding:
    return Finding(
        check=check,
        severity=Severity.WARN,
        sign=sign,
        meaning=meaning,
        remedy=remedy,
        column=column,
        numbers={"cells": float(cells)},
    )


def _entry(subject: str, action: str, reason: str, count: int) -> LogEntry:
    return LogEntry(room="data", subject=subject, action=action, reason=reason, count=count)

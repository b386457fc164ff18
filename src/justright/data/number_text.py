"""Numbers that were written as text: units, money, thousands marks, decimal commas."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from justright.data.units_of_measure import (
    MONEY,
    Conversion,
    base_unit,
    conversion,
    is_money,
)
from justright.data.words import CURRENCY, MISSING_AMONG_NUMBERS, UNIT

DecimalMark = Literal[".", ","]

#: Number, then unit: the sign may stand before or behind the money, or last of all.
_PARTS = (
    rf"^(?P<sign>[+-]?)\s*(?P<money>(?:{CURRENCY})?)\s*"
    rf"(?P<number>[+-]?[0-9.,][0-9.,'’ ]*(?:[eE][+-]?[0-9]+)?)\s*(?P<unit>(?:{UNIT})?)"
    r"\s*(?P<last>-?)$"
)
_END = r"(?:[eE][+-]?[0-9]+)?$"
#: Thousands in groups of three (or two, as in India), or no groups at all.
_POINT = (
    r"^[+-]?(?:[0-9]{1,3}(?:[,'’ ][0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|[0-9]+)?"
    rf"(?:\.[0-9]*)?{_END}"
)
_COMMA = rf"^[+-]?(?:[0-9]{{1,3}}(?:[.'’ ][0-9]{{3}})+|[0-9]+)?(?:,[0-9]*)?{_END}"
#: Hours and minutes, or hours, minutes and seconds.
_CLOCK = r"^(-?[0-9]+):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]+)?))?$"
#: The unit of a column of such times: they are kept in seconds.
CLOCK = "h:mm:ss"
_CLOCK_SHARE = 0.5  # share of the cells that must be such times (house convention)
_FORMS: Mapping[DecimalMark, str] = {".": _POINT, ",": _COMMA}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberForm:
    """How the numbers of a column are written.

    Attributes:
        decimal_mark: What stands before the fraction, unless a cell shows otherwise.
        unit: The unit that the numbers are kept in, in lower case, where they have one.
    """

    decimal_mark: DecimalMark = "."
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberReading:
    """Numbers read out of text, and what was met on the way.

    Attributes:
        values: Float64; null where a cell holds no number.
        form: How the numbers are written.
        n_other_mark: Cells that can only be read with the other decimal mark, and were.
        n_doubtful: Cells that both marks can read, in a column that uses both.
        converted: Units that were turned into the base unit, with their counts.
        strange: Units that could not be, with their counts; money is read as it stands.
        n_shares: Cells without a unit, none beyond 1, in a column of percent.
    """

    values: pl.Series
    form: NumberForm
    n_other_mark: int = 0
    n_doubtful: int = 0
    converted: Mapping[str, int] = field(default_factory=dict)
    strange: Mapping[str, int] = field(default_factory=dict)
    n_shares: int = 0


def present(text: pl.Series) -> pl.Series:
    """Text without the words that mean "missing" among numbers; those become null.

    Example:
        >>> present(pl.Series(["1", "n/a", " - "])).to_list()
        ['1', None, None]
    """
    bare = text.str.strip_chars()
    return bare.set(bare.str.to_lowercase().is_in(list(MISSING_AMONG_NUMBERS)), None)


def read_numbers(text: pl.Series, form: NumberForm | None = None) -> tuple[pl.Series, NumberForm]:
    """Read numbers out of text; cells that hold none become null.

    Money signs, units, times (in seconds), thousands marks, and brackets or a last minus for
    negative numbers are understood. The decimal mark is the one that reads more of the cells, the
    point if both do; a cell that only the other mark can read is read with that. Units that
    measure the same are turned into the most frequent one.

    Args:
        text: Cells, any text.
        form: How the numbers are written, where it is known.

    Returns:
        The numbers (Float64), and how they are written.

    Example:
        >>> read_numbers(pl.Series(["€ 1.234,5", "12", "(3)"]))[0].to_list()
        [1234.5, 12.0, -3.0]
        >>> read_numbers(pl.Series(["12 kg", "7.5 kg", "500 g", "3 boxes"]))[0].to_list()
        [12.0, 7.5, 0.5, None]
    """
    reading = parse_numbers(text, form)
    return reading.values, reading.form


def parse_numbers(text: pl.Series, form: NumberForm | None = None) -> NumberReading:
    """Read numbers out of text as `read_numbers` does, and count what was met on the way.

    Example:
        >>> parse_numbers(pl.Series(["1.5", "2.25", "3,5", "1,234"])).n_doubtful
        1
    """
    if form is None or (form.decimal_mark == "." and form.unit is None):
        plain = _plain(text)
        if plain is not None:
            return NumberReading(values=plain, form=form or NumberForm())
    if form is None or form.unit == CLOCK:
        seconds = _seconds(text)
        if seconds.count() > _CLOCK_SHARE * text.count() or form is not None:
            return NumberReading(values=seconds, form=form or NumberForm(unit=CLOCK))
    parts = _parts(text)
    number = parts["number"]
    fits = {mark: number.str.contains(pattern).fill_null(False) for mark, pattern in _FORMS.items()}
    mark = form.decimal_mark if form else _decimal_mark(fits, parts)
    other: DecimalMark = "." if mark == "," else ","
    by_other = fits[other] & ~fits[mark]
    values = _cast(number.set(~fits[mark], None), mark)
    n_other = int(by_other.sum())
    if n_other:
        values = values.zip_with(~by_other, _cast(number.set(~by_other, None), other))
    doubtful = fits[mark] & fits[other] & number.str.contains("[.,]").fill_null(False)
    minus = parts["minus"].fill_null(False)
    values = _words_of_infinity(text, values.zip_with(~minus, -values))
    return _with_units(
        values.alias(text.name),
        parts,
        form.unit if form else None,
        NumberReading(
            values=values,
            form=NumberForm(decimal_mark=mark),
            n_other_mark=n_other,
            n_doubtful=int(doubtful.sum()) if n_other else 0,
        ),
    )


def _plain(text: pl.Series) -> pl.Series | None:
    """The numbers, where every cell is one as a computer writes it."""
    head = text.head(100)  # cells that tell a column of units early; the count is no limit
    if head.cast(pl.Float64, strict=False).null_count() > head.null_count():
        return None
    values = text.cast(pl.Float64, strict=False)
    if values.null_count() > text.null_count() or values.is_nan().any():
        return None
    return values


def _seconds(text: pl.Series) -> pl.Series:
    """Times of day and durations in seconds; null where a cell is none."""
    if not text.head(100).str.contains(":", literal=True).any():  # too few to be the half
        return pl.Series(text.name, [None] * len(text), dtype=pl.Float64)
    parts = text.str.strip_chars().str.extract_groups(_CLOCK).struct.unnest()
    hours, minutes, seconds = (column.cast(pl.Float64) for column in parts.iter_columns())
    minus = parts.to_series(0).str.starts_with("-").fill_null(False)
    size = hours.abs() * 3600 + minutes * 60 + seconds.fill_null(0.0)  # seconds per hour, minute
    return size.zip_with(~minus, -size).alias(text.name)


def _parts(text: pl.Series) -> pl.DataFrame:
    """Columns number, unit in lower case, money (whether a sign of it led), minus."""
    bare = text.str.strip_chars()
    if bare.str.len_bytes().sum() != bare.str.len_chars().sum():  # else all ASCII: nothing to do
        bare = bare.str.replace_all("[\u2212\u2013]", "-")
        bare = bare.str.replace_all("[\u00a0\u2009\u202f]", " ")
    bracketed = bare.str.contains(r"^\(.*[0-9].*\)$").fill_null(False)
    if bracketed.any():
        bare = bare.zip_with(~bracketed, bare.str.strip_chars("()").str.strip_chars())
    parts = bare.str.extract_groups(_PARTS).struct.unnest()
    sign, money, number, unit, last = (parts[name] for name in parts.columns)
    unit = unit.zip_with(unit != "", money).str.to_lowercase()
    return pl.DataFrame(
        {
            "number": number.str.strip_chars(),
            "unit": unit,
            "money": money != "",
            "minus": (sign == "-") | (last == "-") | bracketed,
        }
    )


def _cast(number: pl.Series, mark: DecimalMark) -> pl.Series:
    plain = number.str.replace_all("['’ ]", "")
    if mark == ",":
        plain = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        plain = plain.str.replace_all(",", "", literal=True)
    return plain.cast(pl.Float64, strict=False)


def _decimal_mark(fits: Mapping[DecimalMark, pl.Series], parts: pl.DataFrame) -> DecimalMark:
    """The mark that fits most cells. Money with three digits after each mark has none."""
    by_point, by_comma = int(fits["."].sum()), int(fits[","].sum())
    if by_point == by_comma:
        pointed = parts["number"].str.contains(".", literal=True).fill_null(False)
        money = parts["unit"].filter(pointed & parts["unit"].is_not_null())
        return "," if len(money) > 1 and all(map(is_money, money.unique())) else "."
    return "," if by_comma > by_point else "."


def _with_units(
    values: pl.Series, parts: pl.DataFrame, base: str | None, reading: NumberReading
) -> NumberReading:
    """Turn the numbers into the base unit; those of a unit that it does not know become null."""
    units = parts["unit"]
    has_number = values.is_not_null()
    counts = {
        unit: n
        for unit, n in units.filter(has_number).value_counts(sort=True).iter_rows()
        if unit is not None
    }
    base = base or base_unit(counts, has_money=bool(parts["money"].any()))
    known = {unit: change for unit in counts if (change := conversion(unit, base)) is not None}
    strange = {unit: n for unit, n in counts.items() if unit not in known}
    both_money = {unit for unit in strange if is_money(unit) and is_money(base or "")}
    known |= dict.fromkeys(both_money, Conversion())
    converted = {unit: counts[unit] for unit, change in known.items() if change != Conversion()}
    if converted or len(known) < len(counts):
        words = list(known)
        factor = units.replace_strict(
            words, [known[word].factor for word in words], default=None, return_dtype=pl.Float64
        )
        offset = units.replace_strict(
            words, [known[word].offset for word in words], default=None, return_dtype=pl.Float64
        )
        values = values * factor + offset
    return NumberReading(
        values=values,
        form=NumberForm(decimal_mark=reading.form.decimal_mark, unit=MONEY.get(base or "", base)),
        n_other_mark=reading.n_other_mark,
        n_doubtful=reading.n_doubtful,
        converted=converted,
        strange=strange,
        n_shares=_shares_beside_percent(values, units) if base == "%" and "" in counts else 0,
    )


def _shares_beside_percent(values: pl.Series, units: pl.Series) -> int:
    bare = values.filter((units == "").fill_null(False)).drop_nulls()
    percent = values.filter((units == "%").fill_null(False)).abs().median()
    small = bool((bare.abs() <= 1).all()) and float(percent or 0) > 1  # type: ignore[arg-type]
    return len(bare) if small else 0


def _words_of_infinity(text: pl.Series, values: pl.Series) -> pl.Series:
    """Put in the infinities that were written as words."""
    words = text.str.strip_chars().str.to_lowercase()
    if not words.str.contains(r"^[+-]?inf(inity)?$").any():
        return values
    minus = words.is_in(["-inf", "-infinity"])
    plus = words.is_in(["inf", "+inf", "infinity", "+infinity"])
    return values.set(minus.fill_null(False), float("-inf")).set(
        plus.fill_null(False), float("inf")
    )

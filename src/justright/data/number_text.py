"""Numbers that were written as text: units, money, thousands marks, decimal commas."""

from typing import Literal

import polars as pl

from justright.data.words import CURRENCY, MISSING_AMONG_NUMBERS, UNIT

DecimalMark = Literal[".", ","]

#: Number, then unit: the sign may stand before or behind the money.
_PARTS = (
    rf"^(?P<sign>[+-]?)\s*(?:{CURRENCY})?\s*"
    rf"(?P<number>[+-]?[0-9.,][0-9.,'’ ]*(?:[eE][+-]?[0-9]+)?)\s*(?P<unit>(?:{UNIT})?)$"
)
#: Thousands in groups of three, or no groups at all.
_POINT = r"^[+-]?(?:[0-9]{1,3}(?:[,'’ ][0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?$"
_COMMA = r"^[+-]?(?:[0-9]{1,3}(?:[.'’ ][0-9]{3})+|[0-9]+)?(?:,[0-9]*)?(?:[eE][+-]?[0-9]+)?$"


def present(text: pl.Series) -> pl.Series:
    """Text without the words that mean "missing" among numbers; those become null.

    Example:
        >>> present(pl.Series(["1", "n/a", " - "])).to_list()
        ['1', None, None]
    """
    bare = text.str.strip_chars()
    return bare.set(bare.str.to_lowercase().is_in(list(MISSING_AMONG_NUMBERS)), None)


def read_numbers(
    text: pl.Series, decimal_mark: DecimalMark | None = None
) -> tuple[pl.Series, DecimalMark]:
    """Read numbers out of text; cells that hold none become null.

    Money signs, one unit, thousands marks and brackets for negative numbers are understood.
    The decimal mark is the one that reads more of the cells, the point if both do.

    Args:
        text: Cells, any text.
        decimal_mark: The mark to read with, where it is known.

    Returns:
        The numbers (Float64), and the decimal mark that read them.

    Example:
        >>> read_numbers(pl.Series(["€ 1.234,5", "12", "(3)"]))[0].to_list()
        [1234.5, 12.0, -3.0]
        >>> read_numbers(pl.Series(["12 kg", "7.5 kg", "500 g"]))[0].to_list()
        [12.0, 7.5, None]
    """
    parts = _parts(text)
    number = parts["number"]
    mark = decimal_mark or _decimal_mark(number)
    good = number.str.contains(_COMMA if mark == "," else _POINT)
    plain = number.set(~good.fill_null(False), None).str.replace_all("['’ ]", "")
    if mark == ",":
        plain = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        plain = plain.str.replace_all(",", "", literal=True)
    values = plain.cast(pl.Float64, strict=False)
    values = values.zip_with(~parts["minus"].fill_null(False), -values)
    return _words_of_infinity(text, values).alias(text.name), mark


def _parts(text: pl.Series) -> pl.DataFrame:
    """Columns number, unit, minus; the number is null where the unit is not the usual one."""
    bare = (
        text.str.strip_chars()
        .str.replace_all("[\u2212\u2013]", "-")
        .str.replace_all("[\u00a0\u2009\u202f]", " ")
    )
    bracketed = bare.str.contains(r"^\(.*[0-9].*\)$").fill_null(False)
    bare = bare.zip_with(~bracketed, bare.str.strip_chars("()"))
    parts = bare.str.extract_groups(_PARTS).struct.unnest()
    units = parts["unit"].str.to_lowercase()
    usual = units.filter(units != "").value_counts(sort=True)
    if usual.height > 1:
        parts = parts.with_columns(
            pl.when(units.is_in(["", usual["unit"][0]])).then(pl.col("number")).alias("number")
        )
    return parts.with_columns(((parts["sign"] == "-") | bracketed).alias("minus")).with_columns(
        pl.col("number").str.strip_chars()
    )


def _decimal_mark(number: pl.Series) -> DecimalMark:
    by_point = number.str.contains(_POINT).sum() or 0
    by_comma = number.str.contains(_COMMA).sum() or 0
    return "," if by_comma > by_point else "."


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

"""Words that stand for a missing value, for true and for false; numbers with their noun."""

#: Words that mean "no value" in any column, in lower case: those that pandas, R and OpenML share,
#: and the faults of spreadsheets. "none", "unknown" and "-" can be categories and are not here.
MISSING_ANYWHERE = frozenset(
    {
        *("", "na", "n/a", "#n/a", "#na", "nan", "-nan", "null", "(null)", "<na>", "?", "\\n"),
        *("#value!", "#div/0!", "#ref!", "#num!", "#null!", "#name?", "1.#ind", "-1.#ind"),
    }
)

#: Words that mean "no value" in a column of numbers, booleans or dates.
MISSING_AMONG_NUMBERS = MISSING_ANYWHERE | {
    *("-", "--", "---", "–", "—", ".", "..", "...", "*", "x", "none", "nil", "missing", "unknown"),
    *("n.a.", "n.a", "n.d.", "nd", "not available", "not applicable", "nat", "tbd", "inf."),
    "empty",
}

TRUE_WORDS = frozenset({"true", "t", "yes", "y", "on", "1", "1.0"})
FALSE_WORDS = frozenset({"false", "f", "no", "n", "off", "0", "0.0"})

#: Marks and codes of money that may stand before or behind a number.
CURRENCY = r"[€$£¥₹₽]|EUR|USD|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|CAD|AUD"

#: A unit behind a number: a letter or a sign, then at most 9 more letters, digits or signs.
UNIT = r"[%‰€$£¥₹₽°µ\p{L}][\p{L}0-9°²³/%µ·^]{0,9}"


def counted(number: int, word: str = "row") -> str:
    """A number and its noun.

    Example:
        >>> counted(1, "row"), counted(2_000, "row")
        ('1 row', '2,000 rows')
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"

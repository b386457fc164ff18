"""Text whose bytes were read in a wrong encoding, put right again."""

import polars as pl

#: UTF-8 letters of two or three bytes, read as cp1252: a lead byte, then one that follows it.
_BROKEN = (
    "[\u00c2-\u00df\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192"
    "\u02c6\u02dc\u2013-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_MOST_PASSES = 2  # text that was broken twice is mended twice


def mend_encoding(text: pl.Series) -> pl.Series:
    """Mend text that was written as UTF-8 and read as cp1252; other text is left as it is.

    A cell is mended only where its letters, written as cp1252, are whole UTF-8.

    Args:
        text: Text, null where missing.

    Example:
        >>> mend_encoding(pl.Series(["FranÃ§ois", "Łódź", "SÃO"])).to_list()
        ['François', 'Łódź', 'SÃO']
    """
    for _ in range(_MOST_PASSES):
        broken = is_broken(text)
        if not broken.any():
            break
        words = text.filter(broken).unique()
        text = text.replace(words, pl.Series([mended(word) for word in words], dtype=pl.String))
    return text


def is_broken(text: pl.Series) -> pl.Series:
    """True where a cell may be UTF-8 that was read as cp1252.

    Example:
        >>> is_broken(pl.Series(["FranÃ§ois", "François", None])).to_list()
        [True, False, False]
    """
    if text.str.len_bytes().sum() == text.str.len_chars().sum():  # all ASCII: far quicker to tell
        return pl.repeat(False, len(text), eager=True)
    return text.str.contains(_BROKEN).fill_null(False)


def mended(word: str) -> str:
    """One word mended, or as it was.

    Example:
        >>> mended("â‚¬ 5"), mended("café")
        ('€ 5', 'café')
    """
    try:
        return _as_cp1252(word).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return word


def _as_cp1252(word: str) -> bytes:
    """Bytes of a word; the 5 that cp1252 leaves undefined stand for themselves."""
    return b"".join(
        letter.encode("latin-1") if "\x80" <= letter <= "\x9f" else letter.encode("cp1252")
        for letter in word
    )

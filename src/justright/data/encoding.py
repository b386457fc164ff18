"""Find out whether bytes are text, and in which encoding."""

import codecs
from pathlib import Path

import charset_normalizer

from justright.errors import DataError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: First bytes of files that are not text, and what they are.
_MAGIC = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet (.xlsx, .ods)"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document (.xls, .doc)"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy file"),
    (b"\x1f\x8b", "a gzip file"),
    *((bytes((0x80, n)), "a Python pickle") for n in range(2, 6)),  # pickle protocols 2 to 5
)
#: Beside cp1252, these are told apart by their letters; cp1250 is not, short texts look alike.
_OTHERS = ("cp1252", "cp1251", "koi8_r", "shift_jis", "gb18030", "big5", "euc_kr", "euc_jp")
HEAD_BYTES = 1_048_576  # bytes looked at for the form: room for 5,000 names and some rows
_UTF16_NULS = 0.3  # share of zero bytes in every second place of Latin UTF-16 (house convention)
_CONTROL_SHARE = 0.02  # share of control bytes above which bytes are no text (house convention)
_LETTERS_SHOWN = 65_536  # bytes given to the guess of the encoding: a second's work at most
_CONTROLS = bytes(n for n in range(32) if n not in (9, 10, 12, 13))  # tab, LF, FF, CR are text


def find_encoding(head: bytes, path: Path) -> str:
    """Name the encoding of the first bytes of a file.

    Args:
        head: First bytes; a character may be cut at the end.
        path: The file, named in errors.

    Returns:
        A codec name of Python; "utf-8" for plain ASCII.

    Raises:
        DataError: If the bytes are not text.

    Example:
        >>> find_encoding("café".encode("latin-1"), Path("a.csv"))
        'cp1252'
    """
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    refuse_known_binary(head, path)
    if b"\0" in head:
        return _utf16(head, path)
    if len(head.translate(None, _CONTROLS)) < len(head) * (1 - _CONTROL_SHARE):
        n_bad = len(head) - len(head.translate(None, _CONTROLS))
        raise _not_text(path, f"{n_bad:,} control bytes in the first {len(head):,} bytes")
    return "utf-8" if _is_utf8(head) else _single_byte(head)


def refuse_known_binary(head: bytes, path: Path) -> None:
    """Raise if the first bytes belong to a known kind of file that is not text."""
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise _not_text(path, f"its first bytes are those of {what}")


def _not_text(path: Path, why: str) -> DataError:
    return DataError(
        f"{path.name!r} is not a text table: {why}",
        "a table as CSV, Parquet, Arrow or JSON lines, with the ending that fits",
        try_='open it in the program that made it and save it as "table.csv"',
    )


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return True


def _utf16(head: bytes, path: Path) -> str:
    """UTF-16 without a mark: every second byte of Latin text is zero."""
    even, odd = head[::2], head[1::2]
    if odd.count(0) >= _UTF16_NULS * len(odd) and even.count(0) < odd.count(0) / 10:
        return "utf-16-le"
    if even.count(0) >= _UTF16_NULS * len(even) and odd.count(0) < even.count(0) / 10:
        return "utf-16-be"
    n_nuls = head.count(0)
    raise _not_text(
        path, f"{n_nuls:,} zero bytes in the first {len(head):,} (first: byte {head.index(0):,})"
    )


def _single_byte(head: bytes) -> str:
    """cp1252 where single accents stand among plain letters; else the guess by letters."""
    foreign = b"\n".join(line for line in head.splitlines() if not line.isascii())
    n_high = sum(byte > 127 for byte in foreign[:_LETTERS_SHOWN])
    n_plain = sum(chr(byte).isalpha() for byte in foreign[:_LETTERS_SHOWN] if byte < 128)
    name = "cp1252"
    if n_high > n_plain:
        shown = foreign[:_LETTERS_SHOWN]
        guess = charset_normalizer.from_bytes(shown, cp_isolation=list(_OTHERS)).best()
        name = guess.encoding if guess else name
    try:
        codecs.getincrementaldecoder(name)().decode(head, final=False)
    except UnicodeDecodeError:
        return "latin-1"
    return name

"""Read a CSV or TSV file, whatever its encoding, delimiter and decimal mark."""

import csv
import gzip
import io
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import polars as pl

from justright.data.encoding import HEAD_BYTES, find_encoding
from justright.data.footer import without_totals
from justright.data.header import checked_names
from justright.data.preamble import Preamble, find_preamble
from justright.data.sniff import DELIMITERS, Form, find_form
from justright.data.table import Table
from justright.errors import DataError
from justright.kinds import LogEntry

_INFER_ROWS = 10_000  # rows from which polars takes column types; more costs a second pass
_CODE_SHARE = 0.05  # share of cells that begin with 0 and another digit (house convention)
_ROW_NAME = "row_name"
_NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """Where the bytes of a table are and how they are written."""

    path: Path
    source: str | bytes
    form: Form
    names: list[str]
    preamble: Preamble
    narrow_header: bool


def read_text(path: Path) -> Table:
    """Read a CSV or TSV file, packed with gzip or not.

    Args:
        path: An existing file.

    Returns:
        The table; its log says which encoding, delimiter and decimal mark were found.

    Raises:
        DataError: If the file is empty, not text, has no rows, or rows longer than the header.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.csv"
        >>> _ = path.write_text("a;b\\n1,5;x\\n")
        >>> read_text(path).frame.rows()
        [(1.5, 'x')]
    """
    head = _head(path)
    encoding = find_encoding(head, path)
    try:
        return _read(path, head, encoding)
    except UnicodeDecodeError:
        return _read(path, head, "cp1252" if encoding == "utf-8" else "latin-1")


def _read(path: Path, head: bytes, encoding: str) -> Table:
    text_head = head.decode(encoding, errors="replace").lstrip("\ufeff")
    if not text_head.strip():
        raise DataError(
            f"{path.name!r} holds only white space",
            "a first line with column names, then at least 10 rows",
            try_="export the table again",
        )
    preamble = find_preamble(text_head, DELIMITERS)
    form = find_form("".join(text_head.splitlines(keepends=True)[preamble.n_lines :]))
    names, log = checked_names(_header(form), path.name)
    text = _Text(
        path=path,
        source=_source(path, encoding, text_head),
        form=form,
        names=names,
        preamble=preamble,
        narrow_header=len(names) > len(form.header),
    )
    frame, more = _frame(text)
    log += _above(text)
    if frame.height == 0:
        raise DataError(
            f"{path.name!r} has 0 rows below its {len(names):,} column names (first: {names[0]!r})",
            "at least 10 rows below the first line",
            try_="export the table again, with its rows",
        )
    return Table(frame=frame, source=path.name, log=(_found(text, encoding), *log, *more))


def _header(form: Form) -> tuple[str, ...]:
    """Names of the columns, where every row may have one cell more than the first line.

    R writes the names of rows so; other programs end every row with a delimiter.
    """
    width = len(form.header)
    if width < 2 or {len(row) for row in form.rows} != {width + 1}:
        return form.header
    if all(not row[-1].strip() for row in form.rows):
        return (*form.header, "")
    return (_ROW_NAME, *form.header)


def _above(text: _Text) -> list[LogEntry]:
    """Lines on what stood above the table, and on names that were not named."""
    log = []
    if text.preamble.n_lines:
        reason = "titles, comments or blank lines; the names of the columns come after them"
        log.append(_entry("left out first lines", reason, text.preamble.n_lines))
    if text.narrow_header and text.names[0] == _ROW_NAME:
        reason = "every row has one cell more than the first line"
        log.append(_entry(f"named the first column {_ROW_NAME!r}", reason, 1))
    return log


def _found(text: _Text, encoding: str) -> LogEntry:
    form = text.form
    numeric = [cell for cell in text.names if cell.replace(".", "", 1).lstrip("+-").isdigit()]
    reason = "as found in the first lines"
    if len(numeric) == len(text.names) > 1:
        reason += "; all column names are numbers: does the first line hold names?"
    action = (
        f"read as {encoding}, delimiter {_NAMES[form.delimiter]}, decimal mark"
        f" {'comma' if form.decimal_mark == ',' else 'point'}"
    )
    return LogEntry(room="data", subject="file", action=action, reason=reason)


def _open(path: Path) -> io.BufferedIOBase:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _head(path: Path) -> bytes:
    with _open(path) as file:
        return file.read(HEAD_BYTES)


def _source(path: Path, encoding: str, head: str) -> str | bytes:
    """The path, where polars can read it as it is; else the whole text as UTF-8 bytes."""
    old_mac = "\r" in head and "\n" not in head
    plain = encoding in ("utf-8", "utf-8-sig") and not old_mac
    if plain and path.suffix.lower() != ".gz":
        return str(path)
    with _open(path) as file:
        whole = file.read()
    if plain:
        return whole
    text = whole.decode(encoding).lstrip("\ufeff")
    return (text.replace("\r", "\n") if old_mac else text).encode()


def _frame(text: _Text) -> tuple[pl.DataFrame, list[LogEntry]]:
    """Read with types taken from the first rows; failing that as text, typed afterwards."""
    log: list[LogEntry] = []
    try:
        frame = _polars(text)
    except pl.exceptions.PolarsError as error:
        _refuse_encoding(error)
        frame, log = _slowly(text)
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if frame.width > 1 and blank.any():
        n_blank = int(blank.sum())
        frame = frame.filter(~blank)
        log.append(_entry("removed blank lines", "they hold no cell", n_blank))
    if frame.height:
        frame, footer = without_totals(frame)
        log += footer
    return frame, log


def _polars(text: _Text, *, quote: str | None = '"', infer: bool = True) -> pl.DataFrame:
    return pl.read_csv(
        text.source,
        separator=text.form.delimiter,
        decimal_comma=text.form.decimal_mark == ",",
        quote_char=quote,
        new_columns=text.names,
        glob=False,
        has_header=not text.narrow_header,
        skip_lines=text.preamble.n_lines + text.narrow_header,
        comment_prefix=text.preamble.comment,
        schema_overrides=dict.fromkeys(_codes(text), pl.String) if infer else None,
        infer_schema=infer,
        infer_schema_length=_INFER_ROWS,
    )


def _codes(text: _Text) -> list[str]:
    """Columns of codes that begin with 0: as numbers they would lose it."""
    columns = zip(text.names, zip_longest(*text.form.rows, fillvalue=""), strict=False)
    return [name for name, cells in columns if sum(map(_is_code, cells)) > _CODE_SHARE * len(cells)]


def _is_code(cell: str) -> bool:
    return len(cell) > 1 and cell[0] == "0" and cell.isdigit()


def _slowly(text: _Text) -> tuple[pl.DataFrame, list[LogEntry]]:
    """Read all cells as text, then turn the columns that are numbers throughout into numbers."""
    log = []
    try:
        frame = _polars(text, infer=False)
    except pl.exceptions.PolarsError as error:
        _refuse_encoding(error)
        _refuse_long_rows(text)
        try:
            frame = _polars(text, quote=None, infer=False)
        except pl.exceptions.PolarsError:
            raise DataError(
                f"{text.path.name!r} cannot be cut into cells: {str(error).splitlines()[0]}",
                "quotation marks in pairs, and as many cells in each row as in the first",
                try_="export the table again, with text in quotation marks",
            ) from error
        reason = "they do not come in pairs"
        log.append(_entry("read quotation marks as letters", reason, 0))
    typed = [_typed(column) for column in frame.iter_columns()]
    return pl.DataFrame(typed), log


def _typed(column: pl.Series) -> pl.Series:
    """Integers, numbers or true and false, where every cell is one."""
    for dtype in (pl.Int64, pl.Float64):
        probe = column.head(_INFER_ROWS).cast(dtype, strict=False)
        if probe.null_count() > column.head(_INFER_ROWS).null_count():
            continue
        values = column.cast(dtype, strict=False)
        if values.null_count() == column.null_count():
            return values
    return column


def _refuse_encoding(error: Exception) -> None:
    if "utf-8" in str(error).lower() or "utf8" in str(error).lower():
        raise UnicodeDecodeError("utf-8", b"", 0, 1, str(error)) from error


def _refuse_long_rows(text: _Text) -> None:
    """Raise if rows have more cells than the header; this reads the file once more."""
    n_header, n_long, n_lines, first = len(text.names), 0, 0, ""
    with _lines(text.source) as lines:
        try:
            for row in csv.reader(lines, delimiter=text.form.delimiter):
                n_lines += 1
                if len(row) > n_header:
                    n_long += 1
                    first = first or f"line {n_lines:,} has {len(row):,}"
        except csv.Error:  # a cell longer than the reader allows: say what was seen before it
            pass
    if n_long:
        raise DataError(
            f"{n_long:,} rows of {text.path.name!r} have more cells than the"
            f" {n_header:,} column names (first: {first})",
            "one cell for each column name",
            try_="put text that holds the delimiter in quotation marks, or name every column",
        )


def _lines(source: str | bytes) -> io.TextIOBase:
    if isinstance(source, bytes):
        return io.StringIO(source.decode(), newline="")
    return Path(source).open(encoding="utf-8-sig", newline="")


def _entry(action: str, reason: str, count: int) -> LogEntry:
    return LogEntry(room="data", subject="file", action=action, reason=reason, count=count)

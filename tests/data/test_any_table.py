"""Any file and any cells in memory become a table, or are refused with words."""

import gzip
import tempfile
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from justright.data.facts import outlier_share, spread
from justright.data.far_rows import reaches
from justright.data.label_lists import label_lists
from justright.data.leaks import alone
from justright.data.read import read
from justright.data.repair import fold_case
from justright.data.schema import conform, prepare
from justright.data.sums import _unit_of
from justright.data.suspects import suspects
from justright.errors import DataError
from tests.any_table import ODD_NAMES, ODD_WORDS

WORDS = st.sampled_from(ODD_WORDS) | st.text(max_size=8) | st.sampled_from(("1", "2.5", "a"))
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32", "cp437")


@st.composite
def files(draw):
    """Name and bytes of a file that somebody may take for a table of text."""
    width = draw(st.integers(1, 5))
    names = draw(st.lists(st.sampled_from(ODD_NAMES) | WORDS, min_size=width, max_size=width))
    pool = draw(st.lists(WORDS, min_size=1, max_size=8))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    ragged = draw(st.sampled_from((0.0, 0.0, 0.1, 1.0)))
    rows = [names]
    for _ in range(draw(st.integers(0, 40))):
        cells = width + (int(rng.integers(-2, 3)) if rng.random() < ragged else 0)
        rows.append([pool[n] for n in rng.integers(0, len(pool), max(0, cells))])
    mark, end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(("\n", "\r\n", "\r")))
    quoting = draw(st.sampled_from(("never", "always", "as needed")))
    text = end.join(mark.join(_quoted(cell, quoting, mark) for cell in row) for row in rows)
    text = draw(st.sampled_from(("", "", "# said by\n", "\n\n", "Title\n"))) + text
    content = text.encode(draw(st.sampled_from(("utf-8", *ENCODINGS))), errors="replace")
    if content and draw(st.integers(0, 3)) == 0:
        content = _bitten(content, rng)
    name = draw(st.sampled_from(("t.csv", "t.tsv", "t.txt", "t.csv.gz", "t.jsonl")))
    if name.endswith(".gz"):
        content = gzip.compress(content, mtime=0)
        content = content[: draw(st.sampled_from((None, None, len(content) // 2)))]
    return name, content


def _quoted(cell, quoting, mark):
    if quoting == "never" or (quoting == "as needed" and not set(cell) & {mark, '"', "\n", "\r"}):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def _bitten(content, rng):
    """Some bytes changed."""
    bytes_ = bytearray(content)
    for place in rng.integers(0, len(bytes_), 3):
        bytes_[place] = rng.choice([0, 10, 13, 34, 39, 44, 92, 128, 255])
    return bytes(bytes_)


def check_file(file):
    name, content = file
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            table = read(path)
        except DataError as error:
            assert error.seen.strip() and error.needed.strip() and error.try_.strip()
            return
    frame = table.frame
    assert frame.height and frame.width
    assert len(table.fingerprint) == 64
    assert all(name.strip() == name and name for name in frame.columns)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_any_text_is_a_table_or_is_refused(file):
    check_file(file)


IN_MEMORY = {
    "a name that is a pattern": ({"*": ["a", "b"], "^x$": [1.5, 2.0]}, ["column *", "column ^x$"]),
    "a blank name beside its number": ({"": [1], "column_1": [2], "column_1_blank": [3]}, None),
    "lists of several types": ({"a": [["x"], [1, 2.5], None]}, None),
    "pandas has arrays for lists": ({"a": [np.array(["x", None], dtype=object), None]}, None),
    "decimals that are no number": ({"a": [Decimal("NaN"), Decimal("1.5")]}, None),
    "lists of objects": ({"a": [[set()], [set()]]}, None),
}


@pytest.mark.parametrize("cells, names", IN_MEMORY.values(), ids=IN_MEMORY)
def test_cells_that_polars_does_not_survive(cells, names):
    table = read(cells)
    assert names is None or table.frame.columns == names
    assert len(set(table.frame.columns)) == len(cells) == table.frame.width
    assert len(table.fingerprint) == 64


def test_two_keys_of_the_same_name_are_refused():
    with pytest.raises(DataError, match="more than once"):
        read({1: [1], "1": [2]})


def test_a_pattern_is_renamed_alike_wherever_it_stands():
    names = [read({"*": [1], "b": [2]}).frame.columns, read({"b": [2], "*": [1]}).frame.columns]
    assert sorted(names[0]) == sorted(names[1])


def test_objects_have_a_fingerprint():
    frame = pl.DataFrame({"a": pl.Series([{1}, None], dtype=pl.Object), "b": [b"\xff", b""]})
    assert read(frame).fingerprint == read(frame).fingerprint


def prepared(y, x=None, **more):
    cells = {"x": np.arange(len(y)) ** 2.0 if x is None else x, "y": y}
    return prepare(read(cells), "y", **more)


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_a_target_whose_squares_do_not_fit_is_refused(size):
    with pytest.raises(DataError, match="square") as caught:
        prepared(np.random.default_rng(0).normal(size=30) * size)
    assert caught.value.try_


def test_figures_of_huge_cells_are_told():
    x = [1e308, -1e308, 0.25, 1.75] * 30
    found = prepared(np.linspace(1, 2, 120), x)
    assert suspects(found, np.arange(120)) is not None
    assert spread(np.array([5e-324, 1e308] * 9)) == np.finfo(float).max
    assert outlier_share(np.array([0.5, 1e308])) == 0.0


def test_rows_endlessly_far_out_have_a_finite_distance():
    cells = pl.Series([5e-324, 1e-323, 2e-323] * 30 + [1e308])
    assert np.isfinite(reaches(cells)).all() and reaches(cells)[-1] > 1e300


def test_sums_are_looked_for_in_huge_numbers():
    rng = np.random.default_rng(0)
    a, b = rng.random(80).round(2), rng.random(80).round(2)
    a[7] = 1e307
    assert _unit_of(a) == 0.01 and _unit_of(b) == 0.01


def test_columns_named_as_polars_names_counts():
    for name in ("count", "word", "key", "usual"):
        assert fold_case(pl.Series(name, ["Oslo", "OSLO", "Oslo"]))[1] == 1


def test_labels_that_hardly_repeat_do_not_warn():
    y = np.arange(60) // 2.0
    assert alone(np.arange(60.0), y, is_class=True) == 0.0


def test_odd_cells_are_no_labels():
    for cells in ([b"a", b"b"], [["a"], [["b"]]], [1.5, 2.5]):
        assert label_lists(pl.Series(cells, dtype=pl.Object)).dtype == pl.List(pl.String)


def test_free_text_reads_the_same_in_training_and_after():
    x = [
        f"{'Good' if n % 2 else 'GOOD'} phone, {n - n % 20 // 19} of many words" for n in range(60)
    ]
    found = prepared(["a", "b"] * 30, x)
    assert found.schema.inputs[0].kind == "text"
    assert conform(read({"x": x}), found.schema).frame["x"].equals(found.frame["x"])

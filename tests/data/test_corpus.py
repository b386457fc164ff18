"""Small messy files are read, understood, repaired and flagged as their table says."""

import tomllib
from pathlib import Path

import polars as pl
import pytest

from justright.data.read import read
from justright.data.schema import conform, prepare
from justright.errors import DataError
from tests.data.corpus_made import MADE

FOLDER = Path(__file__).parent / "corpus"
TABLE = "expected.toml"
EXPECTED = tomllib.loads((FOLDER / TABLE).read_text(encoding="utf-8"))
SILENT = ("read as utf-8, delimiter comma, decimal mark point", "took 'y'", "excluded")


def put(name, tmp_path):
    if name not in MADE:
        return FOLDER / name
    MADE[name](tmp_path / name)
    return tmp_path / name


def plain(cell):
    """A cell as TOML can hold it."""
    if hasattr(cell, "isoformat"):
        return cell.isoformat()
    return round(cell, 6) if isinstance(cell, float) else cell


def test_every_file_has_an_expectation():
    here = {path.name for path in FOLDER.iterdir()} - {TABLE}
    assert here | MADE.keys() == EXPECTED.keys()
    assert len(EXPECTED) >= 60


@pytest.mark.parametrize("name", EXPECTED)
def test_file_is_understood(name, tmp_path):
    expected = EXPECTED[name]
    table = read_or_refusal(put(name, tmp_path))
    if isinstance(table, DataError):
        assert table.seen == expected["error"]
        return
    assert len(table.fingerprint) == 64
    prepared = prepare(table, "y")
    columns = [f"{c.name}: {c.kind}, {c.role}" for c in prepared.schema.columns]
    log = [f"{e.subject}: {e.action}" for e in prepared.log if not e.action.startswith(SILENT)]
    findings = [f"{f.check}: {f.column}" if f.column else f.check for f in prepared.findings]
    assert columns == expected["columns"]
    assert log == expected.get("log", [])
    assert findings == expected.get("findings", [])
    for column, cells in expected.get("first", {}).items():
        assert [plain(cell) for cell in prepared.frame[column].head(len(cells))] == cells


def read_or_refusal(path):
    try:
        return read(path)
    except DataError as error:
        return error


@pytest.mark.parametrize("name", [name for name in EXPECTED if "error" not in EXPECTED[name]])
def test_new_table_is_read_as_training_was(name, tmp_path):
    table = read(put(name, tmp_path))
    prepared = prepare(table, "y")
    again = conform(table, prepared.schema).frame
    kept = table.frame["y"].is_not_null()
    for column in prepared.schema.inputs:
        old, new = prepared.frame[column.name], again.filter(kept)[column.name]
        if old.dtype == pl.String:  # case is folded where the levels are looked up
            old, new = old.str.to_lowercase(), new.str.to_lowercase()
        assert new.equals(old), column.name


def test_one_row_is_read_with_what_training_learnt(tmp_path):
    learnt = {
        "number_units.csv": ("weight", "1500 g", 1.5),
        "number_german.csv": ("price", "1.234,5", 1234.5),
        "number_short.csv": ("people", "2k", 2000.0),
        "number_temperature.csv": ("heat", "50 °F", 10.0),
        "duration.csv": ("took", "1:00:01", 3601.0),
        "words_typos.csv": ("land", "GRMANY", "Germany"),
        "encoding_mojibake.csv": ("name", "FranÃ§ois", "François"),
    }
    for name, (column, cell, value) in learnt.items():
        schema = prepare(read(FOLDER / name), "y").schema
        row = {each.name: ["1"] for each in schema.inputs} | {column: [cell]}
        assert conform(read(row), schema).frame[column][0] == pytest.approx(value), name

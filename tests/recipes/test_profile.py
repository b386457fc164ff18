"""The data's own report on a small messy table whose answers are known."""

import json

import numpy as np
import polars as pl
import pytest

import justright
from justright.errors import DataError, JustrightError
from justright.kinds import Severity

N = 60
ROWS = np.arange(N)
MESSY = {
    "nr": [f"A{n:03}" for n in ROWS],
    "size": [f"{70 + n % 13},5 m²" if n % 6 else "n/a" for n in ROWS],
    "town": [f"town {n % 12}" for n in ROWS],
    "heating": ["gas", "wood", "oil"] * (N // 3),
    "built": [f"{n % 28 + 1:02}.{n % 12 + 1:02}.{1990 + n % 20}" for n in ROWS],
    "garden": ["yes", "no", "no", "yes"] * (N // 4),
    "currency": ["NOK"] * N,
    "note": [None] * N,
    "sold": ["no", "no", "yes"] * (N // 3),
}


@pytest.fixture(scope="module")
def found() -> justright.DataProfile:
    return justright.profile(MESSY, "sold")


def test_each_column_is_told(found):
    said = {one.column.name: (one.column.kind, one.column.role) for one in found.columns}
    assert said == {
        "nr": ("id", "excluded"), "size": ("number", "input"), "town": ("category", "input"),
        "heating": ("category", "input"), "built": ("date", "input"),
        "garden": ("boolean", "input"), "currency": ("category", "excluded"),
        "note": ("text", "excluded"), "sold": ("category", "target"),
    }  # fmt: skip


def test_what_is_done_and_why(found):
    done = {one.column.name: (one.use, one.why) for one in found.columns}
    assert done["size"][0] == "scaled (robust), a column says where it is missing"
    assert done["heating"] == ("one-hot, 3 columns", "at most 10 levels")
    assert done["town"][0] == "embedding of 13 levels in 7 numbers"  # round(1.6 * 13 ** 0.56)
    assert done["built"][0].endswith("scaled (robust); month, weekday, day as cycles")
    assert done["currency"] == ("left out", "constant: every row holds 'NOK'")
    assert done["sold"][0] == "predicted"


def test_pictures_and_figures(found):
    columns = {one.column.name: one for one in found.columns}
    size = columns["size"]
    assert size.histogram is not None and sum(size.histogram.counts) == 50
    assert (size.column.n_missing, size.column.low, size.column.high) == (10, 70.5, 82.5)
    assert columns["heating"].column.top == (("gas", 20), ("oil", 20), ("wood", 20))
    assert columns["built"].histogram is not None and columns["garden"].histogram is None


def test_facts_task_and_the_way_on(found):
    record = found.record
    assert found.profile is not None and found.profile.n_rows == 48  # a fifth is the test
    assert record.task is not None and record.task.kind == "binary"
    assert (record.n_rows, record.n_columns, record.n_missing) == (60, 9, 70)
    assert record.command.startswith("justright fit DATA.csv --target sold")
    assert len(record.design) == 5


def test_the_dictionary_is_json_and_the_logbook_is_in_it(found):
    built = json.loads(json.dumps(found.to_dict()))
    assert built["columns"][1]["histogram"]["counts"]
    lines = found.log_text().splitlines()
    assert len(lines) == len(found.log) == len(built["logbook"])
    numbers = [line.split(".")[0].strip() for line in lines]
    assert numbers == [str(place + 1) for place in range(len(lines))]
    assert any("currency: excluded (1): constant" in line for line in lines)


def test_findings_are_flags_in_the_logbook_gravest_first():
    once = (
        pl.DataFrame(MESSY)
        .drop("nr", "heating")
        .with_columns(told=(ROWS % 3 // 2) * 10 + ROWS % 7 / 10)
    )
    found = justright.profile(pl.concat([once, once[:1]]), "sold")
    severities = [finding.severity for finding in found.findings]
    assert severities == sorted(severities, key=list(Severity)[::-1].index)
    assert {Severity.WARN, Severity.NOTE} <= set(severities)
    assert found.findings[0].column == "told"
    flags = {entry.action: entry.count for entry in found.log if "flagged" in entry.action}
    assert flags["flagged (duplicate-rows)"] == found.record.n_duplicates == 1


def test_without_a_target_the_columns_alone():
    found = justright.profile(MESSY)
    assert found.record.task is None and found.profile is None
    assert {one.column.role for one in found.columns} == {"input", "excluded"}
    assert found.record.command == "justright profile DATA.csv --target COL"


@pytest.mark.parametrize(("target", "seen"), [("currency", "currency"), ("note", "note")])
def test_a_target_that_cannot_be_predicted_is_the_gravest_finding(target, seen):
    found = justright.profile(MESSY, target)
    first = found.findings[0]
    assert (first.severity, first.check) == (Severity.STOP, "task") and seen in first.sign
    assert found.record.task is None and len(found.columns) == 9
    assert "flagged (task)" in {entry.action for entry in found.log}


def test_images_have_shapes_and_classes():
    images = np.random.default_rng(0).integers(0, 256, (24, 8, 8))
    found = justright.profile(images, ["cat", "dog"] * 12)
    uses = {one.column.role: one.use for one in found.columns}
    assert uses == {"input": "1 × 8 × 8 pixels, each scaled", "target": "predicted"}
    assert "1 × 8 × 8" in found.text()


def test_refuses_unknown_columns_and_endings(found, tmp_path):
    with pytest.raises(DataError, match="'solt'"):
        justright.profile(MESSY, "solt")
    with pytest.raises(JustrightError, match=r"one of \.html, \.json, \.txt"):
        found.save(tmp_path / "profile.pdf")


def test_saves_what_the_ending_says(found, tmp_path):
    assert found.save(tmp_path / "p.html").read_text().startswith("<!doctype html>")
    assert json.loads(found.save(tmp_path / "p.json").read_text())["n_rows"] == 60
    assert "Logbook\n" in found.save(tmp_path / "p.txt").read_text()

"""A table without a target: its columns, its logbook, and what is refused."""

import polars as pl
import pytest

from justright.data.logbook import flagged
from justright.data.survey import survey
from justright.data.table import Table
from justright.errors import DataError
from justright.kinds import Finding, Severity

TABLE = Table(
    frame=pl.DataFrame(
        {
            "size": ["12 kg", "7 kg", "n/a", "8 kg"] * 5,
            "town": ["Oslo", "Rome", "Oslo", None] * 5,
            "twin": ["Oslo", "Rome", "Oslo", None] * 5,
            "one": ["NOK"] * 20,
            "day": [f"2020-01-{n + 1:02}" for n in range(20)],
        }
    ),
    source="d",
)


def test_types_columns_and_finds_what_cannot_help():
    found = survey(TABLE, drop=["town"], order="day")
    said = {c.name: (c.kind, c.role, c.n_missing) for c in found.columns}
    assert said == {
        "size": ("number", "input", 5),
        "town": ("category", "excluded", 5),
        "twin": ("category", "input", 5),
        "one": ("category", "excluded", 0),
        "day": ("date", "order", 0),
    }
    assert found.frame.columns == list(said)
    out = [(entry.subject, entry.reason) for entry in found.log if entry.action == "excluded"]
    assert out == [("town", "left out by the user"), ("one", "constant: every row holds 'NOK'")]


def test_copies_need_no_target():
    column = next(c for c in survey(TABLE).columns if c.name == "twin")
    assert (column.role, column.reason) == ("excluded", "a copy of 'town'")


@pytest.mark.parametrize(
    ("named", "seen"),
    [
        ({"drop": ["sizes"]}, "'sizes'"),
        ({"group": "town", "drop": ["town"]}, "both the group and one of"),
        ({"group": "town", "order": "day"}, "2 ways to part the rows"),
    ],
)
def test_refuses_names(named, seen):
    with pytest.raises(DataError, match=seen):
        survey(TABLE, **named)


def test_flags_count_what_they_concern():
    finding = Finding(
        check="odd", severity=Severity.NOTE, sign="3 cells", meaning="", remedy="",
        column="size", numbers={"share": 0.5, "cells": 3.0},
    )  # fmt: skip
    entry = flagged([finding])[0]
    assert (entry.subject, entry.action, entry.reason, entry.count) == (
        "size", "flagged (odd)", "3 cells", 3,
    )  # fmt: skip

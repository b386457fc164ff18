"""Weights of rows: what is taken, and what is refused."""

import polars as pl
import pytest

from justright.data.read import read
from justright.data.schema import prepare
from justright.data.table import Table
from justright.data.weights import weighed
from justright.errors import DataError


def table(weights):
    return Table(frame=pl.DataFrame({"w": weights}), source="d")


def test_rows_of_weight_0_go_and_the_log_says_so():
    kept, rows = weighed(table([1.0, 0.0, 2.5, 0.0]), "w")
    assert kept.frame["w"].to_list() == [1.0, 2.5] and rows.tolist() == [0, 2]
    assert [(entry.action, entry.count) for entry in kept.log] == [("removed rows", 2)]


def test_weights_written_as_text_are_numbers():
    assert weighed(table(["1,5", "2,5", "3,5"]), "w")[0].frame["w"].to_list() == [1.5, 2.5, 3.5]


REFUSED = {
    "missing": ([1, None, 2], "1 row (first: row 2, None)"),
    "not a number": ([1.0, float("nan")], "1 row (first: row 2, nan)"),
    "negative": ([-1, 2, -3], "2 rows (first: row 1, -1)"),
    "infinite": ([1.0, float("inf")], "1 row (first: row 2, inf)"),
    "words": (["heavy", "light"], "2 rows (first: row 1, 'heavy')"),
    "all 0": ([0, 0], "is 0 in all 2 rows"),
}


@pytest.mark.parametrize(("weights", "seen"), REFUSED.values(), ids=REFUSED)
def test_refused(weights, seen):
    with pytest.raises(DataError) as caught:
        weighed(table(weights), "w")
    assert seen in caught.value.seen and "weight" in caught.value.seen


def test_the_weight_is_no_input_and_rows_keep_their_numbers():
    frame = {"w": [0, 1] * 10, "x": [n * n for n in range(20)], "y": ["a", "a", "b", "b"] * 5}
    prepared = prepare(read(frame), "y", weight="w")
    assert [column.role for column in prepared.schema.columns] == ["weight", "input", "target"]
    assert prepared.rows.tolist() == list(range(1, 20, 2))


def test_a_weight_that_is_the_target_is_refused():
    with pytest.raises(DataError, match=r"as target and weight"):
        prepare(read({"x": range(12), "y": range(12)}), "y", weight="y")

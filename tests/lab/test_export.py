"""Runs and curves as files for other programs."""

import json
import math

import polars as pl
import pytest

from justright.errors import LabError
from justright.lab import Lab, Store
from justright.lab.export import export

READ = {
    ".csv": lambda path: pl.read_csv(path).to_dicts(),
    ".parquet": lambda path: pl.read_parquet(path).to_dicts(),
    ".json": lambda path: json.loads(path.read_text()),
}


@pytest.fixture
def store(tmp_path):
    with Lab(tmp_path / "runs.db", project="p") as lab:
        config = {"depth": 2, "rate": 1, "kind": "x"}
        with lab.run("a", config, tags=["t", "u"], created=60.0) as run:
            run.curves([1, 2], {"train/loss": [0.5, math.nan], "score": [1.0, 2.0]}, [0.5, 1.5])
            run.summarise({"rmse": 0.25})
        lab.run("b, c", {"depth": None, "rate": 0.5, "kind": 3}, created=61.5).finish()
    with Store(tmp_path / "runs.db") as store:
        yield store


@pytest.mark.parametrize("ending", READ)
def test_a_run_is_a_row(store, tmp_path, ending):
    path = tmp_path / f"out{ending}"
    assert export(store, store.runs(), path) == 2
    a, b = READ[ending](path)
    assert (a["uid"], b["name"], a["created"]) == (
        store.run("a").uid,
        "b, c",
        "1970-01-01T00:01:00.000+00:00",
    )
    assert (a["config.depth"], b["config.depth"]) == (2, None)
    assert (a["config.rate"], b["config.rate"]) == (1, 0.5)
    kinds = ["x", 3] if ending == ".json" else ["x", "3"]
    assert [a["config.kind"], b["config.kind"]] == kinds
    assert (a["summary.rmse"], b["summary.rmse"]) == (0.25, None)
    assert (a["last.score"], a["min.train/loss"], b["max.score"]) == (2.0, 0.5, None)
    assert a["tags"] == (["t", "u"] if ending == ".json" else "t, u")


@pytest.mark.parametrize("ending", READ)
def test_a_point_is_a_row(store, tmp_path, ending):
    path = tmp_path / f"OUT{ending.upper()}"
    assert export(store, store.runs(), path, curves=True) == 4
    rows = READ[ending](path)
    uid = store.run("a").uid
    assert rows[0] == {
        "run": uid, "name": "a", "metric": "score", "step": 1, "seconds": 0.5, "value": 1.0
    }  # fmt: skip
    gap = rows[3]
    assert (gap["metric"], gap["step"], gap["seconds"]) == ("train/loss", 2, 1.5)
    assert gap["value"] is None if ending == ".json" else math.isnan(gap["value"])


@pytest.mark.parametrize("curves", [False, True])
@pytest.mark.parametrize("ending", READ)
def test_no_runs_make_an_empty_file(store, tmp_path, ending, curves):
    path = tmp_path / f"out{ending}"
    assert export(store, [], path, curves=curves) == 0
    assert READ[ending](path) == []


def test_another_ending_is_refused(store, tmp_path):
    with pytest.raises(LabError, match=r"'out.xls' does not say in which form"):
        export(store, [], tmp_path / "out.xls")

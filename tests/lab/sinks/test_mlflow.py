"""What MLflow's own client finds in the SQLite store that the sink wrote."""

import math
from pathlib import Path

import msgspec
import pytest

from tests.lab.past import brought, curve_of, rows_of
from tests.lab.sinks.conftest import CONFIG, CREATED, FINDING, LOSS, SCORE, SECONDS, STEPS

pytest.importorskip("mlflow")
# MLflow uses what its SQLAlchemy is about to give up.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_a_run_on_sqlite(told, here):
    from mlflow import MlflowClient

    run, _ = told("mlflow")
    client = MlflowClient()
    experiment = client.get_experiment_by_name("penguins")
    found = {one.info.run_name: one for one in client.search_runs([experiment.experiment_id])}
    assert set(found) == {"first", "seed 1"}
    first, nested = found["first"], found["seed 1"]

    assert first.info.status == "FINISHED"
    assert first.info.start_time == CREATED * 1000
    assert first.data.params == {name: str(value) for name, value in CONFIG.items()}
    tags = first.data.tags
    assert tags["good"] == "true" and tags["justright.uid"] == run.uid
    assert tags["mlflow.note.content"] == "a try"
    assert tags["summary.verdict"] == "better than the mean"
    assert first.data.metrics["summary/rmse"] == 0.25
    assert nested.data.tags["mlflow.parentRunId"] == first.info.run_id
    assert nested.data.tags["justright.group"] == "final"

    def curve(of, metric):
        history = client.get_metric_history(of.info.run_id, metric)
        return [(p.step, p.value, p.timestamp / 1000) for p in history]

    at = [CREATED + second for second in SECONDS]
    assert curve(first, "train/loss") == list(zip(STEPS, LOSS, at, strict=True))
    assert curve(first, "score") == [
        point for point in zip(STEPS, SCORE, at, strict=True) if not math.isnan(point[1])
    ]
    assert [(s, v) for s, v, _ in curve(nested, "validation_loss")] == [(1, 0.5), (2, 0.375)]

    def text(path):
        return Path(client.download_artifacts(first.info.run_id, path)).read_text()

    assert text("weights.txt") == "1 2 3"
    assert msgspec.json.decode(text("justright/findings.json")) == [msgspec.to_builtins(FINDING)]
    assert "half way" in text("justright/log.json")

    # And back: the lab reads MLflow's file as it is.
    brought(here / "mlflow.db", here / "again.db")
    rows = rows_of(here / "again.db")
    assert rows["first"].config == CONFIG
    assert rows["first"].summary == {"rmse": 0.25, "verdict": "better than the mean"}
    assert rows["seed 1"].parent == rows["first"].uid
    assert curve_of(here / "again.db", "first", "train/loss") == (STEPS, LOSS, SECONDS)

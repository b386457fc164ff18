"""What lies in W&B's offline folder, read with W&B's own records."""

import pytest

from justright.lab.past.wandb_log import records
from justright.lab.sinks import wandb as wandb_sink
from tests.lab.sinks.conftest import CONFIG, CREATED, FINDING, LOSS, SECONDS, STEPS

pytest.importorskip("wandb")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")


@pytest.fixture
def of_wandb(here):
    """Ends W&B's service, which otherwise lives as long as the process."""
    import wandb

    yield here
    wandb.teardown()


def plain(items):
    import json

    return {item.key or ".".join(item.nested_key): json.loads(item.value_json) for item in items}


def test_a_run_offline(told, of_wandb):
    from wandb.proto.wandb_internal_pb2 import Record

    run, member = told("wandb")
    read = {}
    for file in of_wandb.glob("wandb/offline-run-*/*.wandb"):
        several = [Record.FromString(body) for body in records(file.read_bytes())]
        read[file.stem.removeprefix("run-")] = several
    assert set(read) == {run.uid, member.uid}

    def of(uid, kind):
        return [getattr(each, kind) for each in read[uid] if each.WhichOneof("record_type") == kind]

    last = of(run.uid, "run")[-1]
    assert (last.project, last.display_name, last.notes) == ("penguins", "first", "a try")
    assert list(last.tags) == ["good"]
    config = plain(last.config.update)
    assert {name: config[name] for name in CONFIG} == CONFIG
    nested = of(member.uid, "run")[0]
    assert (nested.run_group, nested.job_type) == (run.uid, "final")

    rows = [plain(each.item) for each in of(run.uid, "history")]
    told_rows = [row for row in rows if "train/loss" in row]
    assert [row["step"] for row in told_rows] == STEPS
    assert [row["train/loss"] for row in told_rows] == LOSS
    assert [row["_timestamp"] - CREATED for row in told_rows] == SECONDS
    assert [row.get("score") for row in told_rows] == [None, 0.5, 0.625]
    axis = of(run.uid, "metric")[0]
    assert (axis.glob_name, axis.step_metric) == ("*", "step")

    summary = {}
    for each in of(run.uid, "summary"):
        summary |= plain(each.update)
    assert summary["rmse"] == 0.25 and summary["verdict"] == "better than the mean"
    assert summary["findings.nrows"] == 1
    kept = of(run.uid, "artifact")
    assert "weights.txt" in [artifact.name for artifact in kept]
    folder = next(of_wandb.glob(f"wandb/offline-run-*{run.uid}/files/justright"))
    assert FINDING.remedy in (folder / "findings.json").read_text()
    assert of(run.uid, "exit")[0].exit_code == 0


def test_nobody_is_asked_for_a_key(of_wandb, monkeypatch):
    monkeypatch.delenv("WANDB_MODE")
    monkeypatch.delenv("WANDB_API_KEY", raising=False)
    monkeypatch.setenv("NETRC", str(of_wandb / "none"))
    assert wandb_sink._mode() == "offline"
    monkeypatch.setenv("WANDB_MODE", "disabled")
    assert wandb_sink._mode() is None

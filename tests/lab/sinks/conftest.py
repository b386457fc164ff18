"""One run with all that a run can have, in a lab whose sinks are those asked for."""

import math

import pytest

from justright.kinds.finding import Finding, Severity
from justright.lab import Lab

FINDING = Finding(
    check="dead-units",
    severity=Severity.WARN,
    sign="40% of the units are silent",
    meaning="the layer is narrower than planned",
    remedy="lower the learning rate",
    layer="hidden.1",
)
CONFIG = {"learning_rate": 0.125, "depth": 3, "activation": "relu", "norm": None}
CREATED = 1_700_000_000.0
STEPS = [0.0, 10.0, 20.0]
SECONDS = [1.0, 2.0, 3.0]
LOSS = [0.75, 0.5, 0.25]
SCORE = [math.nan, 0.5, 0.625]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder of its own, from which no tracker can find the way out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_DIR", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    return tmp_path


@pytest.fixture
def told(here):
    """Writes the run and a member of it; hands back both."""

    def work(*sinks):
        (here / "weights.txt").write_text("1 2 3")
        with (
            Lab(here / "runs.db", project="penguins", sinks=sinks) as lab,
            lab.run("first", CONFIG, tags=["good"], notes="a try", created=CREATED) as run,
        ):
            run.curves(STEPS, {"train/loss": LOSS, "score": SCORE}, SECONDS)
            run.find(FINDING)
            run.event("say", {"text": "half way"})
            run.keep(here / "weights.txt")
            with lab.run("seed 1", {"seed": 1}, kind="member", parent=run, group="final") as member:
                member.curves([1.0, 2.0], {"validation_loss": [0.5, 0.375]}, [1.0, 2.0])
            run.summarise({"rmse": 0.25, "verdict": "better than the mean"})
        assert lab.trouble == ""
        return run, member

    return work

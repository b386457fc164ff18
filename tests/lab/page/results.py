"""A lab's file as journeys, questions, checks and own loops leave it behind; small, made up."""

import math
from dataclasses import replace
from pathlib import Path

from justright.kinds import Finding, RunRecord, Severity, Trace
from justright.lab import Lab
from tests.report import answers
from tests.report.conftest import binary, multiclass

#: Text that must never become an element of the page.
HOSTILE = "<img src=x onerror=alert(1)>"

DIAGNOSIS = {
    "version": 1,
    "verdict": "Nothing reaches the first layers",
    "healthy": False,
    "findings": [
        {
            "fault": 4, "check": "vanishing-gradients", "severity": "stop", "rank": 1,
            "confidence": 0.93, "layer": "net.0", "line": 12,
            "sign": "the gradient of net.0 is 2e-7 of that of net.8",
            "meaning": "the first layers do not learn", "remedy": "use ReLU in place of sigmoid",
            "numbers": {"ratio": 2e-7},
        }
    ],
    "checked": ["vanishing-gradients", "dead-units"],
    "not_checked": [{"check": "overfitting", "because": "no validation rows were seen"}],
    "overhead_share": 0.04,
    "ended": "it reached its limit of 200 steps",
}  # fmt: skip


def fill(file: Path) -> dict[str, int]:
    """Fill a file.

    Args:
        file: Where it will be.

    Returns:
        Numbers of its runs by a word for each.
    """
    with Lab(file, project="penguins") as lab:
        found = {"fit": _fit(lab, "first journey", binary()), "other": _fit(lab, "wider", other())}
        found["question"] = _question(lab, "dropout: penguins", answers.lever())
        found["rate"] = _question(lab, "learning-rate: penguins", answers.rate())
        found["check"] = _check(lab)
        found["own"] = _own(lab, "mine", 0.1)
        found["own 2"] = _own(lab, "mine too", 0.01)
        with lab.run("empty") as run:
            found["empty"] = run.id
        found["hostile"] = _hostile(lab)
    return found


def other() -> RunRecord:
    """Another journey, with a wider network."""
    record = multiclass()
    wider = replace(record.design.decision("width"), value=256, origin="user", rule="user")
    return replace(record, design=record.design.replace(wider))


def _fit(lab: Lab, name: str, record: RunRecord) -> int:
    config = {one.lever: one.value for one in record.design.decisions} | {"seed": record.seed}
    score = record.scores[0]
    with lab.run(name, config, kind="fit", command=record.command, tags=("demo",)) as run:
        run.design(record.design)
        run.data(record.data.fingerprint, "penguins.csv", record.data.n_rows, 17)
        for one in record.findings:
            run.find(one)
        run.find(_vanishing())
        run.event("record", record)
        metric = score.metric
        run.summarise(
            {
                "verdict": record.verdict, metric: score.value, f"{metric}.low": score.low,
                f"{metric}.high": score.high, "n_parameters": record.n_parameters,
            }
        )  # fmt: skip
        _member(lab, "rate 0.1", run.uid, record.traces[0], group="sweep")
        for i, trace in enumerate(record.traces[:5]):
            _member(lab, f"{name}, network {i + 1}", run.uid, trace)
        return run.id


def _member(lab: Lab, name: str, parent: str, trace: Trace, group: str = "final") -> None:
    config = {"seed": trace.seed, "fold": trace.fold, "learning_rate": trace.learning_rate}
    with lab.run(name, config, kind="member", parent=parent, group=group) as run:
        values = {"train_loss": trace.train_loss, "validation_loss": trace.validation_loss}
        layers = {f"gradient_norm/{k}": v for k, v in trace.gradient_norm.items()}
        run.curves(trace.steps, {**values, **layers})


def _vanishing() -> Finding:
    return Finding(
        check="vanishing-gradients", severity=Severity.WARN, layer="hidden.0.linear",
        fault=4, sign="the gradient of hidden.0.linear is 30 times smaller than that of the output",
        meaning="the first layers learn slowly", remedy="use batch normalisation",
        numbers={"ratio": 0.033},
    )  # fmt: skip


def _question(lab: Lab, name: str, reply: object) -> int:
    with lab.run(name, {"seed": 0}, kind="question", command="justright ask …") as run:
        run.event("reply", reply)
        return run.id


def _check(lab: Lab) -> int:
    with lab.run("train.py", kind="check", source="train.py") as run:
        run.event("diagnosis", DIAGNOSIS)
        steps = range(0, 200, 4)
        layers = {
            f"gradient_norm/net.{2 * k}": [10 ** (k - 7.0) * math.exp(-s / 300) for s in steps]
            for k in range(5)
        }
        run.curves(list(steps), layers | {"loss": [2.3 - s / 2000 for s in steps]})
        return run.id


def _own(lab: Lab, name: str, rate: float) -> int:
    config = {"lr": rate, "layers": "64-64"}
    with lab.run(name, config, notes="**Why** not?") as run:
        for step in range(200):
            loss = math.exp(-step * rate / 8) + 0.02 * math.sin(step)
            run.log({"train/loss": loss, "loss": loss, "epoch": step / 50}, step=step)
        run.summarise({"accuracy": 0.9 + rate / 10, "accuracy.low": 0.88, "accuracy.high": 0.93})
        return run.id


def _hostile(lab: Lab) -> int:
    with lab.run(HOSTILE, {HOSTILE: HOSTILE}, tags=(HOSTILE,)) as run:
        run.log({HOSTILE: 1.0, f"gradient_norm/{HOSTILE}": 1.0}, step=0)
        run.log({HOSTILE: 2.0, f"gradient_norm/{HOSTILE}": 2.0}, step=1)
        run.note(f"{HOSTILE} [x](javascript:alert(1))")
        run.event("logbook", {"text": HOSTILE})
        return run.id

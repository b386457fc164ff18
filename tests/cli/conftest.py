"""A fit that never happened, for tests of what the command line does with it."""

import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from justright.kinds import (
    Baseline,
    Column,
    DataFacts,
    Decision,
    Design,
    Profile,
    RunRecord,
    Score,
    Task,
)


def score(metric: str, value: float, half: float = 0.02, n_rows: int = 69) -> Score:
    return Score(
        metric=metric,
        value=value,
        low=value - half,
        high=value + half,
        n_rows=n_rows,
        higher_is_better=True,
    )


def decision(lever: str, value: Any) -> Decision:
    return Decision(
        lever=lever, value=value, origin="user", rule="user", reason="asked for", source="user"
    )


def make_run(**changes: Any) -> RunRecord:
    task = Task(
        kind="multiclass",
        target="species",
        classes=("Adelie", "Chinstrap", "Gentoo"),
        reason="the target has 3 different words",
    )
    fields: dict[str, Any] = {
        "created": "2026-11-21T12:00:00",
        "command": "justright fit penguins.csv --target species",
        "python": "justright.fit('penguins.csv', 'species')",
        "seed": 0,
        "versions": {"torch": "2.13.0"},
        "data": DataFacts(
            source="penguins.csv",
            fingerprint="0" * 64,
            n_rows=344,
            n_columns=8,
            n_development=275,
            n_test=69,
            n_folds=5,
            n_validation=55,
        ),
        "profile": Profile(task="multiclass", n_rows=275),
        "columns": (
            Column(
                name="id",
                kind="id",
                role="excluded",
                reason="all different",
                n_missing=0,
                n_unique=344,
            ),
        ),
        "logbook": (),
        "design": Design(task=task, decisions=(decision("depth", 3), decision("width", 64))),
        "n_parameters": 4_000,
        "findings": (),
        "sweep": None,
        "traces": (),
        "scores": (score("accuracy", 0.986), score("roc_auc", 0.99), score("neg_log_loss", -0.05)),
        "validation_scores": (score("accuracy", 0.98),),
        "baselines": (
            Baseline(name="linear", what="logistic", scores=(score("accuracy", 0.97),)),
            Baseline(name="trivial", what="commonest", scores=(score("accuracy", 0.44, 0.0),)),
        ),
        "verdict": "The network is as good as the linear model; the linear one is simpler.",
    }
    return RunRecord(**(fields | changes))


@pytest.fixture
def five_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A summary of any design, as the fake one has few levers."""
    module = import_module("justright.designer.explain")
    words = ("Evaluation", "Network", "Activation", "Optimisation", "Ensemble")
    why = "chosen for a good reason, which is told here at some length [rule some-20]"
    monkeypatch.setattr(module, "summary", lambda design: tuple(f"{w}: {why}" for w in words))


@pytest.fixture
def run_record(five_lines: None) -> Any:
    """The maker of run records, to change a field."""
    return make_run


@dataclass
class FakeModel:
    run: RunRecord
    folder: Path | None = None

    def predict_frame(self, data: Any, *, interval: float | None = None) -> pl.DataFrame:
        if interval is not None:
            return pl.DataFrame(
                {"prediction": [2.0], "low": [2 - interval], "high": [2 + interval]}
            )
        return pl.DataFrame({"prediction": ["Adelie", "Gentoo"], "prob_Adelie": [0.9, 0.2]})

    def explain(self, *, width: int) -> str:
        return "depth = 3, because it was asked for"


class FakePlan:
    findings = ()

    def explain(self, *, width: int) -> str:
        return "depth = 3, because it was asked for"

    def to_dict(self) -> dict[str, Any]:
        return {"depth": 3}


class FakeRate:
    chosen = 0.003

    def to_dict(self) -> dict[str, Any]:
        return {"chosen": self.chosen}

    def save(self, path: Path) -> Path:
        path.write_text("a picture")
        return path

    def __repr__(self) -> str:
        return "learning rate 0.003: the lowest loss"


@dataclass
class Recipes:
    """The fake recipes: what they were asked, and what they are to raise or do."""

    asked: dict[str, Any] = field(default_factory=dict)
    raises: BaseException | None = None
    during: Any = None

    def fit(self, data: Any, target: str, **options: Any) -> FakeModel:
        self._note(data=data, target=target, **options)
        if self.during is not None:
            self.during(options["progress"])
        Path(options["out"]).mkdir(parents=True, exist_ok=True)
        return FakeModel(make_run(), Path(options["out"]))

    def resume(self, folder: Any, **options: Any) -> FakeModel:
        self._note(folder=folder, **options)
        return FakeModel(make_run(), Path(folder))

    def design(self, data: Any, target: str, **options: Any) -> FakePlan:
        self._note(data=data, target=target, **options)
        return FakePlan()

    def learning_rate(self, data: Any, target: str, **options: Any) -> "FakeRate":
        self._note(data=data, target=target, **options)
        return FakeRate()

    def load(self, folder: Any) -> FakeModel:
        self._note(folder=folder)
        return FakeModel(make_run(), Path(folder))

    def _note(self, **asked: Any) -> None:
        self.asked = asked
        if self.raises is not None:
            raise self.raises


@pytest.fixture
def recipes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, five_lines: None) -> Recipes:
    """Recipes that do nothing, in an empty working folder."""
    fake = Recipes()
    same = ("fit", "resume", "design", "learning_rate")
    for name, function in [*zip(same, same, strict=True), ("model", "load")]:
        module = ModuleType(f"justright.recipes.{name}")
        setattr(module, function, getattr(fake, function))
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.chdir(tmp_path)
    return fake

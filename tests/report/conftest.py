"""Made-up runs that look like real ones: two classes, several classes, a number, and sick ones."""

import math
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from justright.kinds import (
    Baseline,
    Calibration,
    Column,
    Confusion,
    DataFacts,
    Decision,
    Design,
    Finding,
    LogEntry,
    PassedOver,
    PredictedTrue,
    Profile,
    RunRecord,
    Score,
    Severity,
    Sweep,
    Task,
    Trace,
)
from tests.report.doubts import contest, doubt
from tests.report.searches import classic, nothing, population

HOSTILE = "<script>alert(1)</script>"
LAYERS = ("input.linear", "hidden.0.linear", "hidden.1.linear", "hidden.2.linear", "output")


def score(metric: str, value: float, half: float, *, up: bool = True, n: int = 600) -> Score:
    return Score(
        metric=metric, value=value, low=value - half, high=value + half, n_rows=n,
        higher_is_better=up,
    )  # fmt: skip


def sweep(*, diverging: bool = True) -> Sweep:
    rates = tuple(10 ** (-5 + i * 5.5 / 27) for i in range(28))
    train: list[float | None] = []
    valid: list[float | None] = []
    for rate in rates:
        x = math.log10(rate)
        loss = 0.32 + 0.37 / (1 + math.exp(2.2 * (x + 3.6))) + max(0.0, x + 1.2) ** 2 * 0.9
        lost = diverging and rate > 0.3
        train.append(None if lost else loss - 0.02)
        valid.append(None if lost else loss + 0.008 * math.sin(9 * x))
    return Sweep(
        rates=rates, train_loss=tuple(train), validation_loss=tuple(valid), n_steps=200,
        start_loss=0.693, best=0.0087, diverges_at=0.316 if diverging else None,
        usable_low=0.0021, usable_high=0.034, chosen=0.0087,
        reason="the largest rate with a loss within the noise of the best, one third of the way "
        "below the first diverging rate",
    )  # fmt: skip


def trace(i: int, *, epochs: int = 60, lost_at: int | None = None, scale: float = 0.69) -> Trace:
    rng = random.Random(i)
    n = epochs - rng.randrange(0, max(epochs // 3, 1))
    train = [scale * (0.36 + 0.64 * math.exp(-e / 9)) + rng.gauss(0, 0.006) for e in range(n)]
    valid = [t + 0.03 + 0.0011 * e + rng.gauss(0, 0.007) for e, t in enumerate(train)]
    best = min(range(n), key=valid.__getitem__)

    def cut(values: list[float]) -> tuple[float | None, ...]:
        return tuple(
            None if lost_at is not None and e >= lost_at else v for e, v in enumerate(values)
        )

    norms = {
        layer: cut([10 ** (-2.6 + 0.55 * k - e / 60 + rng.gauss(0, 0.06)) for e in range(n)])
        for k, layer in enumerate(LAYERS)
    }
    return Trace(
        seed=100 + i, fold=i % 5, learning_rate=0.0087, steps=tuple(38 * (e + 1) for e in range(n)),
        train_loss=cut(train), validation_loss=cut(valid), validation_score=cut(valid),
        rate=tuple(0.0087 for _ in range(n)), gradient_norm=norms, update_ratio={},
        best_step=None if lost_at is not None else 38 * (best + 1),
        stopped="diverged" if lost_at is not None else "patience",
    )  # fmt: skip


def decisions() -> tuple[Decision, ...]:
    passed = (
        PassedOver(
            rule="batch-1", choice="all rows", when="rows < 256",
            because="2,400 development rows are more",
        ),
        PassedOver(
            rule="batch-9", choice="1024", when="otherwise", because="batch-2 decided earlier"
        ),
    )  # fmt: skip
    return (
        Decision(lever="depth", value=3, unit="hidden layers", origin="rule", rule="depth-3",
                 when="rows < 10,000", reason="a deeper network of this width found nothing more",
                 source="Gorishniy et al. 2021, arXiv:2106.11959"),
        Decision(lever="width", value=128, unit="neurons", origin="rule", rule="width-2",
                 when="inputs < 64", reason="wide enough that more neurons leave the loss alone",
                 source="house run 0031"),
        Decision(lever="activation", value="gelu", origin="rule", rule="act-2", when="depth < 8",
                 reason="smooth at zero, and as cheap as ReLU at this size",
                 source="Hendrycks and Gimpel 2016, arXiv:1606.08415"),
        Decision(lever="batch_size", value=64, unit="examples", origin="rule", rule="batch-2",
                 when="rows < 5,000", reason="small batches keep the number of steps up",
                 source="Masters and Luschi 2018, arXiv:1804.07612", passed_over=passed),
        Decision(lever="learning_rate", value=0.0087, origin="measurement", rule="measured",
                 reason="the largest rate within the noise of the best one",
                 source="the sweep of this run", evidence={"best_loss": 0.341, "noise": 0.0042}),
        Decision(lever="dropout", value=0.1, unit="share", origin="user", rule="user",
                 reason="asked for on the command line", source="user"),
        Decision(lever="early_stopping", value=True, origin="rule", rule="stop-1", when="always",
                 reason="validation loss tells when to stop", source="Prechelt 1998"),
    )  # fmt: skip


def columns(target: str, kind: str) -> tuple[Column, ...]:
    number = Column(
        name="tenure_months", kind="number", role="input", reason="all cells are numbers",
        n_missing=12, n_unique=73, low=0, q25=9, median=29, q75=55, high=72, outlier_share=0.0,
        skewness=0.24,
    )  # fmt: skip
    return (
        number,
        replace(number, name="monthly_charges", n_missing=0, low=18.2, q25=35.5, median=70.3,
                q75=89.9, high=118.75, n_unique=1585),
        Column(name="contract", kind="category", role="input", reason="3 different texts",
               n_missing=0, n_unique=3,
               top=(("month-to-month", 1650), ("two year", 720), ("one year", 630))),
        Column(name="signed_on", kind="date", role="input", reason="dates as 2024-03-31",
               n_missing=40, n_unique=811, low=16000, high=19000, date_formats=("%Y-%m-%d",)),
        Column(name="customer_id", kind="id", role="excluded",
               reason="a different value in every row", n_missing=0, n_unique=3000),
        Column(name=target, kind="number" if kind == "regression" else "category", role="target",
               reason="named as the target", n_missing=0, n_unique=2,
               top=(("no", 2205), ("yes", 795))),
    )  # fmt: skip


def logbook() -> tuple[LogEntry, ...]:
    return (
        LogEntry(room="data", subject="file", action="read as UTF-8, comma separated",
                 reason="the separator with the same count in every line"),
        LogEntry(room="data", subject="customer_id", action="excluded",
                 reason="a different value in every row teaches nothing", count=3000),
        LogEntry(room="data", subject="rows", action="dropped exact duplicates",
                 reason="they could be in training and test at once", count=14),
        LogEntry(room="data", subject="tenure_months", action="flagged",
                 reason="0.4 % of the cells are empty; an indicator was added", count=12),
    )  # fmt: skip


def findings() -> tuple[Finding, ...]:
    return (
        Finding(check="plateau", severity=Severity.NOTE, meaning="more epochs would not help",
                sign="validation loss flat over the last 12 epochs", remedy="none needed"),
        Finding(check="overfit-gap", severity=Severity.WARN, layer="hidden.2.linear",
                sign="validation loss is 1.3 times the training loss at the best step",
                meaning="the network remembers rows that it should generalise from",
                remedy="raise dropout to 0.2, or lower the width to 64",
                numbers={"gap": 1.31, "limit": 1.25}),
    )  # fmt: skip


def binary(**changes: object) -> RunRecord:
    task = Task(
        kind="binary", target="churn", classes=("no", "yes"),
        reason="The column has 2 different values. To overrule: --task regression.",
    )  # fmt: skip
    run = RunRecord(
        created="2026-11-20T14:05:09",
        command="justright fit customers.csv --target churn --seed 7",
        python='from justright import NetClassifier\n\nNetClassifier(seed=7).fit(X, y)',
        seed=7,
        versions={"justright": "0.1.0", "torch": "2.9.1", "numpy": "2.3.4", "python": "3.11.2"},
        data=DataFacts(source="customers.csv", fingerprint="9f2c" * 16, n_rows=3014, n_columns=6,
                       n_development=2400, n_test=600, n_folds=5, n_validation=480),
        profile=Profile(task="binary", n_rows=2400, n_numeric=2, n_classes=2,
                        minority_share=0.265, n_rarest=636),
        columns=columns("churn", "binary"),
        logbook=logbook(),
        design=Design(task=task, decisions=decisions()),
        n_parameters=36_481,
        findings=findings(),
        sweep=sweep(),
        traces=tuple(trace(i) for i in range(10)),
        scores=(score("roc_auc", 0.873, 0.021), score("accuracy", 0.812, 0.031),
                score("log_loss", 0.398, 0.03, up=False)),
        validation_scores=(score("roc_auc", 0.881, 0.012), score("accuracy", 0.82, 0.015),
                           score("log_loss", 0.389, 0.02, up=False)),
        baselines=(
            Baseline(name="trivial", what="always predicts the share of each class",
                     scores=(score("roc_auc", 0.5, 0.0), score("accuracy", 0.735, 0.035),
                             score("log_loss", 0.578, 0.02, up=False))),
            Baseline(name="linear", what="a logistic regression on the same inputs",
                     scores=(score("roc_auc", 0.841, 0.026), score("accuracy", 0.79, 0.033),
                             score("log_loss", 0.43, 0.03, up=False))),
        ),
        verdict="The network is worth it: its ROC AUC of 0.873 is 0.032 above the linear model, "
        "more than chance explains, and far above guessing.",
        warnings=("14 duplicate rows were dropped before the split.",
                  "The share of churn rises with the date: check the model on newer rows."),
        timings_s={"read": 0.4, "design": 0.05, "sweep": 4.2, "training": 21.7, "evaluation": 1.1},
        confusion=Confusion(classes=("no", "yes"), counts=((402, 39), (74, 85))),
        calibration=Calibration(
            predicted=(0.04, 0.13, 0.25, 0.38, 0.52, 0.66, 0.81),
            observed=(0.03, 0.11, 0.29, 0.36, 0.55, 0.6, 0.84),
            n_rows=(210, 120, 90, 66, 50, 40, 24), error=0.024, temperature=1.18,
        ),
        doubt=doubt(),
        contest=contest(),
        search=population(),
    )  # fmt: skip
    return replace(run, **changes)


def multiclass(n: int = 7) -> RunRecord:
    rng = random.Random(1)
    names = tuple(f"species {chr(65 + i % 26)}{i // 26 or ''}" for i in range(n))
    counts = tuple(
        tuple(rng.randint(60, 120) if t == p else rng.choice((0, 1, 4, 9)) for p in range(n))
        for t in range(n)
    )
    task = Task(kind="multiclass", target="species", classes=names, reason="text, several values")
    return binary(
        design=Design(task=task, decisions=decisions()),
        columns=columns("species", "multiclass"),
        scores=(score("accuracy", 0.91, 0.02), score("f1_macro", 0.89, 0.03)),
        validation_scores=(score("accuracy", 0.92, 0.01),),
        confusion=Confusion(classes=names, counts=counts),
        search=classic(),
    )


def regression() -> RunRecord:
    rng = random.Random(2)
    true = [math.exp(rng.gauss(12.2, 0.5)) for _ in range(900)]
    task = Task(kind="regression", target="price", reason="numbers with many different values")
    return binary(
        design=Design(task=task, decisions=decisions()),
        columns=columns("price", "regression"),
        scores=(score("root_mean_squared_error", 41250.0, 2100.0, up=False),
                score("r2", 0.86, 0.02)),
        validation_scores=(score("root_mean_squared_error", 40100.0, 1500.0, up=False),),
        baselines=(
            Baseline(name="trivial", what="always predicts the mean of the development rows",
                     scores=(score("root_mean_squared_error", 121000.0, 6000.0, up=False),
                             score("r2", -0.001, 0.001))),
            Baseline(name="linear", what="a ridge regression on the same inputs",
                     scores=(score("root_mean_squared_error", 58300.0, 2900.0, up=False),
                             score("r2", 0.72, 0.03))),
        ),
        verdict="The network is worth it: it is off by 41,250 where a linear model is off by "
        "58,300.",
        confusion=None,
        calibration=None,
        predicted_true=(
            PredictedTrue(
                name="price",
                predicted=tuple(t * math.exp(rng.gauss(0, 0.13)) for t in true),
                true=tuple(true),
            ),
        ),
        search=nothing(),
    )  # fmt: skip


def sick() -> RunRecord:
    """Members that diverged early, wholly or not, and scores that are not finite."""
    nothing = Trace(seed=3, fold=0, learning_rate=3.0)
    nan = float("nan")
    return binary(
        traces=(trace(0), trace(1, lost_at=5), trace(2, lost_at=0), nothing),
        sweep=replace(sweep(), train_loss=(None,) * 28, validation_loss=(None,) * 28),
        scores=(score("roc_auc", nan, nan), score("log_loss", float("inf"), 1.0, up=False)),
        findings=(
            Finding(check="diverged", severity=Severity.STOP, sign="the loss is not finite",
                    meaning="the rate is too high", remedy="lower it",
                    numbers={"loss": float("inf")}),
        ),
    )  # fmt: skip


def bare() -> RunRecord:
    """A run with every part empty that may be empty."""
    run = regression()
    return replace(
        run, sweep=None, traces=(), predicted_true=(), warnings=(), findings=(), timings_s={},
        logbook=(), columns=(), versions={}, baselines=(), validation_scores=(), scores=(),
        search=None,
        command="", python="", design=Design(task=run.design.task, decisions=()),
    )  # fmt: skip


def hostile() -> RunRecord:
    """Every text that a user or a file can set tries to break out of the page."""
    evil = HOSTILE + "<!-- \" ' & <img src=x onerror=alert(1)>"
    run = regression()
    found = trace(0)
    return replace(
        run,
        command=evil, python=evil, verdict=evil, warnings=(evil,), versions={evil: evil},
        created=evil, timings_s={evil: 1.0},
        data=replace(run.data, source=evil, fingerprint=evil),
        design=Design(
            task=replace(run.design.task, target=evil, reason=evil),
            decisions=tuple(
                replace(d, value=evil, unit=evil, reason=evil, source=evil, when=evil,
                        evidence={evil: 1.0})
                for d in decisions()
            ),
        ),
        columns=tuple(
            replace(c, name=evil, reason=evil, top=((evil, 3),)) for c in run.columns
        ),
        logbook=(LogEntry(room=evil, subject=evil, action=evil, reason=evil),),
        findings=tuple(
            replace(f, sign=evil, meaning=evil, remedy=evil, layer=evil, check=evil,
                    numbers={evil: 1.0})
            for f in findings()
        ),
        traces=(replace(found, stopped=evil, gradient_norm={evil: (0.1, 0.2)}),),
        sweep=replace(sweep(), reason=evil),
        confusion=Confusion(classes=(evil, "b"), counts=((1, 2), (3, 4))),
        baselines=(replace(run.baselines[0], name=evil, what=evil),),
        doubt=doubt(evil, how=evil, guarded=evil),
        contest=contest(evil),
        search=replace(population(evil), sampler=evil, metric=evil, stages=classic(evil).stages),
    )  # fmt: skip


BUILDERS: dict[str, Callable[[], RunRecord]] = {
    "binary": binary,
    "multiclass": multiclass,
    "many classes": lambda: multiclass(40),
    "regression": regression,
    "sick": sick,
    "bare": bare,
    "hostile": hostile,
}


@pytest.fixture(params=BUILDERS.values(), ids=BUILDERS)
def any_run(request: pytest.FixtureRequest) -> RunRecord:
    """Each made-up run in turn."""
    return request.param()


@pytest.fixture
def runs() -> dict[str, Callable[[], RunRecord]]:
    """The builders by name."""
    return BUILDERS

"""The record repeats the run, and says what its reader should know."""

import dataclasses
import shlex

import numpy as np
import polars as pl
import pytest

from justright.cli.arguments import data_options
from justright.cli.arguments import target as target_of
from justright.cli.parser import build
from justright.kinds import Finding, Severity, Trace
from justright.recipes import run_record
from justright.recipes.fit import TIME_S, fit
from justright.recipes.ground import lay_ground
from justright.recipes.wish import FOREVER_S, SAMPLER, STRATEGY, TEST_SHARE, Wish
from justright.train.population import Outcome
from tests.recipes.small import EPOCHS, QUICK, table, timeless

PLAIN = Wish(data="rows.csv", target="net price")

WISHES = {
    "nothing": {},
    "all": {
        "metric": "mae", "group": "who", "order": "day", "test": "last.csv", "task": "regression",
        "design": "fast",
        "drop": ("a", "b c"), "overrides": {"depth": 0, "residual": True, "clip": "none"},
        "seed": 17,
    },
    "weighed, without a test part": {"weight": "-w", "test_share": 0.0},
    "a search": {
        "search": True, "sampler": "optuna", "storage": "my study.db", "strategy": "classic",
        "single": True,
    },
    "trials": {"trials": 40, "time_s": FOREVER_S},
    "trials and a time": {"trials": 7, "time_s": 90.0},
    "no search": {"search": False},
    "spaces and quotes": {"data": "my 'old' rows.csv", "drop": ('say "x"', "$HOME")},
    "names like flags": {"drop": ("-x", "--time"), "group": "-g", "order": "-1"},
    "many digits": {"time_s": 12.123456789, "overrides": {"learning_rate": 0.00123456789}},
    "small": {"overrides": {"learning_rate": 1.2e-6, "weight_decay": 1e-7}},
    "ten days": {"time_s": 1_234_567.5},
    "words with hyphens": {"overrides": {"evaluation": "hold-out", "scaler": "min-max"}},
}  # fmt: skip


def wished(changes):
    return dataclasses.replace(PLAIN, **changes)


@pytest.mark.parametrize("target", ["y", "-y", "net price", ("y", "-z")], ids=str)
@pytest.mark.parametrize("changes", WISHES.values(), ids=WISHES)
def test_the_command_says_what_was_asked(changes, target):
    wish = wished(changes | {"target": target})
    words = shlex.split(wish.command())
    assert words[0] == "justright"
    options = build().parse_args(words[1:])
    read = data_options(options)
    asked = {name: getattr(wish, name) for name in read}
    if options.time is None:  # as `fit` has it where trials are counted
        assert wish.trials is not None and wish.time_s == FOREVER_S
        asked["time_s"] = None
    assert read == asked
    told = {name: getattr(options, name) for name in ("search", "trials", "storage", "single")}
    told |= {"sampler": options.sampler or SAMPLER, "strategy": options.strategy or STRATEGY}
    assert told == {name: getattr(wish, name) for name in told}
    assert (options.file, target_of(options), options.seed, options.test) == (
        wish.data, list(target) if isinstance(target, tuple) else target, wish.seed, wish.test,
    )  # fmt: skip
    share = TEST_SHARE if options.test_share is None else options.test_share
    assert (options.weight, share) == (wish.weight, wish.test_share)


@pytest.mark.parametrize("changes", WISHES.values(), ids=WISHES)
def test_the_python_lines_say_what_was_asked(changes, monkeypatch):
    wish, asked = wished(changes), {}
    monkeypatch.setattr(
        "justright.recipes.fit.fit",
        lambda data, target, **options: asked.update(data=data, target=target, **options),
    )
    exec(wish.python(), {})
    defaults = {own.name: own.default for own in dataclasses.fields(Wish)}
    defaults |= {"overrides": {}, "time_s": FOREVER_S if wish.trials else TIME_S}
    asked["drop"] = tuple(asked.get("drop", ()))
    assert defaults | asked == dataclasses.asdict(wish) | {"target": "net price"}


def test_a_frame_is_named_for_what_it_is():
    wish = wished({"data": table(), "test": table()})
    assert "fit DATA.csv " in wish.command() and "--test TEST.csv" in wish.command()
    assert "fit(data, 'net price'," in wish.python() and "test=test" in wish.python()


def test_numpys_numbers_are_written_as_pythons():
    levers = {name: np.int64(value) for name, value in EPOCHS.items() if name != "evaluation"}
    levers |= {"evaluation": "hold-out", "dropout": np.float64(0.1), "residual": np.bool_(True)}
    run = fit(table(), "y", time_s=np.float32(30), seed=np.int64(3), overrides=levers).run
    assert type(run.seed) is int and "np." not in run.python
    assert "'dropout': 0.1" in run.python and "'residual': True" in run.python
    assert "--set residual=on" in run.command and "--time 30s --seed 3" in run.command


def test_both_repeat_the_run(tmp_path):
    place = tmp_path / "my rows.csv"
    table("binary").write_csv(place)
    first = fit(place, "y", seed=2, drop=["flag"], **QUICK).run
    lines = {}
    exec(first.python, lines)
    assert timeless(lines["model"].run) == timeless(first)
    options = build().parse_args(shlex.split(first.command)[1:])
    again = fit(options.file, options.target, seed=options.seed, **data_options(options)).run
    assert timeless(again) == timeless(first)


# ---- what it holds -----------------------------------------------------------------------------


def test_facts(fitted):
    run = fitted("multiclass", folds=3).run
    assert (run.data.n_rows, run.data.n_columns, run.data.n_folds) == (120, 6, 3)
    assert run.data.n_development + run.data.n_test == 120
    assert len(run.data.fingerprint) == 64
    assert run.versions.keys() == {"python", *run_record.PACKAGES}
    assert len(run.traces) == 6 and run.n_parameters > 0
    assert [b.name for b in run.baselines] == ["linear", "trivial"]
    wanted = [score.metric for score in run.scores]
    assert wanted[0] == run.design["metric"]
    assert all([s.metric for s in b.scores] == wanted for b in run.baselines)
    assert sum(map(sum, run.confusion.counts)) == run.data.n_test
    assert sum(run.calibration.n_rows) == run.data.n_test and not run.predicted_true


def test_a_number_has_a_picture_and_no_confusion(fitted):
    run = fitted("regression").run
    assert run.confusion is None and run.calibration is None
    assert len(run.predicted_true[0].true) == run.data.n_test


def test_the_fingerprint_is_of_the_cells(fitted):
    other = table("regression").with_columns(pl.col("a") + 1e-9)
    run = fit(other, "y", time_s=5, overrides=EPOCHS).run
    assert run.data.fingerprint != fitted("regression").run.data.fingerprint


# ---- warnings ----------------------------------------------------------------------------------


def warnings_of(*, n_test=500, stopped=("epochs",), findings=(), levers=None):
    levers = {"learning_rate": 0.01} if levers is None else levers
    apart = table(n=n_test, seed=1)
    ground = lay_ground(Wish(data=table(), target="y", time_s=5, test=apart, overrides=levers))
    traces = tuple(Trace(seed=0, fold=0, learning_rate=0.1, stopped=why) for why in stopped)
    outcome = Outcome(thetas=(), statistics=(), scores=(), traces=traces, steps=1)
    return run_record._warnings(ground, ground.design, findings, outcome)


def finding(severity):
    return Finding(check="x", severity=severity, sign="seen", meaning="meant", remedy="mend")


def test_warnings():
    assert warnings_of() == ()
    assert warnings_of(n_test=100) == ()
    assert warnings_of(n_test=99)[0].startswith("the test part has 99 rows only")
    assert "more --time" in warnings_of(stopped=("epochs", "time"))[0]
    assert "interrupted" in warnings_of(stopped=("interrupted",))[0]
    assert warnings_of(findings=(finding(Severity.WARN), finding(Severity.NOTE))) == (
        "seen: meant",
    )

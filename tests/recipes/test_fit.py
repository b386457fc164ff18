"""The main journey: seeds, overrides, time, and who listens."""

import itertools
import time

import numpy as np
import polars as pl
import pytest
import torch

from justright.errors import BudgetError, DesignError, TrainingError
from justright.recipes.fit import fit
from justright.recipes.progress import STAGES, Silent
from tests.recipes.small import EPOCHS, KINDS, QUICK, table, timeless


def fit_with(kind="regression", **overrides):
    return fit(table(kind), "y", time_s=60, overrides=EPOCHS | overrides)


# ---- seeds ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_model(kind):
    one, two = (fit(table(kind), "y", seed=3, **QUICK) for _ in range(2))
    assert torch.equal(one.predictor.squads[0].theta, two.predictor.squads[0].theta)
    assert timeless(one.run) == timeless(two.run)
    rows = table(kind, n=30, seed=9)
    assert one.predict_frame(rows).equals(two.predict_frame(rows))


def test_another_seed_another_model():
    one, two = (fit(table(), "y", seed=seed, **QUICK) for seed in (3, 4))
    assert not torch.equal(one.predictor.squads[0].theta, two.predictor.squads[0].theta)
    assert one.run.scores != two.run.scores


def test_members_of_one_fit_differ(fitted):
    first, second = fitted("regression").predictor.squads[0].theta
    assert not torch.equal(first, second)


# ---- overrides -----------------------------------------------------------------------------

WORDS = {
    "optimizer": "sgd sgd_nesterov rmsprop adam adamw nadam adamax",
    "schedule": "constant step exponential plateau one_cycle cosine linear",
    "averaging": "none ema swa",
    "numeric_embedding": "none piecewise_linear periodic",
    "normalisation": "none batch layer",
    "clip": "none norm value",
    "activation": "logistic tanh relu prelu rrelu selu mish",
    "scaler": "robust standard min-max quantile",
    "shape": "same funnel",
}
SWITCHES = [(lever, word) for lever, words in WORDS.items() for word in words.split()]
OTHERS = [("residual", True), ("depth", 0), ("dropout", 0.3), ("input_dropout", 0.2), ("width", 8)]


@pytest.mark.parametrize(("lever", "value"), SWITCHES + OTHERS)
def test_a_lever_that_the_user_sets(lever, value):
    # Every other row of the table is of classes, so that both heads are trained.
    kind = KINDS[(SWITCHES + OTHERS).index((lever, value)) % len(KINDS)]
    model = fit_with(kind, epochs=2, **{lever: value})
    decision = model.run.design.decision(lever)
    assert (decision.value, decision.origin, decision.rule) == (value, "user", "user")
    assert np.isfinite(model.run.scores[0].value)
    assert np.isfinite(model.predictor.predict(table(kind).head(3))).all()
    assert {trace.stopped for trace in model.run.traces} == {"epochs"}


def test_depth_0_leaves_one_linear_layer():
    flat, deep = fit_with(depth=0), fit_with(depth=2, width=16, normalisation="none")
    n_inputs = flat.predictor.encoders[0].layout.n_columns
    assert flat.predictor.squads[0].spec.depth == 0
    assert flat.run.n_parameters == flat.predictor.squads[0].theta.shape[1] == n_inputs + 1
    assert deep.run.n_parameters > 16 * n_inputs + 16 * 16


def test_dropout_changes_the_training():
    without, with_ = fit_with(dropout=0.0), fit_with(dropout=0.5)
    assert not torch.equal(without.predictor.squads[0].theta, with_.predictor.squads[0].theta)


def test_a_rate_of_the_users_needs_no_sweep(fitted):
    asked = fit_with(learning_rate=0.0123)
    assert asked.run.sweep is None
    assert {trace.learning_rate for trace in asked.run.traces} == {0.0123}
    assert "learning rate" not in asked.run.timings_s
    measured = fitted("regression").run
    assert measured.sweep.chosen == measured.design["learning_rate"]
    assert {trace.learning_rate for trace in measured.traces} == {measured.sweep.chosen}


def test_a_named_design_is_trained_and_its_rate_is_not_measured_again():
    model = fit(table("binary"), "y", **QUICK | {"design": "tabm"})
    assert model.run.design.decision("depth").rule == "design:tabm"
    assert model.run.sweep is None and "learning rate" not in model.run.timings_s
    assert {trace.learning_rate for trace in model.run.traces} == {0.002}
    assert not any("learning rate" in warning for warning in model.run.warnings)
    assert "--design tabm" in model.run.command and "design='tabm'" in model.run.python
    with pytest.raises(DesignError, match="no design is called 'tab'"):
        fit(table(), "y", design="tab")


def test_ensemble_size_is_the_number_of_networks():
    model = fit_with(ensemble_size=3)
    assert len(model.predictor.squads[0].theta) == len(model.run.traces) == 3
    assert model.run.design.decision("ensemble_size").origin == "user"


def test_every_fold_has_a_network_though_fewer_were_asked_for():
    model = fit_with(evaluation="k-fold", folds=4, ensemble_size=2)
    decision = model.run.design.decision("ensemble_size")
    assert model.predictor.folds == (0, 1, 2, 3) and decision.value == 4
    assert decision.origin == "measurement" and "you asked for 2" in decision.reason


def test_hold_out_has_one_fold():
    model = fit_with()
    assert model.run.data.n_folds == 1 and model.predictor.folds == (0,)
    assert model.run.design.decision("evaluation").origin == "user"


def test_a_wrong_lever_is_refused_before_any_work():
    with pytest.raises(DesignError, match="no lever is called 'depht'"):
        fit(table(), "y", overrides={"depht": 2})


def test_a_rate_at_which_all_diverge():
    with pytest.raises(TrainingError) as caught:
        fit_with(
            learning_rate=10.0, optimizer="sgd", clip="none", momentum=0.999, activation="relu",
            normalisation="none", depth=4, epochs=60, warmup_share=0.0,
        )  # fmt: skip
    assert "all 2 networks diverged at learning rate 10" in caught.value.seen
    assert "learning_rate" in caught.value.try_


# ---- time ----------------------------------------------------------------------------------


@pytest.mark.parametrize("time_s", [0, -1.0, 0.5, float("nan")])
def test_too_little_time(time_s):
    with pytest.raises(BudgetError) as caught:
        fit(table(), "y", time_s=time_s)
    assert f"{time_s:g} s were given" in caught.value.seen
    assert "1 s" in caught.value.needed


@pytest.fixture(scope="module")
def large():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20_000, 20))
    y = x[:, 0] * x[:, 1] + np.sin(3 * x[:, 2]) + 0.1 * rng.normal(size=len(x))
    return pl.DataFrame({f"x{i}": x[:, i] for i in range(20)} | {"y": y})


def test_the_time_is_kept(large):
    start = time.perf_counter()
    model = fit(large, "y", time_s=3)
    # Generous: on two busy cores, the bound is on the logic of the budget.
    assert time.perf_counter() - start < 3 * 1.1 + 5
    assert model.run.design.decision("epochs").origin == "measurement"
    assert "the time allows" in model.run.design.decision("epochs").reason


class Impatient(Silent):
    """Asks to stop from the first moment on."""

    def should_stop(self):
        return True


@pytest.mark.parametrize("levers", [{}, {"learning_rate": 0.01}], ids=["sweep", "training"])
def test_stopped_early_the_model_is_usable(levers, large):
    start = time.perf_counter()
    model = fit(large, "y", time_s=600, progress=Impatient(), overrides=EPOCHS | levers)
    # The sweep of ten minutes would have taken two; measuring the speed takes a moment.
    assert time.perf_counter() - start < 20
    assert np.isfinite(model.predict(large.head(5))).all()
    assert sum(trace.steps[-1] for trace in model.run.traces) > len(model.run.traces), "trained"
    assert any("interrupted" in warning for warning in model.run.warnings)


# ---- who listens ---------------------------------------------------------------------------


class Notes(Silent):
    def __init__(self):
        self.stages, self.said, self.warned, self.told = [], [], [], []

    def stage(self, name):
        self.stages.append(name)

    def say(self, text):
        self.said.append(text)

    def warn(self, text):
        self.warned.append(text)

    def training(self, **figures):
        self.told.append((self.stages[-1], figures))


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    notes = Notes()
    out = tmp_path_factory.mktemp("heard") / "model"
    return notes, fit(table("binary"), "y", progress=notes, out=out, **QUICK)


UNSEARCHED = tuple(stage for stage in STAGES if stage not in ("search", "one network"))


def test_stages_come_in_order(heard):
    assert tuple(heard[0].stages) == UNSEARCHED


def test_without_saving_or_sweep_their_stages_are_left_out():
    notes = Notes()
    fit(table(), "y", progress=notes, time_s=60, overrides=EPOCHS | {"learning_rate": 0.01})
    assert tuple(notes.stages) == tuple(
        stage for stage in UNSEARCHED if stage not in ("learning rate", "saving")
    )


def test_every_stage_is_timed(heard):
    assert tuple(heard[1].run.timings_s) == UNSEARCHED[: UNSEARCHED.index("saving")]
    assert min(heard[1].run.timings_s.values()) >= 0


def test_progress_rises_in_each_training(heard):
    assert {stage for stage, _ in heard[0].told} == {"learning rate", "training"}
    for _, told in itertools.groupby(heard[0].told, key=lambda item: item[0]):
        figures = [figure for _, figure in told]
        shares = [figure["done_share"] for figure in figures]
        assert shares == sorted(shares) and shares[0] > 0 and shares[-1] == 1.0
        assert all(figure["best"].startswith("validation log-loss ") for figure in figures)
        assert all(0 <= figure["left_s"] <= 60 for figure in figures)


def test_warnings_reach_the_listener(heard):
    assert set(heard[1].run.warnings) <= set(heard[0].warned)
    assert any("rows only" in text for text in heard[0].warned)
    assert any(text.startswith("learning rate ") for text in heard[0].said)
    assert any("120 rows, 6 columns" in text for text in heard[0].said)

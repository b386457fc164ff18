"""The second training over a shorter schedule, where the best weights came early."""

import dataclasses

import numpy as np

from justright.recipes.fit import fit
from tests.recipes.small import table, with_target

NOISE = with_target(table(), np.random.default_rng(3).normal(size=120))
LEVERS = {
    "evaluation": "hold-out", "ensemble_size": 2, "learning_rate": 0.03, "schedule": "cosine",
    "depth": 2, "width": 64, "dropout": 0.0, "batch_size": 16, "weight_decay": 0.0,
}  # fmt: skip


def test_over_fitting_early_ends_in_a_shorter_schedule():
    run = fit(NOISE, "y", time_s=30, overrides=LEVERS).run
    decision = run.design.decision("epochs")
    assert decision.origin == "measurement" and "came early" in decision.reason
    assert decision.evidence["score_short"] < decision.evidence["score_long"]


def test_the_users_epochs_stay():
    run = fit(NOISE, "y", time_s=30, overrides=LEVERS | {"epochs": 60}).run
    decision = run.design.decision("epochs")
    assert (decision.value, decision.origin) == (60, "user")


def test_a_constant_rate_needs_no_shorter_schedule():
    levers = LEVERS | {"schedule": "constant"}
    run = fit(NOISE, "y", time_s=30, overrides=levers).run
    assert run.design.decision("epochs").origin == "rule"
    assert dataclasses.asdict(run)["sweep"] is None

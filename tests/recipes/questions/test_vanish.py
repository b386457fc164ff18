"""Gradients by layer, and remedies."""

import numpy as np
import pytest

from justright.recipes import layer_gradients
from justright.recipes.layer_gradients import health, ratio
from justright.recipes.questions import vanish
from tests.recipes.small import table

from .asked import reply

BAD = {
    "depth": 5, "epochs": 2, "activation": "logistic", "init": "glorot_uniform",
    "normalisation": "none", "residual": False,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(layer_gradients, "STEPS", 20)
    monkeypatch.setattr(layer_gradients, "PLACES_SEEN", 2)
    monkeypatch.setattr("justright.recipes.rounds.MOST_ROUNDS", 1)


def test_a_deep_stack_of_logistic_layers_vanishes_and_is_mended():
    found = reply("why-vanish", table(n=100), overrides=BAD)
    assert found.sentence.startswith("The gradient vanishes: it falls by a factor of ")
    assert "slope is at most 1/4" in found.sentence and "Mended by " in found.sentence
    # A slope of 1/4 and Glorot's weights, whose product keeps its size: a factor of 4 a layer.
    assert found.numbers["factor a layer"] == pytest.approx(4, rel=0.3)
    lines = {row[0]: row for row in found.rows}
    assert lines["design"][4] < 0.01 < lines["batch norm"][4]
    assert lines["design"][6] == "vanishes" and lines["residual connections"][6] == "is healthy"
    assert lines["higher rate, 0.1"][4] == lines["design"][4]
    assert len(found.effects) == vanish.TRIED and {e.base for e in found.effects} == {"design"}
    assert found.picture.y_log and found.picture.series[0].x == (1, 2, 3, 4, 5)
    assert not found.advice or found.advice.startswith("--set ")


@pytest.mark.parametrize(
    ("kind", "overrides"),
    [
        ("binary", {"depth": 3, "activation": "selu", "init": "lecun_normal"}),
        ("multiclass", {"family": "tabm", "heads": 2, "depth": 2, "activation": "relu"}),
    ],
)
def test_a_healthy_design_needs_nothing(kind, overrides):
    found = reply("why-vanish", table(kind, n=60), overrides=overrides)
    assert found.sentence.startswith("The gradient does not vanish: it goes from ")
    assert found.clear and found.ended == "clear" and not found.advice and not found.effects
    assert [row[0] for row in found.rows] == ["design"] and found.n_networks == 4


@pytest.mark.parametrize(("depth", "said"), [(0, "no hidden layer"), (1, "one hidden layer")])
def test_without_layers_to_pass_nothing_can_vanish(depth, said):
    found = reply("why-vanish", table(n=60), overrides={"depth": depth})
    assert f"cannot vanish: with {said} " in found.sentence and not found.advice


@pytest.mark.parametrize(
    ("gradients", "first_over_last", "said"),
    [
        ([1e-9, 1e-5, 0.1], 1e-8, "vanishes"),
        ([0.0, 0.0], 0.0, "vanishes"),
        ([50.0, 5.0, 0.1], 500.0, "explodes"),
        ([0.2, 0.1], 2.0, "is healthy"),
        ([np.nan, np.nan], np.nan, "cannot be told"),
    ],
)
def test_what_gradients_say(gradients, first_over_last, said):
    assert ratio(np.array(gradients)) == pytest.approx(first_over_last, nan_ok=True)
    assert health(np.array(gradients)) == said

"""The scale of the target follows from the output activation that members have."""

import numpy as np
import pytest

import justright
from justright.errors import DesignError

RNG = np.random.default_rng(0)
X = RNG.normal(size=120)
WIDE = {"x": X, "y": np.exp(2 * X)}
QUICK = {"depth": 0, "learning_rate": 0.05, "batch_size": 16}


@pytest.mark.parametrize("output", ["softplus", "exp"])
def test_a_population_predicts_in_the_unit_of_the_target(output):
    designs = {"one": QUICK | {"output_activation": output}}
    scores = justright.Population(designs, WIDE, "y", epochs=60, metric="rmsle").run("20s")
    (found,) = scores.rows
    # A scale of another output would be off by a factor, and rmsle by its logarithm.
    assert found.value < 1.2


def test_designs_of_different_outputs_share_no_target():
    designs = [{"output_activation": word} for word in ("none", "exp")]
    with pytest.raises(DesignError, match="2 output activations"):
        justright.Population(designs, WIDE, "y")

"""TabM from the table to the saved model."""

import numpy as np
import pytest
import torch

from justright.nets.tabm_spec import TabmSpec
from justright.recipes.fit import fit
from justright.recipes.model import load
from justright.recipes.network import with_values
from tests.recipes.small import EPOCHS, KINDS, table

TABM = EPOCHS | {"family": "tabm", "heads": 4, "width": 16, "numeric_embedding": "piecewise_linear"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_model_predicts_the_mean_of_its_submodels(kind, tmp_path):
    model = fit(table(kind), "y", time_s=60, overrides=TABM)
    assert isinstance(model.predictor.squads[0].spec, TabmSpec)
    assert model.run.design["family"] == "tabm"
    again = load(model.save(tmp_path / "model"))
    assert again.predictor.squads[0].spec == model.predictor.squads[0].spec
    rows = table(kind)[:9]
    np.testing.assert_array_equal(again.predict(rows), model.predict(rows))
    own = model.predictor
    x = torch.from_numpy(own.encoders[0].transform(model._conform(rows).frame))
    squad = own.squads[0]
    found = own.member_outputs(own.squads[0], 0, x)
    for k, (theta, statistics) in enumerate(zip(squad.theta, squad.statistics, strict=True)):
        each = with_values(squad.spec, theta, statistics).eval().submodels(x).detach().double()
        if kind == "multiclass":
            mean = each.softmax(-1).mean(0)
        elif kind == "binary":
            mean = torch.sigmoid(each).mean(0)
            mean = torch.cat([1 - mean, mean], dim=-1)
        else:
            mean = own.scale.back(each.mean(0).numpy())[:, 0]
        np.testing.assert_allclose(found[k], mean, rtol=1e-4, atol=1e-6)

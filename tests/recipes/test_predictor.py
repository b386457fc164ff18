"""From members' outputs to one prediction."""

import dataclasses

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from justright.data.read import read
from justright.data.schema import conform
from justright.recipes import predictor as room
from justright.recipes.encoded import encode
from justright.recipes.ground import lay_ground
from justright.recipes.predictor import sharpened
from justright.recipes.wish import Wish
from tests.recipes.small import EPOCHS, KINDS, table


def frame_of(model, kind, n=50):
    return conform(read(table(kind, n=n, seed=5)), model.schema).frame


def outputs_of_each(predictor, frame):
    """What every member says, one by one."""
    said = []
    for squad in predictor.squads:
        for fold in sorted(set(squad.folds)):
            x = torch.from_numpy(predictor.encoders[fold].transform(frame))
            said.extend(predictor.member_outputs(squad, fold, x))
    return np.stack(said)


@pytest.mark.parametrize("folds", [0, 3])
@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_probabilities(kind, folds, fitted):
    model = fitted(kind, folds)
    p = model.predictor.predict(frame_of(model, kind))
    assert p.shape == (50, len(model.classes))
    assert p.min() > 0
    np.testing.assert_allclose(p.sum(1), 1, atol=1e-12)


@pytest.mark.parametrize("folds", [0, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_the_prediction_is_the_finished_mean_of_members(kind, folds, fitted):
    predictor = fitted(kind, folds).predictor
    frame = frame_of(fitted(kind, folds), kind)
    each = outputs_of_each(predictor, frame)
    assert len(each) == predictor.n_networks == (6 if folds else 2)
    assert not np.allclose(each[0], each[1])
    np.testing.assert_allclose(predictor.predict(frame), predictor.finish(each.mean(0)), rtol=1e-6)


def test_members_of_unequal_folds_weigh_the_same(fitted):
    model = fitted("multiclass", folds=3)
    kept = [0, 1, 2, 3]  # folds 0, 1, 2, 0: as where two members diverged
    own = model.predictor.squads[0]
    four = dataclasses.replace(
        own, theta=own.theta[kept], statistics=own.statistics[kept], folds=(0, 1, 2, 0)
    )
    fewer = dataclasses.replace(model.predictor, squads=(four,))
    frame = frame_of(model, "multiclass")
    mean = outputs_of_each(fewer, frame).mean(0)
    np.testing.assert_allclose(fewer.predict(frame), fewer.finish(mean), rtol=1e-6)


def test_binary_outputs_speak_for_the_second_class(fitted):
    model = fitted("binary")
    frame = table("binary", n=200, seed=5)
    p = model.predict_proba(frame)
    truth = (frame["y"] == model.classes[1]).to_numpy()
    assert p[truth, 1].mean() > p[~truth, 1].mean() + 0.2


def test_numbers_come_in_the_targets_unit(fitted):
    model = fitted("regression")
    frame = table("regression", n=200, seed=5)
    predicted = model.predict(frame)
    assert predicted.shape == (200,)
    assert abs(predicted.mean() - frame["y"].mean()) < 10  # the target's mean is near 100
    mean = outputs_of_each(model.predictor, frame_of(model, "regression", 200)).mean(0)
    np.testing.assert_allclose(predicted, mean, rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_equal_all_at_once(kind, fitted, monkeypatch):
    model = fitted(kind, folds=3)
    frame = frame_of(model, kind)
    at_once = model.predictor.predict(frame)
    for rows in (1, 7, 50):
        monkeypatch.setattr(room, "CHUNK_ROWS", rows)
        # Matrix products of other shapes may round otherwise, in the last bits of a float32.
        np.testing.assert_allclose(model.predictor.predict(frame), at_once, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_no_rows_no_predictions(kind, fitted):
    model = fitted(kind)
    assert len(model.predictor.predict(frame_of(model, kind)[:0])) == 0


# ---- calibration -------------------------------------------------------------------------------


def test_temperature_and_doubt(fitted):
    predictor = dataclasses.replace(fitted("multiclass").predictor, temperature=2.0, doubt=0.1)
    mean = np.array([[0.7, 0.2, 0.1], [1.0, 0.0, 0.0]])
    roots = np.sqrt(np.maximum(mean, 1e-12))
    wanted = 0.9 * roots / roots.sum(1, keepdims=True) + 0.1 / 3
    np.testing.assert_allclose(predictor.finish(mean), wanted, rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_sharpened_keeps_the_order(temperature):
    p = np.random.default_rng(0).dirichlet(np.ones(4), 50)
    found = sharpened(p, temperature)
    assert (found.argsort(1) == p.argsort(1)).all()
    np.testing.assert_allclose(found.sum(1), 1)
    surer = found.max(1) - p.max(1)
    assert (surer * (1 - temperature) >= -1e-12).all()


def overconfident(n=400, seed=0):
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.ones(3), n)
    y = np.array([rng.choice(3, p=row) for row in true])
    return sharpened(true, 1 / 3), y


def test_calibration_lowers_the_log_loss(fitted):
    p, y = overconfident()
    raw = dataclasses.replace(fitted("multiclass").predictor, temperature=1.0, doubt=0.0)
    calibrated = raw.calibrated(p, y)
    assert calibrated.temperature == pytest.approx(3, rel=0.25)
    assert calibrated.doubt == 1 / 401
    assert log_loss(y, calibrated.finish(p)) < log_loss(y, p) - 0.1


def test_calibration_keeps_what_is_calibrated(fitted):
    p, y = overconfident()
    true = sharpened(p, 3.0)
    calibrated = fitted("multiclass").predictor.calibrated(true, y)
    assert calibrated.temperature == pytest.approx(1, abs=0.25)
    # The doubt may cost a trifle, as it spreads 1 / 401.
    assert log_loss(y, calibrated.finish(true)) <= log_loss(y, true) + 0.003


def test_calibration_stays_in_its_bounds(fitted):
    predictor = fitted("binary").predictor
    right = np.array([[0.4, 0.6], [0.6, 0.4]] * 10)
    wrong = right[:, ::-1].copy()
    y = np.array([1, 0] * 10)
    assert predictor.calibrated(right, y).temperature == pytest.approx(0.5, abs=0.01)
    assert predictor.calibrated(wrong, y).temperature == pytest.approx(20, rel=0.01)


def test_a_row_of_weight_2_calibrates_like_two(fitted):
    (p, y), predictor = overconfident(40), fitted("multiclass").predictor
    weights = np.arange(40) % 3
    repeated = np.repeat(np.arange(40), weights)
    found = predictor.calibrated(p, y, weights.astype(float)).temperature
    assert found == pytest.approx(predictor.calibrated(p[repeated], y[repeated]).temperature)
    assert found != pytest.approx(predictor.calibrated(p, y).temperature, rel=1e-3)


def test_in_double_precision_no_row_depends_on_those_beside_it(fitted):
    model = fitted("regression", folds=3)
    frame, double = frame_of(model, "regression"), model.predictor.in_double()
    alone = [double.predict(frame[i : i + 1]) for i in range(len(frame))]
    np.testing.assert_allclose(np.concatenate(alone), double.predict(frame), rtol=1e-12)
    np.testing.assert_allclose(double.predict(frame), model.predictor.predict(frame), rtol=1e-4)


def test_a_sure_mistake_does_not_cost_without_limit(fitted):
    predictor = fitted("binary").predictor.calibrated(np.eye(2)[[0] * 9 + [1]], np.zeros(10, int))
    assert predictor.finish(np.array([[1.0, 0.0]]))[0, 1] >= 1 / 22 - 1e-9


def test_the_models_temperature_is_that_of_out_of_fold_rows(fitted):
    run, predictor = fitted("multiclass", folds=3).run, fitted("multiclass", folds=3).predictor
    assert predictor.doubt == 1 / (run.data.n_development + 1)
    assert run.calibration.temperature == predictor.temperature


def test_squads_weigh_their_shares(fitted):
    """A fourth of the one, three fourths of the other; out of fold as well as on new rows."""
    predictor = fitted("regression", folds=3).predictor
    one = predictor.squads[0]
    other = dataclasses.replace(one, theta=one.theta * 0.5)
    both = dataclasses.replace(
        predictor,
        squads=(dataclasses.replace(one, weight=0.1), dataclasses.replace(other, weight=0.3)),
    )
    frame = frame_of(fitted("regression", folds=3), "regression")
    alone = [dataclasses.replace(predictor, squads=(s,)).predict(frame) for s in (one, other)]
    assert not np.allclose(*alone)
    np.testing.assert_allclose(both.predict(frame), (alone[0] + 3 * alone[1]) / 4, rtol=1e-6)
    levers = EPOCHS | {"evaluation": "k-fold", "folds": 3, "ensemble_size": 6}
    encoded = encode(lay_ground(Wish(data=table("regression"), target="y", overrides=levers)), 0)
    spoken = [
        dataclasses.replace(predictor, squads=(s,)).out_of_fold(encoded.data.x, encoded.views)
        for s in (one, other)
    ]
    out = both.out_of_fold(encoded.data.x, encoded.views)
    np.testing.assert_allclose(out, (spoken[0] + 3 * spoken[1]) / 4, rtol=1e-6)


def test_calibration_of_several_squads_is_that_of_their_weighted_mean(fitted):
    """Two squads that are far too sure: what is calibrated is what both say together."""
    model = fitted("binary", folds=3)
    one = model.predictor.squads[0]
    sure = dataclasses.replace(one, theta=one.theta * 4, weight=0.75)
    other = dataclasses.replace(one, theta=one.theta * -2, weight=0.25)
    levers = EPOCHS | {"evaluation": "k-fold", "folds": 3, "ensemble_size": 6}
    ground = lay_ground(Wish(data=table("binary"), target="y", overrides=levers))
    encoded = encode(ground, 0)
    found = {}
    for name, squads in {"both": (sure, other), "sure": (sure,)}.items():
        raw = dataclasses.replace(model.predictor, squads=squads, temperature=1.0, doubt=0.0)
        mean = raw.out_of_fold(encoded.data.x, encoded.full_views)
        found[name] = raw.calibrated(mean, encoded.targets).temperature
        losses = [log_loss(encoded.targets, sharpened(mean, t)) for t in np.geomspace(0.5, 20, 400)]
        best = np.geomspace(0.5, 20, 400)[np.argmin(losses)]
        assert found[name] == pytest.approx(best, rel=0.02)
    assert abs(np.log(found["both"] / found["sure"])) > 0.1

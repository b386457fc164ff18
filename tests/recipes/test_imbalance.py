"""Uneven classes: who is compared, who wins, and that a contest is resumed to the same bits."""

import dataclasses

import msgspec
import numpy as np
import polars as pl
import pytest
import torch

from justright.kinds import Contest, Way
from justright.recipes import checkpoint as room
from justright.recipes import imbalance
from justright.recipes.checkpoint import Keeper, read
from justright.recipes.encoded import encode
from justright.recipes.fit import fit
from justright.recipes.folder import checkpoint_of
from justright.recipes.ground import lay_ground
from justright.recipes.imbalance import entries, is_uneven, with_way
from justright.recipes.resume import resume
from justright.recipes.wish import Wish
from tests.recipes.small import timeless

SMALL = {
    "epochs": 20, "ensemble_size": 2, "evaluation": "k-fold", "folds": 2, "batch_size": 32,
    "depth": 1, "width": 16, "learning_rate": 0.02,
}  # fmt: skip


def rows(share=0.15, n=400):
    """A rare class that two numbers tell, but for chance."""
    rng = np.random.default_rng(0)
    a, b, noise = rng.normal(size=(3, n))
    signal = a + b + noise
    rare = signal > np.quantile(signal, 1 - share)
    return pl.DataFrame({"a": a, "b": b, "y": np.where(rare, "rare", "usual")})


def ground_of(**options):
    share = options.pop("share", 0.15)
    return lay_ground(Wish(data=rows(share), target="y", time_s=60.0, **options))


@pytest.mark.parametrize(
    ("options", "uneven"),
    [
        ({}, True),
        ({"share": 0.4}, False),
        ({"overrides": {"loss": "binary_cross_entropy"}}, False),
        ({"overrides": {"sampling": "plain"}}, False),
        ({"overrides": {"metric": "balanced_accuracy"}}, True),
    ],
    ids=["rare", "even", "loss set", "sampling set", "metric set"],
)
def test_who_is_compared(options, uneven):
    ground = ground_of(**options)
    assert is_uneven(ground.design, ground.profile) is uneven


def found(*lows, chosen):
    """A contest of the four ways with these lower ends."""
    ways = [
        Way(name=e.name, lever=e.lever, value=e.value, score=0.5, gain=low + 0.1, low=low, high=1.0)
        for e, low in zip(entries(ground_of().design), (0.0, *lows), strict=True)
    ]
    return Contest(
        metric="f1", higher_is_better=True, minority_share=0.1, ways=tuple(ways), chosen=chosen,
        level=0.95, n_rows=100, n_networks=5, n_steps=100,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "lever", "value", "said"),
    [
        (0, "loss", "binary_cross_entropy", "no clear effect"),
        (1, "loss", "weighted_cross_entropy", "no temperature undoes"),
        (2, "loss", "focal", "bent"),
        (3, "sampling", "balanced", "bent"),
    ],
)
def test_the_way_becomes_a_measured_decision(chosen, lever, value, said):
    design = with_way(ground_of().design, found(0.1, 0.2, 0.3, chosen=chosen))
    decision = design.decision(lever)
    assert (decision.value, decision.origin) == (value, "measurement")
    assert said in decision.reason
    assert decision.evidence["gain of focal loss"] == pytest.approx(0.3)


def test_balanced_sampling_repeats_training_rows_within_each_fold():
    ground = ground_of(overrides=SMALL | {"sampling": "balanced"})
    encoded = encode(ground, 0)
    for view in encoded.views:
        classes = encoded.data.y[torch.from_numpy(view.train)]
        assert len(set(classes.bincount().tolist())) == 1
        assert not np.intersect1d(view.train, view.validation).size
        assert len(np.unique(view.validation)) == len(view.validation)


@pytest.fixture(scope="module")
def contested():
    """A fit that had time to compare."""
    return fit(rows(), "y", time_s=120, metric="balanced_accuracy", overrides=SMALL)


def test_ways_are_compared_on_the_same_rows(contested):
    contest, design = contested.run.contest, contested.run.design
    assert [way.name for way in contest.ways] == [e.name for e in entries(design)]
    assert contest.n_rows == contested.run.data.n_development
    plain, *others = contest.ways
    assert (plain.gain, plain.low, plain.high) == (0, 0, 0)
    assert all(way.low <= way.gain <= way.high and way.low < way.high for way in others)
    assert all(way.gain == pytest.approx(way.score - plain.score) for way in others)
    way = contest.ways[contest.chosen]
    assert contest.chosen == 0 or way.low > 0
    assert design.decision(way.lever).origin == "measurement"
    assert design[way.lever] == way.value


def test_weights_and_repeats_do_what_they_are_for(contested):
    """On a rare class, both find more of it, so that the mean recall of classes rises."""
    _, weights, _, sampling = contested.run.contest.ways
    assert weights.gain > 0.05 and sampling.gain > 0.05
    assert contested.run.contest.chosen in (1, 3)


def test_without_time_there_is_no_contest(monkeypatch):
    monkeypatch.setattr(imbalance, "MIN_LEFT_S", 1e6)
    model = fit(rows(), "y", time_s=60, overrides=SMALL | {"epochs": 2})
    assert model.run.contest is None and model.run.design["loss"] == "binary_cross_entropy"
    assert model.run.design.decision("loss").origin == "rule"


class Killed(BaseException):
    """In the place of a signal."""


def test_a_contest_that_is_cut_off_goes_on_to_the_same_bits(tmp_path, monkeypatch):
    write, alive = Keeper._write, [False]

    def dying(self, journey, population):
        write(self, journey, population)
        begun = population and any(p["states"] for p in population["packs"])
        if not alive[0] and journey.heat is not None and not journey.contested and begun:
            raise Killed

    monkeypatch.setattr(Keeper, "_write", dying)
    monkeypatch.setattr(room, "SAVING_SHARE", 1e9)
    options = {"time_s": 120, "metric": "balanced_accuracy", "overrides": SMALL}
    with pytest.raises(Killed):
        fit(rows(), "y", out=tmp_path / "m", save_every_s=1e-6, **options)
    saved = read(checkpoint_of(tmp_path / "m"))
    assert saved.stand.heat is not None and saved.stand.contest is None
    alive[0] = True
    heat = dataclasses.replace(saved.stand.heat, limit_s=0.0)
    monkeypatch.setattr(imbalance, "_laid_out", lambda *_: dataclasses.replace(heat, limit_s=1e12))
    one = resume(tmp_path / "m", data=rows())
    two = fit(rows(), "y", **options)
    assert one.run.contest == two.run.contest
    assert torch.equal(one.predictor.squads[0].theta, two.predictor.squads[0].theta)
    same = [
        msgspec.json.encode(dataclasses.replace(timeless(m.run), command="", python=""))
        for m in (one, two)
    ]
    assert same[0] == same[1]

"""What a member comes to depends on nothing but itself and the data.

In float64, so that nothing but the order of additions may tell one layout from another. The default
dtype stays at float32: whatever is made in it by mistake shows.
"""

import dataclasses
from functools import cache

import numpy as np
import pytest
import torch

from justright.train.member import NEVER
from justright.train.population import Population
from tests.train.mixed import data_of, members_of, mixed, spec_with

CLOSE = {"rtol": 1e-9, "atol": 1e-11}
AVERAGINGS = ("none", "ema", "swa", "last_k")


@cache
def anything(seed, n=12):
    """Members that differ in every lever, among them some that leave early."""
    draw = np.random.default_rng(100 + seed)
    weights, moved = draw.exponential(size=60), np.arange(60)
    members = []
    for m in mixed(seed, n):
        moved[m.view.train] = draw.permutation(m.view.train)
        view = dataclasses.replace(
            m.view,
            weights=draw.choice([None, 1]) and weights / weights[m.view.train].mean(),
            targets=draw.choice([None, None, 1]) and moved.copy(),
        )
        changes = {
            "view": view if draw.random() < 0.5 else m.view,
            "loss": str(draw.choice(["cross_entropy", "focal", "weighted_cross_entropy"])),
            "averaging": str(draw.choice(AVERAGINGS)),
            "ema_decay": float(draw.choice([0.5, 0.9])),
            "last_k": int(draw.choice([1, 3])),
            "patience": int(draw.choice([1, 2, NEVER])),
            "epoch_steps": int(draw.choice([3, 5])),
            "schedule": str(draw.choice([m.schedule, "plateau"])),
        }
        members.append(dataclasses.replace(m, **changes))
    return tuple(members)


DATA = data_of()


KNOWN = {}  # members have no hash: by identity, the member kept beside its outcome


def alone(m):
    if id(m) not in KNOWN:
        KNOWN[id(m)] = m, Population([m], DATA, together=1).run()
    return KNOWN[id(m)][1]


def assert_as_alone(members, outcome, who=None):
    for k in range(len(members)) if who is None else who:
        own = alone(members[k])
        torch.testing.assert_close(outcome.thetas[k], own.thetas[0], **CLOSE)
        torch.testing.assert_close(outcome.statistics[k], own.statistics[0], **CLOSE)
        assert outcome.scores[k] == pytest.approx(own.scores[0], rel=1e-9)
        ours, expected = outcome.traces[k], own.traces[0]
        for name in ("steps", "stopped", "best_step", "seed", "rate"):
            assert getattr(ours, name) == getattr(expected, name), name
        for name in ("train_loss", "validation_loss", "validation_score"):
            found = np.array(getattr(ours, name), dtype=float)
            np.testing.assert_allclose(found, np.array(getattr(expected, name), dtype=float), 1e-8)
        for name in ("gradient_norm", "update_ratio"):
            assert getattr(ours, name).keys() == getattr(expected, name).keys()


LAYOUTS = {
    "one by one": {"together": 1},
    "in threes": {"together": 3},
    "all in one": {"together": 64},
    "by two workers": {"together": 3, "workers": 2},
    "as measured": {},
}


@pytest.mark.parametrize("how", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("seed", range(2))
def test_any_layout_comes_to_the_same(seed, how):
    members = anything(seed)
    assert_as_alone(members, Population(members, DATA, **how).run())


def test_the_cases_are_sharp():
    """Some end at once and some at the end; every averaging keeps an average of some member."""
    ends = [alone(m).traces[0] for seed in range(2) for m in anything(seed)]
    assert {t.stopped for t in ends} == {"patience", "epochs"}
    assert len({t.steps[-1] for t in ends}) > 4
    every = [m for seed in range(2) for m in anything(seed)]
    assert {m.averaging for m in every} == set(AVERAGINGS)
    assert len({m.optimizer for m in every}) == 7


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_the_list_does_not_matter(seed):
    members = anything(seed)
    order = np.random.default_rng(seed).permutation(len(members))
    shuffled = [members[i] for i in order]
    assert_as_alone(shuffled, Population(shuffled, DATA, together=5).run())


def test_the_same_members_twice_come_to_the_same_twice():
    members = anything(0)[:4] * 2
    outcome = Population(members, DATA, together=64).run()
    assert_as_alone(members, outcome)


@pytest.mark.parametrize("averaging", AVERAGINGS)
def test_neighbours_with_noise_norms_and_averages(averaging):
    spec = spec_with(activation="rrelu", normalisation="batch", cardinalities=(12,))
    members = members_of(
        "adamw", spec=spec, dropout=0.1, input_dropout=0.2, schedule="one_cycle", clip="norm",
        averaging=averaging,
    )  # fmt: skip
    data = data_of(n_codes=1)
    together = Population(members, data, together=64).run()
    for k, m in enumerate(members):
        own = Population([m], data, together=1).run()
        torch.testing.assert_close(together.thetas[k], own.thetas[0], **CLOSE)
        torch.testing.assert_close(together.statistics[k], own.statistics[0], **CLOSE)
        assert together.scores[k] == pytest.approx(own.scores[0], rel=1e-9)


def leaving(m, *, after, how):
    """A member that leaves after some evaluations of five steps."""
    if how == "steps":
        return dataclasses.replace(m, total_steps=5 * after, schedule="constant")
    # Scores never gain at a rate of zero, so that patience ends it.
    return dataclasses.replace(m, learning_rate=0.0, patience=after - 1, epoch_steps=5)


@pytest.mark.parametrize("how", ["steps", "patience"])
@pytest.mark.parametrize("who", [(0,), (5,), (0, 2, 4), (0, 1, 2, 3, 4)])
def test_who_stays_is_not_touched_by_who_leaves(who, how):
    base = [
        dataclasses.replace(m, patience=NEVER, total_steps=40, view=m.view)
        for m in anything(1)
        if m.batch_size == 16
    ][:6]
    members = [leaving(m, after=2 + k % 3, how=how) if k in who else m for k, m in enumerate(base)]
    outcome = Population(members, DATA, together=64).run()
    assert_as_alone(members, outcome)
    for k, trace in enumerate(outcome.traces):
        assert (trace.steps[-1] < 40) is (k in who), "the case must part them"


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop", "nadam"])
@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
def test_a_diverging_member_harms_nobody(optimizer, norm):
    good = [
        dataclasses.replace(m, clip=clip, averaging=averaging, total_steps=20)
        for m, clip, averaging in zip(
            members_of(optimizer, spec=spec_with(normalisation=norm)),
            ("none", "norm", "value"),
            ("ema", "none", "swa"),
            strict=True,
        )
    ]
    for place in range(4):
        bad = dataclasses.replace(
            good[place % 3], seed=99, learning_rate=1e200, averaging="none",
            clip=("none", "norm", "value", "none")[place],
        )  # fmt: skip
        members = [*good[:place], bad, *good[place:]]
        outcome = Population(members, DATA, together=64).run()
        assert outcome.traces[place].stopped == "diverged"
        assert all(v.isfinite().all() for v in outcome.thetas), "the bad one keeps its best"
        assert_as_alone(members, outcome, set(range(4)) - {place})

"""The noise scale: right where the covariance of the gradient is known."""

import math

import numpy as np
import pytest
import torch

from justright.kinds import View
from justright.nets.spec import DenseSpec
from justright.train.budget import Budget
from justright.train.dataset import Dataset
from justright.train.member import Member
from justright.train.noise_scale import Gradients, gradients_of, noise_scale
from justright.train.pack import initial_states

SPEC = DenseSpec(n_numeric=3, n_plain=0, cardinalities=(), n_outputs=1, depth=0, width=8)


def linear(n_rows, seed, strength):
    """A linear model at 0 on a known table: its member, its data, and each row's gradient."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n_rows + 4, 3))
    y = strength * x @ [1.0, -2.0, 0.5] + rng.normal(size=len(x))
    data = Dataset(task="regression", x=torch.from_numpy(x), y=torch.from_numpy(y))
    view = View(train=np.arange(n_rows), validation=np.arange(n_rows, n_rows + 4))
    member = Member(
        spec=SPEC, view=view, seed=0, order_seed=0, batch_size=16, epoch_steps=5, total_steps=50,
        loss="mse", learning_rate=0.1,
    )  # fmt: skip
    own = -2 * y[:n_rows, None] * np.c_[x[:n_rows], np.ones(n_rows)]
    return member, data, own


def measured(member, data, seed=0, **more):
    statistics = initial_states([member], data)[0]["statistics"]
    theta = torch.zeros(4, dtype=torch.float64)
    return gradients_of(member, data, theta, statistics, n_steps=0, seed=seed, **more)


@pytest.mark.parametrize("strength", [0.2, 1.0])
def test_the_interval_holds_the_known_noise_scale(strength):
    held, tries = 0, 60
    for seed in range(tries):
        member, data, own = linear(120, seed, strength)
        true = np.trace(np.cov(own.T)) / np.square(own.mean(0)).sum()
        found = noise_scale([measured(member, data, seed)], seed)
        held += found.low <= true <= found.high
    assert held >= 0.85 * tries


def test_neither_part_is_biased_on_few_rows():
    member, data, own = linear(30, 0, 0.3)  # 24 of which are in a group
    signals, noises = [], []
    for seed in range(80):
        found = measured(member, data, seed)
        n = len(found.noise)
        products = found.products
        signals.append((products.sum() - np.trace(products)) / (n * (n - 1)))
        noises.append(found.noise.mean())
    for values, true in (
        (signals, np.square(own.mean(0)).sum()),
        (noises, np.trace(np.cov(own.T))),
    ):
        error = np.std(values) / math.sqrt(len(values))
        assert abs(np.mean(values) - true) < 4 * error


def test_networks_count_by_the_sums_of_both_parts():
    loud = Gradients(products=np.full((8, 8), 4.0), noise=np.full(8, 8.0))
    faint = Gradients(products=np.zeros((8, 8)), noise=np.full(8, 8.0))
    assert noise_scale([loud, faint], seed=0).value == pytest.approx(4.0)
    assert noise_scale([faint], seed=0).value == math.inf


def test_nothing_is_told_of_too_few_rows_or_in_no_time():
    member, data, _ = linear(6, 0, 1.0)
    assert measured(member, data) is None
    member, data, _ = linear(60, 0, 1.0)
    assert measured(member, data, budget=Budget(deadline_s=0.0)) is None


def test_no_network_is_refused():
    with pytest.raises(ValueError, match="no network"):
        noise_scale([], seed=0)

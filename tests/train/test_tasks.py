"""Members of every kind of task equal plain torch, and their gradients are those of autograd."""

import dataclasses

import numpy as np
import pytest
import torch

from justright.train.dataset import Dataset
from justright.train.losses import losses_and_gradient, row_losses
from justright.train.outputs import activated, logits_of
from justright.train.ranking import OUTSIDE, pairwise
from justright.train.validation import Validation
from tests.train.alone import pairs
from tests.train.small import data_of, member, view
from tests.train.test_equivalence import assert_equal_to_alone

TOLERANCE = 1e-12
SMOOTH = ("mse", "huber", "binary_cross_entropy")

#: Kind of the task, its outputs, its losses, its output activations.
TASKS = {
    "multilabel": (3, ("binary_cross_entropy",), ("sigmoid",)),
    "multi-target": (2, ("mse", "mae", "huber"), ("none",)),
    "bounded": (1, ("binary_cross_entropy", "mse", "mae", "huber"), ("sigmoid", "tanh")),
    "positive": (1, ("mse", "mae", "huber"), ("softplus", "exp", "none")),
    "ranking": (1, ("pairwise_logistic",), ("none",)),
}
CASES = [
    (kind, n, loss, output)
    for kind, (n, losses, outputs) in TASKS.items()
    for loss in losses
    for output in outputs
]


@pytest.fixture(autouse=True)
def float64():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def data_for(kind, n_outputs):
    plain = data_of(dtype=torch.float64)
    signal = torch.stack([plain.y * (k + 1) - k for k in range(n_outputs)], dim=1)
    query = torch.arange(len(plain.y)) % 7
    y = {
        "multilabel": (signal > 0).double(),
        "multi-target": signal,
        "bounded": torch.sigmoid(signal[:, 0]),
        "positive": signal[:, 0].exp(),
        "ranking": torch.stack([signal[:, 0].round(), query.double()], dim=1),
    }[kind]
    return Dataset(task=kind, x=plain.x, y=y, n_classes=n_outputs if kind == "multilabel" else 0)


@pytest.mark.parametrize(("kind", "n", "loss", "output"), CASES)
def test_members_equal_plain_torch(kind, n, loss, output):
    data = data_for(kind, n)
    # Ranks do not tell where scores begin: Adam would blow up the rounding of that bias.
    optimizer = "sgd" if kind == "ranking" else "adam"
    shared = {"n_outputs": n, "loss": loss, "output": output, "optimizer": optimizer}
    members = [member(seed, depth=seed % 3, batch_size=12, **shared) for seed in range(3)]
    assert_equal_to_alone(members, data)


@pytest.mark.parametrize(("kind", "n", "loss", "output"), CASES)
def test_the_gradient_is_that_of_autograd(kind, n, loss, output):
    torch.manual_seed(0)
    target = torch.stack([data_for(kind, n).y[:20]] * 2)
    logits = torch.randn(2, 20, n, requires_grad=True)
    expected = row_losses(loss, logits, target, output=output)
    (wanted,) = torch.autograd.grad(expected.sum(), logits)
    losses, grad = losses_and_gradient(loss, logits.detach(), target, output=output)
    torch.testing.assert_close(losses, expected, rtol=TOLERANCE, atol=TOLERANCE)
    torch.testing.assert_close(grad, wanted, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("output", ["sigmoid", "tanh", "softplus", "none"])
def test_the_prior_is_what_the_network_starts_at(output):
    data = data_for("bounded", 1)
    share = data.y[torch.from_numpy(member().view.train)].mean()
    prior = data.prior(member().view, output)
    torch.testing.assert_close(activated(output, prior), share.view(1))
    torch.testing.assert_close(logits_of(output, activated(output, prior)), prior)


def test_ranked_losses_are_the_mean_over_all_pairs_and_padding_has_none():
    torch.manual_seed(1)
    scores, relevance = torch.randn(9), torch.randint(0, 3, (9,)).double()
    query = torch.tensor([0.0, 0, 0, 0, 5, 5, 5, 2, 2])
    target = torch.stack([relevance, query], dim=1)
    losses, _ = pairwise(scores[None], target[None])
    torch.testing.assert_close(losses.mean(), pairs(scores, relevance, query))
    padded = torch.cat([target, torch.tensor([[9.0, OUTSIDE], [0.0, OUTSIDE]])])
    more, grad = pairwise(torch.cat([scores, torch.tensor([3.0, 1.0])])[None], padded[None])
    torch.testing.assert_close(more[0, :9].mean(), losses.mean())
    assert (more[0, 9:] == 0).all() and (grad[0, 9:] == 0).all()


def test_validation_of_a_ranking_compares_the_rows_of_a_query_however_they_lie():
    data = data_for("ranking", 1)
    views = [view(range(24), range(24, 48)), view(range(24), range(30, 48))]
    members = [member(view=v, loss="pairwise_logistic") for v in views]
    outputs = torch.randn(len(data.y))
    validation = Validation(members, data)
    shown = torch.stack([outputs[rows] for rows in validation._rows]).unsqueeze(-1)
    found, _ = validation.score(shown)
    for loss, v in zip(found, views, strict=True):
        rows = torch.from_numpy(v.validation)
        torch.testing.assert_close(loss, pairs(outputs[rows], *data.y[rows].unbind(1)))


def test_several_targets_may_be_moved_and_weighed():
    rng = np.random.default_rng(0)
    changes = {"targets": rng.permutation(48), "weights": rng.random(48)}
    moved = dataclasses.replace(member().view, **changes)
    assert_equal_to_alone([member(view=moved, n_outputs=2)], data_for("multi-target", 2))

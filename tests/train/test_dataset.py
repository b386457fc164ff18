import dataclasses

import numpy as np
import pytest
import torch

from justright.nets.embedding import quantile_edges
from justright.nets.spec import MAX_BINS
from justright.train import dataset
from justright.train.dataset import Dataset, row_weights, targets
from tests.train.small import SPEC, data_of, member, view

X = torch.zeros(4, 1)


def test_the_prior_of_numbers_is_their_mean_over_training_rows():
    data = Dataset(task="regression", x=X, y=torch.tensor([1.0, 3.0, 100.0, 5.0]))
    assert data.prior(view([0, 1, 3], [2])).tolist() == [3.0]


def test_the_prior_of_classes_is_their_share_with_one_row_added_to_each():
    data = Dataset(task="multiclass", x=X, y=torch.tensor([0, 0, 1, 2]), n_classes=3)
    shares = data.prior(view([0, 1, 2], [3])).exp()
    assert shares.tolist() == pytest.approx([3 / 6, 2 / 6, 1 / 6])


def test_the_prior_of_two_classes_is_one_logit():
    data = Dataset(task="binary", x=X, y=torch.tensor([1, 1, 0, 0]), n_classes=2)
    odds = data.prior(view([0, 1, 2], [3])).exp()
    assert odds.tolist() == pytest.approx([3 / 2])


def test_class_weights_are_inverse_to_shares_with_mean_1_over_the_rows():
    data = Dataset(task="multiclass", x=X, y=torch.tensor([0, 0, 0, 2]), n_classes=3)
    weight = data.class_weight()
    assert weight[[0, 2]].tolist() == pytest.approx([4 / 9, 4 / 3])
    assert weight.isfinite().all(), "a class without rows"
    full = data_of("multiclass")
    assert full.class_weight()[full.y].mean().item() == pytest.approx(1.0)


BINNED = dataclasses.replace(SPEC, numeric_embedding="piecewise_linear")


@pytest.mark.parametrize("embedding", ["none", "periodic"])
def test_only_who_embeds_by_bins_has_edges(embedding):
    spec = dataclasses.replace(SPEC, numeric_embedding=embedding)
    assert data_of().edges(spec, view(range(48), [])) is None


def test_edges_come_from_training_rows_alone():
    data = data_of()
    far = dataclasses.replace(data, x=torch.cat([data.x, torch.full((1, 3), 99.0)]))
    rows = view(range(48), [48])
    assert torch.equal(far.edges(BINNED, rows), quantile_edges(data.x, MAX_BINS))


def test_edges_of_many_rows_are_read_from_some(monkeypatch):
    monkeypatch.setattr(dataset, "EDGE_ROWS", 20)
    data, rows = data_of(), view(range(48), [])
    found = data.edges(BINNED, rows)
    assert torch.equal(found, data.edges(BINNED, rows)), "the same each time"
    assert all(found[i].unique().numel() > 20 for i in range(3))
    assert not torch.equal(found, quantile_edges(data.x, MAX_BINS))


ROWS = torch.tensor([[0, 2, 5], [1, 1, 3]])
PLAIN = view(range(6), [6, 7])


def test_targets_are_those_of_the_rows_unless_a_view_moves_them():
    data = data_of("multiclass")
    moved = view(range(6), [6, 7], targets=np.array([5, 4, 3, 2, 1, 0, 7, 6, *range(8, 48)]))
    plain, other = member(view=PLAIN), member(view=moved)
    assert torch.equal(targets([plain, plain], data, ROWS), data.y[ROWS])
    found = targets([other, plain], data, ROWS)
    assert torch.equal(found, data.y[torch.tensor([[5, 3, 0], [1, 1, 3]])])
    assert torch.equal(targets([plain, other], data, ROWS)[1], data.y[[4, 4, 2]])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_row_weights_are_each_members_own_in_the_dtype_of_the_data(dtype):
    data = data_of(dtype=dtype)
    heavy = view(range(6), [6, 7], weights=np.arange(48.0))
    assert row_weights([member(view=PLAIN)] * 2, data, ROWS) is None
    found = row_weights([member(view=heavy), member(view=PLAIN)], data, ROWS)
    assert found.dtype == dtype
    assert found.tolist() == [[0, 2, 5], [1, 1, 1]]

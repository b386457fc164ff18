import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.nets.embedding import bin_shares, lookup, periodic, piecewise_linear, quantile_edges

EDGES = (0.0, 1.0, 3.0, 4.0)
SHARES = {
    "at the first edge": (EDGES, 0.0, (0, 0, 0)),
    "inside the first bin": (EDGES, 0.25, (0.25, 0, 0)),
    "at an inner edge": (EDGES, 1.0, (1, 0, 0)),
    "inside a wide bin": (EDGES, 1.5, (1, 0.25, 0)),
    "at the last edge": (EDGES, 4.0, (1, 1, 1)),
    "below everything: the first bin is open": (EDGES, -2.0, (-2, 0, 0)),
    "above everything: the last bin is open": (EDGES, 6.0, (1, 1, 3)),
    "padding gives nothing": ((0.0, 2.0, 2.0, 2.0), 1.0, (0.5, 0, 0)),
    "the last true bin is open before padding": ((0.0, 1.0, 2.0, 2.0), 4.0, (1, 3, 0)),
    "one bin is open at both ends": ((0.0, 2.0, 2.0, 2.0), -4.0, (-2, 0, 0)),
    "a constant feature gives nothing": ((5.0, 5.0, 5.0, 5.0), 5.0, (0, 0, 0)),
    "nor does a value beside the constant": ((5.0, 5.0, 5.0, 5.0), 9.0, (0, 0, 0)),
}


@pytest.mark.parametrize(("edges", "x", "shares"), SHARES.values(), ids=SHARES)
def test_bin_shares(edges, x, shares):
    found = bin_shares(torch.tensor([[[x]]]), torch.tensor([[edges]]))
    assert found.flatten().tolist() == pytest.approx(shares)


def test_bin_shares_use_each_members_own_edges():
    x = torch.tensor([1.0]).expand(2, 1, 1)
    edges = torch.tensor([[[0.0, 2.0]], [[0.0, 4.0]]])
    assert bin_shares(x, edges).flatten().tolist() == [0.5, 0.25]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-100, 100, width=32), min_size=2, max_size=30), st.integers(1, 8))
def test_edges_rise_from_the_least_to_the_most_and_shares_stay_finite(values, n_bins):
    x = torch.tensor(values).view(-1, 1)
    edges = quantile_edges(x, n_bins)
    assert edges.shape == (1, n_bins + 1)
    assert (edges.diff() >= 0).all()
    assert edges[0, 0] == x.min()
    assert edges[0, -1] == x.max()
    distinct = edges[0].unique()
    assert torch.equal(edges[0, : len(distinct)], distinct), "repeated edges come last"
    assert bin_shares(x.unsqueeze(0), edges.unsqueeze(0)).isfinite().all()


QUANTILES = {
    "evenly spread": ([0, 1, 2, 3, 4], 4, [0, 1, 2, 3, 4]),
    "half the rows are one value": ([0, 0, 0, 0, 1, 2, 3, 4], 4, [0, 0.5, 2.25, 4, 4]),
    "a flag": ([0, 1, 1, 1], 3, [0, 1, 1, 1]),
    "constant": ([7, 7, 7], 2, [7, 7, 7]),
    "one row": ([2], 3, [2, 2, 2, 2]),
}


@pytest.mark.parametrize(("values", "n_bins", "edges"), QUANTILES.values(), ids=QUANTILES)
def test_quantile_edges(values, n_bins, edges):
    found = quantile_edges(torch.tensor(values, dtype=torch.float64).view(-1, 1), n_bins)[0]
    assert found.tolist() == pytest.approx(edges)
    raw = np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1)))
    assert found.unique().tolist() == pytest.approx(raw.tolist())


def test_each_feature_has_its_own_edges():
    x = torch.tensor([[0.0, 9.0], [1.0, 9.0], [2.0, 9.0]])
    assert quantile_edges(x, 2).tolist() == [[0, 1, 2], [9, 9, 9]]


def test_lookup_reads_each_members_own_table():
    table = torch.arange(12.0).view(2, 3, 2)  # members, levels, size
    found = lookup(table, torch.tensor([[0, 2], [2, 0]]))
    assert found.tolist() == [[[0, 1], [4, 5]], [[10, 11], [6, 7]]]


def test_lookup_sends_gradients_to_the_rows_read():
    table = torch.zeros(2, 3, 1, requires_grad=True)
    lookup(table, torch.tensor([[1, 1], [0, 2]])).sum().backward()
    assert table.grad.squeeze(-1).tolist() == [[0, 2, 0], [1, 0, 1]]


def test_periodic_keeps_the_number_and_adds_its_waves():
    zeros = torch.zeros(1, 1, 2)
    found = periodic(
        torch.tensor([[[0.25]]]),
        frequency=torch.tensor([[[1.0, 2.0]]]),
        phase=zeros,
        weight=torch.eye(2).view(1, 1, 2, 2),
        bias=torch.tensor([[[10.0, 20.0]]]),
    )
    # cos(pi / 2) = 0 and cos(pi) = -1, each with its bias.
    torch.testing.assert_close(found, torch.tensor([[[0.25, 10.0, 19.0]]]), atol=1e-6, rtol=0)


def test_piecewise_linear_is_a_line_and_a_curve():
    found = piecewise_linear(
        torch.tensor([[[2.0]]]),
        edges=torch.tensor([[[0.0, 1.0, 3.0]]]),
        weight=torch.tensor([[[[10.0], [100.0]]]]),
        linear=torch.tensor([[[3.0]]]),
        bias=torch.tensor([[[1.0]]]),
    )
    assert found.item() == pytest.approx(2 * 3 + 1 + 10 + 0.5 * 100)


def test_features_stay_in_order():
    x = torch.tensor([[[1.0, 2.0]]])
    line = {"linear": torch.ones(1, 2, 2), "bias": torch.tensor([[[0.0, 0.1], [0.2, 0.3]]])}
    edges, weight = torch.zeros(1, 2, 2), torch.zeros(1, 2, 1, 2)
    found = piecewise_linear(x, edges=edges, weight=weight, **line)
    torch.testing.assert_close(found, torch.tensor([[[1.0, 1.1, 2.2, 2.3]]]))

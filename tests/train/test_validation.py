import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from justright.nets.family import initial_parameters, initial_statistics
from justright.train import validation
from justright.train.team import Team
from justright.train.validation import CHUNK_VALUES, TEMPERATURES, Validation, predict
from tests.nets.specs import spec_with
from tests.train.small import SPEC, data_of, member, view

MIXED = [  # validation rows of different numbers, row 0 among the last one's only
    view(range(10, 48), [1, 2, 3]),
    view(range(10, 48), [4]),
    view(range(10, 48), range(10)),
]
OUTPUTS = {"regression": 1, "binary": 1, "multiclass": 3}
LOSS = {"regression": "mae", "binary": "focal", "multiclass": "cross_entropy"}


def start(spec, n, seed=0):
    prior = torch.zeros(spec.n_outputs)
    theta = torch.stack([initial_parameters(spec, seed + k, prior) for k in range(n)])
    return theta * 3, torch.stack([initial_statistics(spec, None, theta.dtype)] * n)


def members_of(task, views, **changes):
    settings = {"loss": LOSS[task], "n_outputs": OUTPUTS[task]} | changes
    return [member(seed=i, view=v, **settings) for i, v in enumerate(views)]


def scored(task, views, theta, statistics, data=None):
    members = members_of(task, views)
    team = Team.of([m.spec for m in members], list(theta), list(statistics))
    judge = Validation(members, data or data_of(task))
    return judge.score(judge.outputs(team))


@pytest.mark.parametrize("task", OUTPUTS)
def test_padding_weighs_nothing(task):
    theta, statistics = start(dataclasses.replace(SPEC, n_outputs=OUTPUTS[task]), 3)
    loss, score = scored(task, MIXED, theta, statistics)
    for k, own in enumerate(MIXED):
        loss_alone, score_alone = scored(task, [own], theta[k : k + 1], statistics[k : k + 1])
        torch.testing.assert_close(loss[k], loss_alone[0])
        torch.testing.assert_close(score[k], score_alone[0])


def test_the_row_that_pads_may_hold_anything():
    """Short lists are filled up with row 0, whatever it holds."""
    data = data_of()
    x, y = data.x.clone(), data.y.clone()
    x[0], y[0] = 1e30, -1e30
    theta, statistics = start(SPEC, 2)
    loss, score = scored("regression", MIXED[:2], theta, statistics)
    again = scored("regression", MIXED[:2], theta, statistics, dataclasses.replace(data, x=x, y=y))
    torch.testing.assert_close((loss, score), again)


def test_members_of_one_view_are_scored_as_of_equal_views():
    theta, statistics = start(SPEC, 2)
    one, twin = view(range(20, 48), range(20)), view(range(20, 48), range(20))
    shared = scored("regression", [one, one], theta, statistics)
    torch.testing.assert_close(shared, scored("regression", [one, twin], theta, statistics))


@pytest.mark.parametrize("task", ["regression", "multiclass"])
def test_the_loss_is_the_mean_over_the_validation_rows(task):
    theta, statistics = start(dataclasses.replace(SPEC, n_outputs=OUTPUTS[task]), 3)
    loss, _ = scored(task, MIXED, theta, statistics)
    spec, data = dataclasses.replace(SPEC, n_outputs=OUTPUTS[task]), data_of(task)
    for k, own in enumerate(MIXED):
        rows = torch.from_numpy(own.validation)
        out = predict(spec, theta, statistics, data.x[rows])[k]
        torchs = F.l1_loss if task == "regression" else F.cross_entropy
        out = out.squeeze(-1) if task == "regression" else out
        torch.testing.assert_close(loss[k], torchs(out, data.y[rows]))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["binary", "multiclass"]),
    st.lists(st.floats(-30, 30, width=32), min_size=36, max_size=36),
)
def test_the_calibrated_score_is_never_above_the_loss(task, values):
    rows = view(range(12, 48), range(12))
    judge = Validation(members_of(task, [rows]), data_of(task))
    outputs = torch.tensor(values).view(1, 12, 3)[..., : OUTPUTS[task]]
    loss, score = judge.score(outputs)
    assert score <= loss
    assert score >= 0


def test_being_over_sure_by_a_temperature_costs_nothing():
    """Outputs multiplied by a temperature of the list score as the outputs themselves."""
    data, rows = data_of("binary"), view(range(12, 48), range(12))
    judge = Validation(members_of("binary", [rows], loss="binary_cross_entropy"), data)
    calm = torch.where(data.y[:12] == 1, 1.0, -0.5).view(1, 12, 1)
    hottest = TEMPERATURES[-1]
    _, score = judge.score(calm * hottest)
    assert score <= judge.score(calm)[0] * 1.0001


def test_a_calibrated_network_scores_its_loss():
    """Three of four rows are of class 1, and the outputs say so: no temperature is better."""
    data, rows = data_of("binary"), view(range(12, 48), range(12))
    y = data.y.clone()
    y[:12] = (torch.arange(12) % 4 != 0).long()
    data = dataclasses.replace(data, y=y)
    judge = Validation(members_of("binary", [rows], loss="binary_cross_entropy"), data)
    loss, score = judge.score(torch.full((1, 12, 1), 3.0).log())
    assert torch.equal(score, loss)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("task", OUTPUTS)
def test_outputs_that_are_not_finite_never_score(task, bad):
    rows = view(range(12, 48), range(12))
    outputs = torch.zeros(2, 12, OUTPUTS[task])
    outputs[0] = bad
    _, score = Validation(members_of(task, [rows, rows]), data_of(task)).score(outputs)
    assert not score[0].isfinite()
    assert score[1].isfinite()


@pytest.mark.parametrize("norm", ["none", "batch"])
@pytest.mark.parametrize("n_rows", [0, 1, 15, 16, 17, 48])
def test_pieces_equal_the_whole(monkeypatch, norm, n_rows):
    spec = spec_with(n_plain=0, normalisation=norm)
    theta, statistics = start(spec, 2)
    x = data_of().x[:n_rows]
    assert CHUNK_VALUES > 2 * 5 * 48
    whole = predict(spec, theta, statistics, x)
    monkeypatch.setattr(validation, "CHUNK_VALUES", 1)  # pieces of 16 rows, the smallest
    pieces = predict(spec, theta, statistics, x)
    assert pieces.shape == (2, n_rows, 3)
    torch.testing.assert_close(pieces, whole)


def test_predicting_moves_no_statistics():
    spec = spec_with(n_plain=0, normalisation="batch")
    theta, statistics = start(spec, 1)
    before = statistics.clone()
    predict(spec, theta, statistics, data_of().x)
    np.testing.assert_array_equal(statistics, before)


LOSSES = {
    "regression": ("mse", "mae", "huber"),
    "binary": ("binary_cross_entropy", "focal", "weighted_cross_entropy"),
    "multiclass": ("cross_entropy", "focal", "weighted_cross_entropy"),
}


@pytest.mark.parametrize("task", OUTPUTS)
def test_members_of_different_losses_are_each_scored_by_their_own(task):
    data, losses = data_of(task), [LOSSES[task][i] for i in (0, 1, 1, 2, 0)]
    members = [
        m
        for i, name in enumerate(losses)
        for m in members_of(task, MIXED, loss=name)[i % 3 : i % 3 + 1]
    ]
    outputs = torch.randn(5, 10, OUTPUTS[task], generator=torch.Generator().manual_seed(1))
    loss, score = Validation(members, data).score(outputs)
    for k, m in enumerate(members):
        own = outputs[k : k + 1, : len(m.view.validation)]
        alone = Validation([m], data).score(own)
        torch.testing.assert_close((loss[k], score[k]), (alone[0][0], alone[1][0]))
    if task != "regression":
        y = data.y[MIXED[0].validation]
        own, plain = outputs[0, :3], F.cross_entropy
        if task == "binary":
            own, y, plain = own.squeeze(1), y.float(), F.binary_cross_entropy_with_logits
        torch.testing.assert_close(loss[0], plain(own, y))


def test_a_view_that_moves_targets_is_scored_on_the_moved():
    data = data_of()
    moved = view(range(10, 48), range(10), targets=np.array([*range(9, -1, -1), *range(10, 48)]))
    outputs = torch.randn(1, 10, 1, generator=torch.Generator().manual_seed(1))
    loss, _ = Validation(members_of("regression", [moved]), data).score(outputs)
    torch.testing.assert_close(loss[0], F.l1_loss(outputs[0, :, 0], data.y[:10].flip(0)))


def test_networks_of_any_shape_are_judged_side_by_side():
    specs = [
        dataclasses.replace(SPEC, depth=2, width=9, normalisation="batch"),
        dataclasses.replace(SPEC, depth=2, width=5, activation="logistic"),
        dataclasses.replace(SPEC, depth=0),
    ]
    data, starts = data_of(), [start(spec, 1, seed) for seed, spec in enumerate(specs)]
    members = [member(spec=s, view=v) for s, v in zip(specs, MIXED, strict=True)]
    team = Team.of(specs, [s[0][0] for s in starts], [s[1][0] for s in starts])
    out = Validation(members, data).outputs(team)
    for k, (spec, own) in enumerate(zip(specs, MIXED, strict=True)):
        alone = predict(spec, *starts[k], data.x[torch.from_numpy(own.validation)])[0]
        torch.testing.assert_close(out[k, : len(alone)], alone)


@pytest.mark.parametrize("task", OUTPUTS)
def test_a_row_of_weight_2_counts_as_if_it_were_there_twice(task):
    theta, statistics = start(dataclasses.replace(SPEC, n_outputs=OUTPUTS[task]), 3)
    weights = np.ones(48)
    weights[[1, 4]] = 2, 0
    once, twice, light = [1, 2, 4], [1, 1, 2], [4]
    weighted = [view(range(10, 48), rows, weights=weights) for rows in (once, light)]
    views = [*weighted, view(range(10, 48), twice)]
    same = [theta[:1].expand(3, -1), statistics[:1].expand(3, -1)]
    loss, score = scored(task, views, *same)
    torch.testing.assert_close(loss[0], loss[2])
    torch.testing.assert_close(score[0], score[2])
    alone, _ = scored(task, [view(range(10, 48), light)], theta[:1], statistics[:1])
    torch.testing.assert_close(loss[1], alone[0])  # where all weigh nothing, they weigh the same

"""What a training promises besides being equal to torch: repeatable, kept at its best, endable."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import torch

from justright.train.budget import Budget
from justright.train.population import Population
from tests.nets.specs import spec_with
from tests.train.small import HALVES, RECIPE, SPEC, data_of, member, view

EVERYTHING = spec_with(
    n_plain=0, n_outputs=1, activation="rrelu", normalisation="batch",
    numeric_embedding="piecewise_linear",
)  # fmt: skip


def recipe_with(**changes):
    return dataclasses.replace(RECIPE, **changes)


def run(spec=SPEC, members=None, budget=None, tell=None, data=None, **changes):
    members = [member(seed=i) for i in range(3)] if members is None else members
    population = Population(spec, recipe_with(**changes), members, data or data_of())
    return population, population.run(budget, tell or (lambda _: None))


def test_the_same_seed_gives_the_same_bits_twice():
    members = [
        member(seed=i, dropout=0.2, weight_decay=0.01, order_seed=i, view=v)
        for i, v in enumerate([HALVES, view(range(30), range(30, 48)), HALVES])
    ]
    changes = {"averaging": "ema", "clip": "norm", "schedule": "one_cycle", "input_dropout": 0.1}
    torch.manual_seed(1)
    _, first = run(EVERYTHING, members, **changes)
    torch.manual_seed(2)
    _, second = run(EVERYTHING, members, **changes)
    assert torch.equal(first.theta, second.theta)
    assert torch.equal(first.statistics, second.statistics)
    assert first.scores == second.scores
    assert first.traces == second.traces


def test_a_training_leaves_torchs_own_generator_alone():
    before = torch.get_rng_state()
    run(EVERYTHING, [member(dropout=0.2)])
    assert torch.equal(torch.get_rng_state(), before)


OVERFITTING = {
    "no averaging": {},
    "ema": {"averaging": "ema", "ema_decay": 0.5},
    "swa": {"averaging": "swa"},
    "stopped early": {"patience": 3},
}


@pytest.mark.parametrize("norm", ["none", "batch"])
@pytest.mark.parametrize("task", ["regression", "multiclass"])
@pytest.mark.parametrize("changes", OVERFITTING.values(), ids=OVERFITTING)
def test_the_weights_kept_are_those_of_the_best_evaluation(changes, task, norm):
    n_outputs = 1 if task == "regression" else 3
    spec = dataclasses.replace(SPEC, width=16, n_outputs=n_outputs, normalisation=norm)
    members = [member(seed=i, learning_rate=0.05 * (1 + i)) for i in range(3)]
    loss = "mse" if task == "regression" else "cross_entropy"
    data = data_of(task)
    population, outcome = run(spec, members, data=data, loss=loss, total_steps=100, **changes)
    _, scores = population.evaluate(outcome.theta, outcome.statistics)
    np.testing.assert_allclose(scores.double().numpy(), outcome.scores, rtol=1e-5)
    for score, trace in zip(outcome.scores, outcome.traces, strict=True):
        assert score == pytest.approx(min(trace.validation_score))
        best = trace.steps.index(trace.best_step)
        assert trace.validation_score[best] == min(trace.validation_score)
    late = [trace.best_step < trace.steps[-1] for trace in outcome.traces]
    assert any(late), "the case must go past the best"


def test_patience_stops_each_member_by_itself():
    members = [member(learning_rate=0.0), member(learning_rate=0.002)]
    _, outcome = run(members=members, patience=2, total_steps=60)
    still, learning = outcome.traces
    assert still.stopped == "patience"
    assert still.steps == (5, 10, 15)
    assert learning.stopped == "epochs"
    assert learning.steps[-1] == 60 == outcome.steps


def test_training_ends_when_all_members_have_stopped():
    _, outcome = run(members=[member(learning_rate=0.0)] * 2, patience=1, total_steps=1_000)
    assert outcome.steps == 10


def test_a_budget_already_over_makes_one_step_and_leaves_something_usable():
    population, outcome = run(budget=Budget(deadline_s=0.0, clock=lambda: 1.0))
    assert outcome.steps == 1
    assert [trace.stopped for trace in outcome.traces] == ["time"] * 3
    assert np.isfinite(outcome.scores).all()
    _, scores = population.evaluate(outcome.theta, outcome.statistics)
    np.testing.assert_allclose(scores.numpy(), outcome.scores, rtol=1e-6)


@pytest.mark.parametrize(("over", "steps"), [(2, 3), (7, 8), (30, 30)])
def test_a_budget_that_ends_on_the_way(over, steps):
    ticks = iter(range(1_000))
    _, outcome = run(budget=Budget(deadline_s=float(over), clock=lambda: float(next(ticks))))
    assert outcome.steps == steps
    trace = outcome.traces[0]
    assert trace.steps[-1] == steps, "what was reached is evaluated"
    assert trace.stopped == ("time" if over < 30 else "epochs")


def test_asked_to_stop():
    stop = []
    budget = Budget(asked=lambda: bool(stop))
    _, outcome = run(budget=budget, tell=lambda epoch: stop.append(epoch))
    assert [trace.stopped for trace in outcome.traces] == ["interrupted"] * 3
    assert outcome.steps == 6, "one step after the first evaluation"
    assert np.isfinite(outcome.scores).all()


def test_a_member_that_is_never_finite_has_no_score_and_keeps_its_start():
    population = Population(
        SPEC, recipe_with(optimizer="sgd"), [member(learning_rate=1e38), member()], data_of()
    )
    start = population.theta.clone()
    outcome = population.run()
    assert outcome.scores[0] == np.inf
    assert torch.equal(outcome.theta[0], start[0])
    assert outcome.traces[0].stopped == "diverged"
    assert outcome.traces[0].best_step is None
    assert np.isfinite(outcome.scores[1])


def test_what_is_told():
    told = []
    _, outcome = run(tell=told.append)
    assert [epoch.step for epoch in told] == [5, 10, 15, 20, 25, 30]
    assert all(epoch.total_steps == 30 for epoch in told)
    assert told[-1].best_score == min(outcome.scores)
    assert all(a.best_score >= b.best_score for a, b in pairwise(told))


def test_a_last_short_epoch_is_evaluated():
    _, outcome = run(total_steps=12)
    assert outcome.traces[0].steps == (5, 10, 12)


def test_train_loss_is_the_mean_since_the_last_evaluation():
    members = [member(learning_rate=0.0, view=view(range(8), range(8, 48)))]
    _, outcome = run(members=members, total_steps=10)  # a batch is all 8 rows
    data = data_of()
    mean = data.y[:8].mean()
    trace = outcome.traces[0]
    assert trace.train_loss[0] == pytest.approx(trace.train_loss[1])
    assert 0 < trace.train_loss[0] < 4 * (data.y[:8] - mean).square().mean()


@pytest.mark.parametrize("optimizer", ["sgd", "adamw", "rmsprop"])
def test_one_cycle_never_takes_momentum_below_zero(optimizer):
    """A design may have no momentum at all: the cycle then has none to take."""
    population = Population(
        SPEC,
        recipe_with(optimizer=optimizer, schedule="one_cycle"),
        [member(momentum=0.0), member(momentum=0.05), member(momentum=0.9)],
        data_of(),
    )
    seen, update = [], population.update

    def spy(rate, momentum):
        seen.append(momentum.clone())
        update(rate, momentum)

    population.update = spy
    population.run()
    assert min(m.min() for m in seen) >= 0
    assert min(m[2].item() for m in seen) == pytest.approx(0.8, abs=0.01)


def test_weight_decay_spares_biases():
    members = [member(learning_rate=0.0), member(learning_rate=0.1, weight_decay=0.5)]
    data = data_of()
    data = dataclasses.replace(data, x=torch.zeros_like(data.x), y=torch.ones_like(data.y))
    population, _ = run(members=members, data=data, optimizer="adamw", total_steps=5)
    weight = population._params["hidden.0.weight"].detach()
    start = Population(SPEC, RECIPE, members, data)._params["hidden.0.weight"].detach()
    torch.testing.assert_close(weight[1], start[1] * 0.95**5)
    torch.testing.assert_close(weight[0], start[0])


def test_the_gradient_is_recorded_as_it_was_before_clipping():
    """Clipping hides an exploding gradient; the trace must not."""
    free = Population(SPEC, recipe_with(total_steps=1, epoch_steps=1), [member()], data_of()).run()
    tight = Population(
        SPEC,
        recipe_with(total_steps=1, epoch_steps=1, clip="norm"),
        [dataclasses.replace(member(), clip_threshold=1e-6)],
        data_of(),
    ).run()
    assert tight.traces[0].gradient_norm == free.traces[0].gradient_norm
    assert max(norm[0] for norm in tight.traces[0].gradient_norm.values()) > 1e-3

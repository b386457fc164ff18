"""What a training promises besides being equal to torch: repeatable, kept at its best, endable."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import torch

from justright.train.budget import Budget
from justright.train.pack import Pack
from justright.train.population import Population
from justright.train.team import Team
from justright.train.validation import Validation
from tests.train.small import HALVES, data_of, member, view

EVERYTHING = {
    "depth": 2, "width": 8, "activation": "rrelu", "normalisation": "batch",
    "numeric_embedding": "piecewise_linear",
}  # fmt: skip


def run(members=None, budget=None, tell=None, data=None, together=64, **changes):
    members = [member(seed=i, **changes) for i in range(3)] if members is None else members
    population = Population(members, data or data_of(), together=together)
    return population, population.run(budget, tell or (lambda _: None))


def noisy():
    """Members with all that has a state: noise, statistics, moments, averages, a plateau."""
    averagings = ("none", "ema", "swa", "last_k", "ema", "none")
    return [
        member(
            seed=i, order_seed=i % 2, view=HALVES if i % 3 else view(range(30), range(30, 48)),
            optimizer=("nadam", "adamax", "rmsprop", "sgd_nesterov", "adamw", "sgd")[i],
            averaging=averaging, last_k=2, ema_decay=0.8, dropout=0.1 * (i % 3), input_dropout=0.1,
            schedule=("plateau", "one_cycle", "cosine", "plateau", "step", "constant")[i],
            clip=("none", "norm", "value")[i % 3], weight_decay=0.01, epoch_steps=(4, 5)[i % 2],
            patience=99, total_steps=(60, 40, 60, 60, 23, 60)[i],
            activation=("rrelu", "selu", "tanh")[i % 3],
            normalisation=("batch", "none", "layer")[i // 2], depth=2 - i % 2, width=8 + i,
        )
        for i, averaging in enumerate(averagings)
    ]  # fmt: skip


def assert_same_bits(first, second):
    assert all(map(torch.equal, first.thetas, second.thetas))
    assert all(map(torch.equal, first.statistics, second.statistics))
    assert first.scores == second.scores
    assert first.traces == second.traces
    assert first.steps == second.steps


def test_the_same_seed_gives_the_same_bits_twice():
    torch.manual_seed(1)
    _, first = run(noisy(), together=3)
    torch.manual_seed(2)
    _, second = run(noisy(), together=3)
    assert_same_bits(first, second)


def test_a_training_leaves_torchs_own_generator_alone():
    before = torch.get_rng_state()
    run([member(dropout=0.2, **EVERYTHING)])
    assert torch.equal(torch.get_rng_state(), before)


class Stop(Exception):
    pass


@pytest.mark.parametrize("together", [2, 64])
@pytest.mark.parametrize("turns", [1, 2, 5, 11, 20])
def test_a_state_resumes_bit_for_bit(turns, together):
    """Saved between turns, loaded into a fresh population, and the saved one goes on as well."""
    states, population = [], Population(noisy(), data_of(), together=together)
    expected = Population(noisy(), data_of(), together=together).run()

    def save(population):
        states.append(population.state())
        if len(states) == turns:
            raise Stop

    with pytest.raises(Stop):
        population.run(save=save)
    for _ in range(2):  # twice, as a state stays as it was taken
        fresh = Population(noisy(), data_of(), together=together)
        fresh.load(states[-1])
        assert_same_bits(fresh.run(), expected)
    assert_same_bits(population.run(), expected)


OVERFITTING = {
    "no averaging": {},
    "ema": {"averaging": "ema", "ema_decay": 0.5},
    "swa": {"averaging": "swa"},
    "last k": {"averaging": "last_k", "last_k": 3},
    "stopped early": {"patience": 3},
}


@pytest.mark.parametrize("norm", ["none", "batch"])
@pytest.mark.parametrize("activation", ["relu", "prelu", "rrelu"])
@pytest.mark.parametrize("task", ["regression", "multiclass"])
@pytest.mark.parametrize("changes", OVERFITTING.values(), ids=OVERFITTING)
def test_the_weights_kept_are_those_of_the_best_evaluation(changes, task, activation, norm):
    kind = {"n_outputs": 1} if task == "regression" else {"n_outputs": 3, "loss": "cross_entropy"}
    members = [
        member(seed=i, learning_rate=0.05 * (1 + i), total_steps=100, width=16,
               activation=activation, normalisation=norm, **kind, **changes)
        for i in range(3)
    ]  # fmt: skip
    data = data_of(task)
    _, outcome = run(members, data=data)
    team = Team.of([m.spec for m in members], outcome.thetas, outcome.statistics)
    judge = Validation(members, data)
    _, scores = judge.score(judge.outputs(team))
    np.testing.assert_allclose(scores.double().numpy(), outcome.scores, rtol=1e-5)
    for score, trace in zip(outcome.scores, outcome.traces, strict=True):
        assert score == pytest.approx(min(trace.validation_score))
        best = trace.steps.index(trace.best_step)
        assert trace.validation_score[best] == min(trace.validation_score)
    late = [trace.best_step < trace.steps[-1] for trace in outcome.traces]
    assert activation != "relu" or any(late), "the case must go past the best"


def test_patience_stops_each_member_by_itself():
    members = [member(learning_rate=rate, patience=2, total_steps=60) for rate in (0.0, 0.002)]
    _, outcome = run(members)
    still, learning = outcome.traces
    assert still.stopped == "patience"
    assert still.steps == (5, 10, 15)
    assert learning.stopped == "epochs"
    assert learning.steps[-1] == 60 == outcome.steps


def test_training_ends_when_all_members_have_stopped():
    _, outcome = run([member(learning_rate=0.0, patience=1, total_steps=1_000)] * 2)
    assert outcome.steps == 10


def test_who_is_at_an_end_leaves_and_the_pack_shrinks():
    members = [member(seed=i, total_steps=(10, 20, 30)[i % 3]) for i in range(6)]
    population, sizes = Population(members, data_of(), together=64), {}
    [pack] = population.packs
    assert len(pack.members) == 6

    def note(_):
        if population.packs:
            [pack] = population.packs
            sizes[pack.n_steps] = (len(pack.members), population.numbers[0])
            assert [population.members[i] for i in population.numbers[0]] == list(pack.members)
            assert len(pack.team.theta) == len(pack.members) * (3 * 6 + 6 + 6 + 1)

    population.run(tell=note)
    assert [n for n, _ in sizes.values()] == [6, 4, 4, 2, 2]
    assert sizes[25][1] == (2, 5)
    assert population.packs == []


def kept_scores(members, outcome):
    judge = Validation(members, data_of())
    team = Team.of([m.spec for m in members], outcome.thetas, outcome.statistics)
    return judge.score(judge.outputs(team))[1].tolist()


def test_a_budget_already_over_makes_one_step_and_leaves_something_usable():
    population, outcome = run(budget=Budget(deadline_s=0.0, clock=lambda: 1.0), together=2)
    assert outcome.steps == 1
    assert [trace.stopped for trace in outcome.traces] == ["time"] * 3
    assert [trace.steps for trace in outcome.traces] == [(1,)] * 3
    assert np.isfinite(outcome.scores).all()
    assert kept_scores(population.members, outcome) == pytest.approx(outcome.scores)


def steps_made():
    """A clock that counts steps of packs, to end a budget by, and what moves it on."""
    made = []
    step = Pack._update

    def counted(pack):
        made.append(pack)
        step(pack)

    return made, counted


@pytest.mark.parametrize("over", [1, 3, 8, 30])
def test_a_budget_that_ends_on_the_way(over, monkeypatch):
    made, counted = steps_made()
    monkeypatch.setattr(Pack, "_update", counted)
    _, outcome = run(budget=Budget(deadline_s=float(over), clock=lambda: float(len(made))))
    assert outcome.steps == over
    for trace in outcome.traces:
        assert trace.steps[-1] == over, "what was reached is evaluated"
        assert trace.stopped == ("time" if over < 30 else "epochs")
        for curve in (trace.train_loss, trace.rate, trace.validation_score):
            assert len(curve) == len(trace.steps)
        for curves in (trace.gradient_norm, trace.update_ratio):
            assert all(len(curve) == len(trace.steps) for curve in curves.values())


def test_asked_to_stop():
    stop = []
    _, outcome = run(budget=Budget(asked=lambda: bool(stop)), tell=stop.append)
    assert [trace.stopped for trace in outcome.traces] == ["interrupted"] * 3
    assert [trace.steps for trace in outcome.traces] == [(5,)] * 3
    assert np.isfinite(outcome.scores).all()


def test_a_wish_that_is_taken_back_still_ended_the_training():
    """Asked once, between two steps: everybody ends all the same."""
    answers = iter([False] * 4 + [True] + [False] * 100)
    _, outcome = run(budget=Budget(asked=lambda: next(answers)))
    assert {trace.stopped for trace in outcome.traces} <= {"interrupted", "epochs"}


@pytest.mark.parametrize("over", [40, 111, 300])
def test_packs_progress_alike_when_the_budget_ends(over, monkeypatch):
    """Packs of other batch sizes and other lengths have all had the same share of their plan."""
    members = [
        member(seed=i, batch_size=(8, 10, 12)[i % 3], total_steps=(200, 400, 800)[i % 3],
               epoch_steps=10)
        for i in range(6)
    ]  # fmt: skip
    made, counted = steps_made()
    monkeypatch.setattr(Pack, "_update", counted)
    budget = Budget(deadline_s=float(over), clock=lambda: float(len(made)))
    population, outcome = run(members, budget, together=2)
    assert len(population.buckets) == 3
    shares = [t.steps[-1] / m.total_steps for t, m in zip(outcome.traces, members, strict=True)]
    # A turn ends at an evaluation: ten steps are a twentieth of the shortest plan.
    assert max(shares) - min(shares) <= 0.05 + 1e-9
    assert all(trace.stopped == "time" for trace in outcome.traces)


def test_a_member_that_is_never_finite_has_no_score_and_keeps_its_start():
    members = [member(optimizer="sgd", learning_rate=rate) for rate in (1e38, 0.01)]
    start = Pack(members, data_of()).team.own(0)[0]
    _, outcome = run(members)
    assert outcome.scores[0] == np.inf
    assert torch.equal(outcome.thetas[0], start)
    assert outcome.traces[0].stopped == "diverged"
    assert outcome.traces[0].best_step is None
    assert np.isfinite(outcome.scores[1])


def test_what_is_told():
    told = []
    members = [member(seed=0, total_steps=15), member(seed=1), member(seed=2)]
    _, outcome = run(members, tell=told.append)
    assert [round(epoch.done_share * 75) for epoch in told] == [15, 30, 45, 55, 65, 75]
    assert [epoch.running for epoch in told] == [3, 3, 2, 2, 2, 0]
    assert told[-1].best_score == min(outcome.scores)
    assert all(a.best_score >= b.best_score for a, b in pairwise(told))


def test_a_last_short_epoch_is_evaluated():
    _, outcome = run(total_steps=12)
    assert outcome.traces[0].steps == (5, 10, 12)


def test_train_loss_is_the_mean_since_the_last_evaluation():
    rows = view(range(8), range(8, 48))  # a batch is all 8 rows
    _, outcome = run([member(learning_rate=0.0, view=rows, total_steps=10)])
    data = data_of()
    mean = data.y[:8].mean()
    trace = outcome.traces[0]
    assert trace.train_loss[0] == pytest.approx(trace.train_loss[1])
    assert 0 < trace.train_loss[0] < 4 * (data.y[:8] - mean).square().mean()


@pytest.mark.parametrize("others", [0, 2])
def test_train_loss_counts_every_step_once_whoever_leaves(others):
    """A pack that is laid out anew between two evaluations keeps what was summed so far."""
    long = member(seed=9, epoch_steps=10, total_steps=20)
    leaving = [member(seed=i, epoch_steps=3, total_steps=3 + 3 * i) for i in range(others)]
    pack, losses = Pack([long], data_of()), []
    for _ in range(20):
        losses.append(pack.step().item())
    _, outcome = run([*leaving, long])
    expected = np.mean(losses[:10]), np.mean(losses[10:])
    assert outcome.traces[-1].train_loss == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("optimizer", ["sgd", "adamw", "rmsprop"])
def test_one_cycle_never_takes_momentum_below_zero(optimizer, monkeypatch):
    """A design may have no momentum at all: the cycle then has none to take."""
    from justright.train import groups

    seen, step = {}, groups.step

    def spy(name, parts, now):
        seen.setdefault(round(now.momentum, 9) > 0.5, []).append(now.momentum)
        step(name, parts, now)

    monkeypatch.setattr(groups, "step", spy)
    run([
        member(momentum=momentum, optimizer=optimizer, schedule="one_cycle")
        for momentum in (0.0, 0.05, 0.9)
    ])  # fmt: skip
    assert min(seen[False]) == 0
    assert min(seen[True]) == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("rates", [(0.1, 0.1), (0.1, 0.2)])
def test_weight_decay_spares_biases(rates):
    data = data_of()
    data = dataclasses.replace(data, x=torch.zeros_like(data.x), y=torch.ones_like(data.y))
    members = [
        member(seed=i, learning_rate=rate, weight_decay=0.5, optimizer="adamw", total_steps=5)
        for i, rate in enumerate(rates)
    ]
    pack = Pack(members, data)
    start = pack.team.params["hidden.0.weight"].clone()
    bias = pack.team.params["output.bias" if "output.bias" in pack.team.params else "output@1.bias"]
    bias.fill_(1.0)  # the target: no gradient anywhere
    pack.team.params["output@1.weight"].zero_()
    for _ in range(5):
        pack.step()
    kept = torch.tensor(rates).mul(-0.5).add(1).pow(5).view(-1, 1, 1)
    torch.testing.assert_close(pack.team.params["hidden.0.weight"], start * kept)
    assert (bias == 1).all()


def test_the_gradient_is_recorded_as_it_was_before_clipping():
    """Clipping hides an exploding gradient; the trace must not."""
    one = {"total_steps": 1, "epoch_steps": 1}
    _, free = run([member(**one)])
    _, tight = run([member(clip="norm", clip_threshold=1e-6, **one)])
    assert tight.traces[0].gradient_norm == free.traces[0].gradient_norm
    assert max(norm[0] for norm in tight.traces[0].gradient_norm.values()) > 1e-3


def test_steps_and_scores_by_hand():
    """What the sweep of rates does: step all, look at all, in the order of the list."""
    members = [member(seed=i, batch_size=8 + i % 2, depth=i % 2) for i in range(4)]
    population = Population(members, data_of(), together=1)
    before = population.scores()
    for _ in range(5):
        population.step()
    assert population.n_steps == 5
    for k, m in enumerate(members):
        alone = Pack([m], data_of())
        assert alone.scores()[1].item() == pytest.approx(before[k], rel=1e-5)
        for _ in range(5):
            alone.step()
        assert alone.scores()[1].item() == pytest.approx(population.scores()[k], rel=1e-5)


def test_pruned_members_leave_and_the_others_do_not_notice():
    members = [member(seed) for seed in range(4)]
    population = Population(members, data_of(), together=4)

    def halve(_):
        if population.packs and len(population.packs[0].members) == 4:
            order = np.argsort(population.best_scores)
            population.prune(order[2:].tolist())

    outcome = population.run(tell=halve)
    whole = Population(members, data_of(), together=4).run()
    left = [k for k in range(4) if outcome.traces[k].stopped == "pruned"]
    assert len(left) == 2
    for k in range(4):
        if k in left:
            assert outcome.traces[k].steps == whole.traces[k].steps[:1]
            assert np.isfinite(outcome.scores[k])
        else:
            assert outcome.scores[k] == pytest.approx(whole.scores[k], rel=1e-5)

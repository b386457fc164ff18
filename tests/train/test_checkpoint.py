"""A population goes on from its state, through the disk, to the same bits."""

import dataclasses
import math

import msgspec
import pytest
import torch
from safetensors.torch import load, save

from justright.train.checkpoint import put_together, taken_apart
from justright.train.member import Member
from justright.train.population import Population
from tests.nets.specs import spec_with
from tests.train.small import HALVES, data_of, view

PLAIN = spec_with(n_plain=0, n_outputs=1)
MEMBERS = {
    "plain": {},
    "noise": {"dropout": 0.3, "input_dropout": 0.1},
    "ema": {"averaging": "ema", "ema_decay": 0.9},
    "swa": {"averaging": "swa", "optimizer": "nadam"},
    "last_k": {"averaging": "last_k", "optimizer": "sgd", "momentum": 0.5},
    "plateau": {"schedule": "plateau", "learning_rate": 0.5},
    "one cycle, clipped": {"schedule": "one_cycle", "clip": "norm", "weight_decay": 0.1},
    "stops early": {"patience": 1, "learning_rate": 0.0},
    "diverges": {"optimizer": "sgd", "learning_rate": 1e30},
    "batch norm": {"spec": dataclasses.replace(PLAIN, normalisation="batch", activation="rrelu")},
    # Saved on the way to an evaluation, with losses summed so far.
    "alone, deep": {
        "spec": dataclasses.replace(PLAIN, depth=PLAIN.depth + 1), "batch_size": 6,
        "epoch_steps": 45, "total_steps": 90,
    },
    "other rows": {"view": view(range(30), range(30, 48)), "order_seed": 4, "epoch_steps": 10},
}  # fmt: skip


def members():
    base = Member(
        spec=PLAIN, view=HALVES, seed=0, order_seed=0, batch_size=8, epoch_steps=7, total_steps=70,
        loss="mse", learning_rate=0.01,
    )  # fmt: skip
    return [
        dataclasses.replace(base, seed=seed, **changes)
        for seed, changes in enumerate(MEMBERS.values())
    ]


def through_the_disk(state):
    """A state as a file gives it back."""
    plain, tensors = taken_apart(state)
    return put_together(msgspec.json.decode(msgspec.json.encode(plain)), load(save(tensors)))


def bits(value):
    """A state with its tensors as bytes: equal where every bit is."""
    if isinstance(value, torch.Tensor):
        return (value.dtype, tuple(value.shape), value.contiguous().numpy().tobytes())
    if isinstance(value, dict):
        return {key: bits(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [bits(one) for one in value]
    return (type(value), repr(value))


def outcome_bits(outcome):
    return bits([outcome.thetas, outcome.statistics, outcome.scores, outcome.traces])


@pytest.fixture(scope="module")
def straight():
    """States on the way, a copy of each, and what it came to."""
    states = []

    def keep(population):
        states.append(through_the_disk(population.state()))

    outcome = Population(members(), data_of(), together=5).run(save=keep)
    return states, outcome_bits(outcome)


def test_every_moment_leads_to_the_same_end(straight):
    states, end = straight
    assert len(states) > 10
    assert any(state["ended"] and state["packs"] for state in states), "some end before others"
    for state in [*states[::3], states[-1]]:
        population = Population(members(), data_of(), together=5)
        population.load(state)
        assert outcome_bits(population.run()) == end


def test_saving_changes_nothing(straight):
    assert outcome_bits(Population(members(), data_of(), together=5).run()) == straight[1]


def test_saved_again_at_once_it_is_the_same(straight):
    for state in straight[0][::4]:
        population = Population(members(), data_of(), together=5)
        population.load(state)
        assert bits(population.state()) == bits(state)


def test_workers_go_on_too(straight):
    def half(population):
        if population.n_steps >= 30 and not kept:
            kept.append(through_the_disk(population.state()))

    kept = []
    end = outcome_bits(Population(members(), data_of(), together=5, workers=2).run(save=half))
    population = Population(members(), data_of(), together=5, workers=2)
    population.load(kept[0])
    assert outcome_bits(population.run()) == end == straight[1]


def test_packs_that_have_not_begun():
    begun = Population(members(), data_of(), together=3)
    packs = [{"numbers": list(numbers), "states": None} for numbers in begun.numbers]
    other = Population(members(), data_of(), together=12)
    other.load({"packs": packs, "ended": {}})
    assert other.numbers == begun.numbers
    assert outcome_bits(other.run()) == outcome_bits(begun.run())


# ---- taken apart and put together --------------------------------------------------------------

SHARED = torch.arange(3.0)
STATES = {
    "floats": [0.1, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 1.0],
    "other values": [None, True, 1, -(2**62), 2**63, "", "wörd"],
    "keys": {1: {"a": 2}, 0: [], "0": {}},
    "words that mean something": {"number": "inf", "items": [], "tensor": "0"},
    "tensors": [torch.tensor([math.nan, -0.0]), torch.empty(0), torch.tensor(3, dtype=torch.int16),
                torch.arange(5, dtype=torch.uint8), torch.eye(3, dtype=torch.float64).T[1:]],
    "the same tensor twice": [SHARED, {"again": SHARED, "a part": SHARED[1:]}],
}  # fmt: skip


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_state_comes_back_to_the_bit(state):
    assert bits(through_the_disk(state)) == bits(state)


def test_a_part_does_not_take_the_whole_along():
    _, tensors = taken_apart([torch.zeros(1_000)[:2]])
    assert len(save(tensors)) < 500


@pytest.mark.parametrize("state", [{1.5: 2}, {True: 1}, {1, 2}, object(), [b"x"]])
def test_what_a_state_cannot_hold(state):
    with pytest.raises(TypeError, match="a state cannot hold"):
        taken_apart(state)


@pytest.mark.parametrize(
    "plain",
    [
        {"tensor": "1"}, {"number": "12"}, {"items": [1]}, {"items": [[1, 2, 3]]}, {},
        {"number": "inf", "tensor": "0"}, {"items": {"a": 1}}, [{"else": 1}], {"tensor": 0},
    ],
)  # fmt: skip
def test_what_is_no_part_of_a_state(plain):
    with pytest.raises(ValueError, match="not a part of a state"):
        put_together(plain, {"0": torch.ones(1)})

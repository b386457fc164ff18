"""Gradients by depth and time, and what activations do."""

import dataclasses

import pytest

from justright.doctor.checks.collapsed_representation import COLLAPSED_REPRESENTATION
from justright.doctor.checks.dead_units import DEAD_UNITS
from justright.doctor.checks.exploding_gradient import EXPLODING_GRADIENT
from justright.doctor.checks.saturated_units import SATURATED_UNITS
from justright.doctor.checks.vanishing_gradient import VANISHING_GRADIENT
from justright.doctor.evidence import Batch, Evidence, Signal
from justright.kinds import Severity
from tests.doctor.evidences import CLASSES, NUMBERS, chain, samples, still, use

STUCK = use(CLASSES, *samples(1.0, 1.0, 1.0))
WELL = use(CLASSES, *samples(1.0, 0.3, 0.1, 0.1))


def by_depth(*sizes, losses=(STUCK,), looks=8, **course):
    parts = chain(*[(f"{i}", 8, 8) for i in range(len(sizes))])
    slopes = {f"{i}.weight": (size,) * looks for i, size in enumerate(sizes)}
    track = still(gradients=slopes, sampled=tuple(range(looks)), **course)
    return Evidence(door="check", tracks=(track,), losses=losses, **parts)


FADING = (1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.1)
FELL = {"loss": tuple(2.0 - 0.01 * i for i in range(80))}
VANISHING = {
    "a tenth from layer to layer": (by_depth(*FADING), True),
    "at the limit": (by_depth(1e-3, 1e-2, 0.05, 0.1, 0.1), False),
    "up and down": (by_depth(1e-4, 0.1, 1e-3, 0.05, 0.01, 0.1), False),
    "three layers": (by_depth(1e-5, 1e-3, 0.1), False),
    "the loss falls": (by_depth(*FADING, losses=(), **FELL), False),
    "it learns": (by_depth(*FADING, losses=(WELL,)), False),
    "four looks": (by_depth(*FADING, looks=4), False),
    "a dry run": (by_depth(*FADING, n_steps=8), False),
    "even": (by_depth(*[0.1] * 6), False),
    "a last layer that starts at zero": (by_depth(0.0, 0.0, 0.0, 0.0, 0.1), False),
}
GROWING = (10.0, 5.0, 1.0, 0.1, 0.02, 0.02)
EXPLODING = {
    "five hundred times by depth": (by_depth(*GROWING), Severity.WARN),
    "ten thousand times": (by_depth(200.0, 20.0, 2.0, 0.2, 0.02, 0.02), Severity.STOP),
    "ten times": (by_depth(0.2, 0.15, 0.1, 0.05, 0.02, 0.02), None),
    "it learns": (by_depth(*GROWING, losses=(WELL,)), None),
}


@pytest.mark.parametrize(("evidence", "sick"), VANISHING.values(), ids=VANISHING)
def test_gradients_that_fade_towards_the_first_layer(evidence, sick):
    finding = VANISHING_GRADIENT.judge(evidence)
    assert (finding is not None) == sick
    if finding:
        assert (finding.layer, finding.severity) == ("0", Severity.STOP)


@pytest.mark.parametrize(("evidence", "severity"), EXPLODING.values(), ids=EXPLODING)
def test_gradients_that_grow_towards_the_first_layer(evidence, severity):
    finding = EXPLODING_GRADIENT.judge(evidence)
    assert (finding and finding.severity) == severity


def spiked(size, *, times=(30, 50, 70), harm=3.0, **course):
    loss = tuple(harm if i - 1 in times else 1.0 for i in range(100))
    gradient = tuple(size if i in times else 1.0 for i in range(100))
    return by_depth(0.1, 0.1, loss=loss, gradient=gradient, n_steps=100, **course)


SPIKES = {
    "three that harm": (spiked(50.0), True),
    "below the limit": (spiked(29.0), False),
    "two": (spiked(50.0, times=(30, 50)), False),
    "three that do no harm": (spiked(50.0, harm=1.1), False),
    "clipped": (spiked(50.0, clipped_share=0.03), False),
    "at the very start": (spiked(50.0, times=(0, 3, 7)), False),
}


@pytest.mark.parametrize(("evidence", "sick"), SPIKES.values(), ids=SPIKES)
def test_gradients_that_explode_in_single_steps(evidence, sick):
    assert (EXPLODING_GRADIENT.judge(evidence) is not None) == sick


CODE = [("a", 64, 8), "Relu", ("b", 8, 64)]
WIDE = [("a", 10, 64), "Relu", ("b", 64, 2)]


def dead(*shares, parts=WIDE, op="Relu", zero=None, losses=(STUCK,), rows=32):
    signals = tuple(
        Signal(op=op, layer="a", step=i, dead_share=share,
               zero_share=zero or min(1.0, share + 0.3 * (1 - share)))
        for i, share in enumerate(shares)
    )  # fmt: skip
    batch = Batch(model="MLP", step=0, shape=(rows, 10))
    return Evidence(door="check", signals=signals, batches=(batch,), losses=losses, **chain(*parts))


DEAD = {
    "the whole layer": (dead(*[1.0] * 6), Severity.STOP),
    "the whole layer, but it learns": (dead(*[1.0] * 6, losses=(WELL,)), Severity.WARN),
    "most of it, and it does not learn": (dead(0.1, *[0.85] * 6), Severity.WARN),
    "most of it, and it learns": (dead(0.1, *[0.85] * 6, losses=(WELL,)), None),
    "half of a wide layer": (dead(*[0.5] * 6), None),
    "half of a code": (dead(*[0.5] * 6, parts=CODE), Severity.WARN),
    "a quarter of a code": (dead(*[0.25] * 6, parts=CODE), None),
    "dead at first, alive later": (dead(*[1.0] * 4, *[0.1] * 4), None),
    "batches of four": (dead(*[0.9] * 6, rows=4), None),
    "seldom on, by chance": (dead(*[0.85] * 6, zero=0.995), None),
    "another activation": (dead(*[1.0] * 6, op="LeakyRelu"), None),
    "two looks": (dead(1.0, 1.0), None),
}


@pytest.mark.parametrize(("evidence", "severity"), DEAD.values(), ids=DEAD)
def test_units_that_are_zero_for_every_example(evidence, severity):
    finding = DEAD_UNITS.judge(evidence)
    assert (finding and finding.severity) == severity


def saturated(share, *between, losses=(STUCK,)):
    signals = tuple(Signal(op="Tanh", layer="a", step=i, saturated_share=share) for i in range(6))
    parts = chain(("a", 8, 8), *(between or ("Tanh",)), ("b", 8, 1))
    return Evidence(door="check", signals=signals, losses=losses, **parts)


def test_hidden_units_at_their_ends():
    assert SATURATED_UNITS.judge(saturated(0.75)).layer == "a"
    assert SATURATED_UNITS.judge(saturated(0.7)) is None
    assert SATURATED_UNITS.judge(saturated(0.9, losses=(WELL,))) is None
    assert SATURATED_UNITS.judge(saturated(0.9, "Tanh", "Mul")) is None  # a gate
    output = chain(("a", 8, 1), "Tanh")
    assert SATURATED_UNITS.judge(dataclasses.replace(saturated(0.9), **output)) is None


ONE = (still(),)


def alike(*spreads, layer="a", losses=(), tracks=ONE):
    signals = tuple(
        Signal(op="Linear", layer=name, step=i, example_spread=spread if name == layer else 0.5)
        for i, spread in enumerate(spreads)
        for name in "ab"
    )
    parts = chain(("a", 8, 8), "Relu", ("b", 8, 4))
    return Evidence(door="check", signals=signals, losses=losses, tracks=tracks, **parts)


LOST = (0.5, 0.4, *[1e-3] * 8)
MSE = use(NUMBERS, *samples(1.0, 1.0, 1.0))
COLLAPSES = {
    "the last layer of a loss on pairs": (alike(*LOST, layer="b"), "b"),
    "a hidden layer that learns nothing": (alike(*LOST, losses=(MSE,)), "a"),
    "outputs that are a constant, as well they may be": (
        alike(*LOST, layer="b", losses=(MSE,)), None),
    "it learns": (alike(*LOST, losses=(WELL,)), None),
    "at the limit": (alike(0.5, *[0.01] * 8), None),
    "alike from the start": (alike(0.05, *[1e-4] * 8), None),
    "back again": (alike(0.5, *[1e-3] * 6, 0.4), None),
    "two optimizers": (alike(*LOST, tracks=ONE * 2), None),
}  # fmt: skip


@pytest.mark.parametrize(("evidence", "layer"), COLLAPSES.values(), ids=COLLAPSES)
def test_examples_that_come_to_look_alike(evidence, layer):
    finding = COLLAPSED_REPRESENTATION.judge(evidence)
    assert (finding and finding.layer) == layer

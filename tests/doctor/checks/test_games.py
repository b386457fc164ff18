"""Two networks that train against each other."""

import dataclasses

import pytest

from justright.doctor.checks.gan_collapse import GAN_COLLAPSE
from justright.doctor.checks.gan_mixed_norm import GAN_MIXED_NORM
from justright.doctor.checks.gan_one_sided import GAN_ONE_SIDED
from justright.doctor.evidence import Batch, LossSample
from justright.kinds import Severity
from tests.doctor.evidences import YES_OR_NO, use

BASE = GAN_ONE_SIDED.example
LABELS = BASE.losses
TRUE = (use(YES_OR_NO, *[LossSample(step=i, value=0.7, target_std=0.5) for i in range(4)]),)


def of_losses(generator, critic, *, losses=LABELS, rates=(1e-3, 1e-3)):
    tracks = tuple(
        dataclasses.replace(t, loss=tuple(loss), n_steps=len(loss), options={"lr": rate})
        for t, loss, rate in zip(BASE.tracks, (generator, critic), rates, strict=True)
    )
    return dataclasses.replace(BASE, tracks=tracks, losses=losses)


def run(start, end, n=100):
    return [start] * (n // 5) + [end] * (n - n // 5)


SIDES = {
    "the discriminator wins": (of_losses(run(0.7, 6.0), run(0.7, 0.02)), Severity.STOP),
    "the generator wins": (of_losses(run(0.7, 0.02), run(0.7, 3.0)), Severity.WARN),
    "balance": (of_losses(run(0.7, 0.8), run(0.69, 0.68)), None),
    "a strong discriminator, as often": (of_losses(run(0.7, 3.0), run(0.7, 0.2)), None),
    "the other does not suffer": (of_losses(run(0.7, 0.8), run(0.7, 0.02)), None),
    "swings": (of_losses(run(0.7, 6.0), [0.7] * 20 + [0.01, 0.01, 0.01, 0.9] * 20), None),
    "sixty steps are needed": (of_losses(run(0.7, 6.0, 50), run(0.7, 0.02, 50)), None),
    "labels of data: no game": (of_losses(run(0.7, 6.0), run(0.7, 0.02), losses=TRUE), None),
    "one loss for both: an autoencoder": (of_losses(run(0.7, 0.02), run(0.7, 0.02)), None),
}


@pytest.mark.parametrize(("evidence", "severity"), SIDES.values(), ids=SIDES)
def test_who_has_won(evidence, severity):
    finding = GAN_ONE_SIDED.judge(evidence)
    assert (finding and finding.severity) == severity


def test_uneven_rates_are_named():
    evidence = of_losses(run(0.7, 6.0), run(0.7, 0.02), rates=(1e-5, 5e-3))
    assert "500 times" in GAN_ONE_SIDED.judge(evidence).sign


def sampled(*spreads, shown=1.0):
    signals = tuple(
        dataclasses.replace(GAN_COLLAPSE.example.signals[0], step=i, example_spread=spread)
        for i, spread in enumerate(spreads)
    )
    layers = (
        *GAN_COLLAPSE.example.layers,
        dataclasses.replace(
            GAN_COLLAPSE.example.layers[0], name="d", model="D",
            weights=(dataclasses.replace(GAN_COLLAPSE.example.layers[0].weights[0],
                                         name="d.weight"),)),
    )  # fmt: skip
    batches = (Batch(model="D", step=9, shape=(32, 2), std=shown),)
    return dataclasses.replace(
        GAN_COLLAPSE.example, signals=signals, layers=layers, batches=batches
    )


SAMPLES = {
    "one answer": (sampled(1.0, 1.0, *[0.01] * 10), True),
    "a fifth": (sampled(1.0, 1.0, *[0.2] * 10, shown=10.0), False),
    "as narrow as the data": (sampled(1.0, 1.0, *[0.01] * 10, shown=0.05), False),
    "from nothing to something": (sampled(*[0.01] * 6, *[1.0] * 6), False),
    "three looks": (sampled(1.0, 0.01, 0.01), False),
}


@pytest.mark.parametrize(("evidence", "sick"), SAMPLES.values(), ids=SAMPLES)
def test_samples_that_are_all_alike(evidence, sick):
    assert (GAN_COLLAPSE.judge(evidence) is not None) == sick


def test_real_and_generated_in_one_batch():
    sick = GAN_MIXED_NORM.example
    assert GAN_MIXED_NORM.judge(sick).layer == "norm"
    apart = tuple(dataclasses.replace(b, shape=(32, 2)) for b in sick.batches)
    assert GAN_MIXED_NORM.judge(dataclasses.replace(sick, batches=apart)) is None
    plain = (dataclasses.replace(sick.layers[0], kind="LayerNorm"),)
    assert GAN_MIXED_NORM.judge(dataclasses.replace(sick, layers=plain)) is None

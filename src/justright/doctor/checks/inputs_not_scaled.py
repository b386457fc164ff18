"""Inputs far from zero mean and unit spread."""

import math

from justright.doctor.check import Check
from justright.doctor.checks.raw_pixels import looks_raw
from justright.doctor.evidence import Batch, Evidence, Layer, Signal, Weight
from justright.doctor.inputs import first_batches, first_output, is_loud, normalises, size
from justright.doctor.suffering import severity, suffers
from justright.kinds import Finding, Severity

FAINT = 0.05  # root mean square of a whole example; scaled ones have the root of their length


def judge(evidence: Evidence) -> Finding | None:
    """Layers are built for numbers near 1: their start, and the step's length, assume it."""
    for batch in first_batches(evidence):
        if is_loud(evidence, batch) and not looks_raw(batch):
            return _loud(evidence, batch)
        if _faint(batch) and not normalises(evidence, batch, first=2) and suffers(evidence):
            return _sick(batch, Severity.WARN, "small", "the bias drowns them in every layer", 0.6)
    return None


def _faint(batch: Batch) -> bool:
    length = math.prod(batch.shape[1:])
    return 0 < size(batch) * math.sqrt(length) < FAINT


def _loud(evidence: Evidence, batch: Batch) -> Finding:
    held_up = suffers(evidence)
    out = first_output(evidence, batch)
    shown = "" if out is None else f", and the first layer puts out {out:.3g}"
    return _sick(
        batch,
        severity(evidence),
        "large",
        "the first layer's outputs are large from the start, and every step is too long",
        0.8 if held_up else 0.6,
        shown,
    )


def _sick(
    batch: Batch, grave: Severity, word: str, why: str, sure: float, shown: str = ""
) -> Finding:
    return Finding(
        check=INPUTS_NOT_SCALED.id,
        severity=grave,
        sign=f"the inputs of {batch.model} have mean {batch.mean:.3g} and standard deviation "
        f"{batch.std:.3g}{shown}",
        meaning=f"the inputs are too {word}: {why}",
        remedy="standardise the inputs with the training rows' mean and standard deviation",
        numbers={"mean": batch.mean, "std": batch.std, "low": batch.low, "high": batch.high},
        confidence=sure,
    )


INPUTS_NOT_SCALED = Check(
    id="inputs-not-scaled",
    fault=5,
    asks="Are the inputs near zero mean and unit spread?",
    needs=frozenset({"batches"}),
    measured="Root mean square of the first batch beyond 10, and a first layer that puts out more "
    "than 5; a normalisation among the first two layers excuses it, as does scaling inside the "
    "model. Inputs whose whole example has a norm below 0.05 where the training is held up.",
    judge=judge,
    remedy="Standardise the inputs.",
    confirm="standardise one batch and compare the first ten losses",
    source="LeCun et al. 1998, Efficient BackProp, 4.3",
    example=Evidence(
        door="check",
        batches=(Batch(model="MLP", step=0, shape=(32, 8), mean=400.0, std=300.0, high=1500.0),),
        layers=(
            Layer(
                name="0",
                kind="Linear",
                model="MLP",
                calls=1,
                weights=(Weight(name="0.weight", shape=(16, 8)),),
            ),
        ),
        signals=(Signal(op="Linear", layer="0", std=180.0),),
    ),
)

"""Dropout right before batch norm."""

from itertools import pairwise

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Layer, Track, Weight
from justright.doctor.modes import drop_share, is_batch_norm, learning_layers
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

CLEAR = 0.25  # of the units: the variance of training is then a third above that of eval mode


def judge(evidence: Evidence) -> Finding | None:
    """Dropout raises the variance in training only, and batch norm keeps that for eval mode."""
    chain = [layer for layer in learning_layers(evidence) if layer.weights or drop_share(layer) > 0]
    for first, second in pairwise(chain):
        p = drop_share(first)
        if p > 0 and "Dropout" in first.kind and is_batch_norm(second) and _fits(first, second):
            return _finding(evidence, first, second, p)
    return None


def _fits(first: Layer, second: Layer) -> bool:
    return first.model == second.model and first.in_shape == second.in_shape


def _finding(evidence: Evidence, first: Layer, second: Layer, p: float) -> Finding:
    return Finding(
        check=DROPOUT_BEFORE_BATCH_NORM.id,
        severity=Severity.WARN if p >= CLEAR else Severity.NOTE,
        sign=f"{first.name} (p={p:g}) comes right before {second.name} ({second.kind})",
        meaning=f"in training the variance is {1 / (1 - p):.2g} times that of eval mode, and the "
        "running statistics are those of training: eval mode is off scale"
        if p < 1
        else "batch norm is given zeros only",
        remedy="put dropout behind the batch norm and its activation, or leave one of them out",
        layer=first.name,
        line=line_of(evidence, first.kind),
        numbers={"p": p},
        confidence=0.55,
    )


DROPOUT_BEFORE_BATCH_NORM = Check(
    id="dropout-before-batch-norm",
    asks="Does batch norm see the same variance in training and in eval mode?",
    fault=24,
    needs=frozenset({"layers"}),
    measured="The order in which layers are called: dropout whose output goes, through "
    "activations at most, into batch norm. A note for p below 0.25. With a layer of weights "
    "between them the shift is smaller, and usual.",
    judge=judge,
    remedy="Batch norm, activation, dropout: in this order.",
    confirm="compare the validation loss in training and in eval mode",
    source="Li et al. 2018, arXiv:1801.05134: disharmony between dropout and batch norm",
    example=Evidence(
        door="check",
        tracks=(
            Track(name="optimizer", kind="Adam", n_steps=300, gradients={"bn.weight": (1.0,)}),
        ),
        layers=(
            Layer(name="drop", kind="Dropout", in_shape=(8, 4), options={"p": 0.5}),
            Layer(
                name="bn",
                kind="BatchNorm1d",
                in_shape=(8, 4),
                weights=(Weight(name="bn.weight", shape=(4,)),),
            ),
        ),
    ),
)

"""Targets that the output's activation cannot produce."""

import math

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import (
    BINARY_LOSSES,
    NUMBER_LOSSES,
    head,
    line_of,
    place_of,
    trained_on,
)
from justright.kinds import Finding, Severity

#: Ends of what activations can put out.
REACH = {
    "Sigmoid": (0.0, 1.0), "Softmax": (0.0, 1.0), "Hardsigmoid": (0.0, 1.0), "Tanh": (-1.0, 1.0),
    "Relu": (0.0, math.inf), "Softplus": (0.0, math.inf), "Exp": (0.0, math.inf),
    "Abs": (0.0, math.inf), "LogSigmoid": (-math.inf, 0.0), "LogSoftmax": (-math.inf, 0.0),
    "Elu": (-1.0, math.inf), "Gelu": (-0.17, math.inf), "Silu": (-0.28, math.inf),
}  # fmt: skip
FAR = 0.25  # of the targets' spread; noise over the end stays within it (house convention)
BULK = 0.1  # of the spread by which one target in 20 lies beyond: a part of the data is lost


def judge(evidence: Evidence) -> Finding | None:
    """What lies beyond the end of the activation is never met, and drives it into saturation."""
    for use in trained_on(evidence, *NUMBER_LOSSES, *BINARY_LOSSES):
        seen = head(evidence, use)
        binary = use.function in BINARY_LOSSES
        low, high = (0.0, 1.0) if binary else REACH.get(seen.op, (-math.inf, math.inf))
        if not use.samples or (binary and max(s.n_classes_seen for s in use.samples) == 2):
            continue  # two values are labels: their coding is another matter
        beyond = max(_beyond(s, low, high) for s in use.samples)
        if beyond <= FAR:
            continue
        bulk = max(_bulk(s, low, high) for s in use.samples) > BULK
        name = "sigmoid" if binary else seen.op.lower()
        return _sick(evidence, use, name, seen.layer, (low, high), bulk)
    return None


def _beyond(sample: LossSample, low: float, high: float) -> float:
    """How far the farthest target lies beyond the ends, over the targets' spread."""
    return max(low - sample.target_low, sample.target_high - high) / max(sample.target_std, 1e-12)


def _bulk(sample: LossSample, low: float, high: float) -> float:
    ends = sample.target_ends or (sample.target_mean, sample.target_mean)
    return max(low - ends[0], ends[1] - high) / max(sample.target_std, 1e-12)


def _sick(
    evidence: Evidence, use: LossUse, name: str, layer: str, reach: tuple[float, float], bulk: bool
) -> Finding:
    low = min(s.target_low for s in use.samples)
    high = max(s.target_high for s in use.samples)
    ends = f"{reach[0]:g} to {reach[1]:g}".replace("inf", "infinity")
    return Finding(
        check=TARGET_OUT_OF_REACH.id,
        severity=Severity.STOP if bulk else Severity.WARN,
        sign=f"the {name}{place_of(layer)} reaches from {ends}, the targets of {use.function} "
        f"from {low:.3g} to {high:.3g}",
        meaning="the network cannot put out a part of its targets, whatever its weights",
        remedy=f"take the {name} off the last layer, or scale the targets into {ends}",
        layer=layer or None,
        line=line_of(evidence, name, layer=layer) or use.line,
        numbers={"target_low": low, "target_high": high},
        confidence=0.95 if bulk else 0.7,
    )


TARGET_OUT_OF_REACH = Check(
    id="target-out-of-reach",
    fault=3,
    asks="Can the output's activation reach the targets?",
    needs=frozenset({"losses"}),
    measured="Range of the targets against that of the activation that feeds the loss. Alarm where "
    "targets lie beyond it by a quarter of their standard deviation (noise does not), stop where "
    "one in 20 does. An activation that is scaled afterwards is left alone.",
    judge=judge,
    remedy="Take the activation off the last layer, or scale the targets into its range.",
    confirm="print y.min(), y.max() beside output.min(), output.max()",
    source="The ranges of the activations",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="mse_loss",
                input_shape=(32, 1),
                target_shape=(32, 1),
                made_by="Relu",
                samples=(
                    LossSample(
                        step=0, value=1.0, trivial=1.0, target_low=-2.0, target_high=2.1,
                        target_mean=0.0, target_ends=(-1.6, 1.6),
                    ),
                ),
            ),
        ),
    ),
)  # fmt: skip

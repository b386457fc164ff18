"""The first loss, against the loss of a constant prediction."""

import math

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Start
from justright.kinds import Finding, Severity

DOUBT = 1.5  # times the trivial loss; untrained outputs of spread 1 cost about that much
SICK = 20.0  # times the trivial loss; beyond any start that a few steps would mend


def judge(evidence: Evidence) -> Finding | None:
    """An untrained network knows nothing, so it should lose as much as a constant does."""
    start = evidence.start
    if start is None:
        return None
    first, trivial = start.first_loss, start.trivial_loss
    numbers = {"first_loss": first, "trivial_loss": trivial}
    if not math.isfinite(first):
        return Finding(
            check=FIRST_LOSS.id,
            severity=Severity.STOP,
            sign=f"the loss of the untrained network is {first}",
            meaning="a value in the inputs, the targets or the weights is not finite",
            remedy="look for infinite or missing values in the data, or for an init that blows up",
        )
    if first <= DOUBT * max(trivial, 1e-3):
        return None
    return Finding(
        check=FIRST_LOSS.id,
        severity=Severity.STOP if first > SICK * max(trivial, 1e-3) else Severity.WARN,
        sign=f"the first loss is {first:.3g}, a constant prediction has {trivial:.3g}",
        meaning="the untrained network is sure of wrong answers and must first unlearn them",
        remedy="start the last layer small with its bias at the prior: last_layer_init=prior",
        numbers=numbers,
    )


FIRST_LOSS = Check(
    id="first-loss",
    asks="Does the untrained network lose as much as a constant prediction?",
    fault=4,
    needs=frozenset({"start"}),
    measured="One pass of the untrained network over a batch. Alarm beyond 1.5 times the loss "
    "of the best constant prediction (untrained outputs of spread 1 cost about that "
    "much), stop beyond 20 times.",
    judge=judge,
    remedy="Start the last layer small, with its bias at the prior.",
    confirm="print the loss before the first step beside the loss of a constant prediction",
    source="Karpathy 2019, A Recipe for Training Neural Networks: verify loss at init",
    example=Evidence(
        door="preflight",
        start=Start(first_loss=3.0, trivial_loss=0.69, n_rows=256, n_layers=3, output_spread=4.0),
    ),
)

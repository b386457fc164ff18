"""Whether the network uses its inputs at all."""

import math

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Start
from justright.kinds import Finding, Severity

USED = 0.95  # of what all-zero inputs reach; real inputs must do better than that


def judge(evidence: Evidence) -> Finding | None:
    """Trained on all-zero inputs a network learns the prior only; real ones must beat that."""
    start = evidence.start
    if start is None:
        return None
    zeros = [x for x in start.zero_losses if math.isfinite(x)]
    real = [x for x in start.real_losses if math.isfinite(x)]
    if not zeros or not real or start.small_trivial_loss < 1e-3:
        return None
    # Where inputs move the outputs they arrive; it is no fault of the network that they tell
    # nothing about these targets, nor that a straight line gains little from them.
    tells_nothing = start.small_floor_loss > USED * start.small_trivial_loss
    if start.output_spread > 0 and (tells_nothing or start.n_layers < 2):
        return None
    if min(real) <= USED * min(zeros):
        return None
    return Finding(
        check=ZERO_BATCH.id,
        severity=Severity.STOP,
        sign=f"trained on one batch the loss falls to {min(real):.3g};"
        f" with every input set to zero it falls to {min(zeros):.3g}",
        meaning="the inputs do not reach the output",
        remedy="check that the inputs are not constant after encoding, and the wiring of the model",
        numbers={"real_loss": min(real), "zero_loss": min(zeros)},
    )


ZERO_BATCH = Check(
    id="zero-batch",
    asks="Does the network learn more from its inputs than from zeros?",
    fault=8,
    needs=frozenset({"start"}),
    measured="A copy trained on one small batch must come lower than another copy trained on "
    "the same targets with all-zero inputs (5 % lower at least).",
    judge=judge,
    remedy="Check that the inputs are not constant after encoding, and the wiring of the model.",
    confirm="train once on zeros in place of the inputs and compare the curves",
    source="Karpathy 2019, A Recipe for Training Neural Networks: input-independent baseline",
    example=Evidence(
        door="preflight",
        start=Start(
            first_loss=0.7,
            trivial_loss=0.69,
            n_rows=256,
            n_layers=3,
            output_spread=0.0,
            real_losses=(0.7, 0.69),
            zero_losses=(0.7, 0.69),
            small_trivial_loss=0.69,
        ),
    ),
)

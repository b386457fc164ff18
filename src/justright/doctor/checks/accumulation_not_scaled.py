"""Gradients of several batches added up, not averaged."""

import re

from justright.doctor.check import Check
from justright.doctor.curve import training_loss
from justright.doctor.evidence import Conduct, Evidence, LossSample, LossUse, Track
from justright.doctor.loop import SCALE_FREE, cycle_share, loss_factor
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

SEVERAL = 3  # batches before a step: two may be two losses of one step (a discriminator's)
UNDIVIDED = (0.8, 1.25)  # of the loss function's value; batches of one step differ a little
SHARE = 0.8  # of the steps; the last of an epoch may be shorter
ROUNDS = re.compile(r"[LZ]*(FB){3,}C*S")


def judge(evidence: Evidence) -> Finding | None:
    """A sum of k means is a step k times as long as that of one batch as large as all k."""
    use, factor = training_loss(evidence), loss_factor(evidence)
    if len(evidence.tracks) != 1 or use is None or factor is None or evidence.conduct is None:
        return None
    track = evidence.tracks[0]
    if track.backwards_per_step < SEVERAL or use.options.get("reduction", "mean") != "mean":
        return None
    if not UNDIVIDED[0] <= factor <= UNDIVIDED[1] or evidence.conduct.repeated_backwards:
        return None
    if cycle_share(evidence, lambda cycle: ROUNDS.fullmatch(cycle) is not None) < SHARE:
        return None
    harmless = track.kind in SCALE_FREE
    batches = round(track.backwards_per_step)
    return Finding(
        check=ACCUMULATION_NOT_SCALED.id,
        severity=Severity.NOTE if harmless else Severity.WARN,
        sign=f"{batches} backward passes before each step, each from the whole loss "
        f"({factor:.2g} times the value of {use.function})",
        meaning=f"the gradient is a sum of {batches} means: as if the learning rate were "
        f"{batches} times as high"
        + (f", which {track.kind} makes up for, though not clipping" if harmless else ""),
        remedy=f"(loss / {batches}).backward(), or a learning rate {batches} times lower",
        line=line_of(evidence, "backward"),
        numbers={"backwards_per_step": track.backwards_per_step, "factor": factor},
        confidence=0.4 if harmless else 0.65,
    )


ACCUMULATION_NOT_SCALED = Check(
    id="accumulation-not-scaled",
    asks="Is the loss divided by the number of batches that are accumulated?",
    fault=11,
    needs=frozenset({"conduct", "tracks", "losses"}),
    measured="At least three rounds of forward and backward before a step, with no zero_grad "
    "between, of one loss function with reduction mean, and the loss that backward starts from "
    "is that function's value, not a part of it. A note for optimizers whose step does not grow "
    "with the gradient. Gradients divided by hand afterwards cannot be told.",
    judge=judge,
    remedy="Divide the loss by the number of accumulated batches.",
    confirm="compare the gradient's norm before the step with that of one large batch",
    source="Goyal et al. 2017, arXiv:1706.02677: normalise by the whole batch, not by its parts",
    example=Evidence(
        door="check",
        conduct=Conduct(cycles={"ZFBFBFBFBS": 50}, steps=50, backwards=200),
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=50,
                backwards_per_step=4.0,
                steps=tuple(range(5)),
                loss=(1.0,) * 5,
            ),
        ),
        losses=(
            LossUse(
                function="mse_loss",
                samples=tuple(LossSample(step=step, value=1.0) for step in range(5)),
            ),
        ),
    ),
)

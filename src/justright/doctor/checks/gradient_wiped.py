"""zero_grad between backward and step."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Track
from justright.doctor.loop import cycle_share, wiped
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

SHARE = 0.5  # of the steps (house convention)


def judge(evidence: Evidence) -> Finding | None:
    """The order of the calls says it, and the steps had nothing to go by."""
    share = cycle_share(evidence, wiped)
    if share < SHARE:
        return None
    empty = max((track.empty_steps for track in evidence.tracks if track.sampled), default=0.0)
    if empty < SHARE:
        return None  # another optimizer's gradients were set to zero
    return Finding(
        check=GRADIENT_WIPED.id,
        severity=Severity.STOP,
        sign=f"before {share:.0%} of the steps zero_grad() came after backward(): {empty:.0%} of "
        "the steps looked at had no gradient left",
        meaning="every step is made without a gradient: nothing is learnt",
        remedy="move zero_grad() to before loss.backward(), or to after optimizer.step()",
        line=line_of(evidence, "zero_grad"),
        numbers={"wiped_share": share, "empty_share": empty},
        confidence=0.98,
    )


GRADIENT_WIPED = Check(
    id="gradient-wiped",
    asks="Does the gradient last until the step?",
    fault=11,
    needs=frozenset({"conduct", "tracks"}),
    measured="The order of calls before each step: zero_grad after the last backward pass, and "
    "sampled steps at which no parameter had a gradient. Alarm where both hold for half the steps; "
    "zeroing another optimizer's gradients there is no fault.",
    judge=judge,
    remedy="The order is zero_grad, forward, backward, step.",
    confirm="print the gradient's norm right before optimizer.step()",
    source="PyTorch documentation, optimizing model parameters",
    example=Evidence(
        door="check",
        conduct=Conduct(cycles={"FBZS": 100}, steps=100, backwards=100),
        tracks=(
            Track(name="optimizer", kind="Adam", n_steps=100, sampled=(0, 1, 2), empty_steps=1.0),
        ),
    ),
)

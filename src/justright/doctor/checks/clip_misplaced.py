"""Clipping that comes when there is nothing to clip."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Track
from justright.doctor.loop import cycle_share
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

SHARE = 0.5  # of the steps (house convention)
NO_LIMIT = 1e6  # a norm that is clipped to so much is only being measured


def judge(evidence: Evidence) -> Finding | None:
    """Only between backward and step does clipping change a step."""
    if any((track.clip_limit or 0.0) >= NO_LIMIT for track in evidence.tracks):
        return None
    useless = cycle_share(evidence, _useless)
    if useless < SHARE or cycle_share(evidence, _useful) > 0:
        return None
    return Finding(
        check=CLIP_MISPLACED.id,
        severity=Severity.WARN,
        sign=f"before {useless:.0%} of the steps gradients are clipped outside of the stretch from "
        "backward() to step(): after a step, or before the gradient is there",
        meaning="clipping changes nothing: steps are as long as if it were not there",
        remedy="move the clipping to between loss.backward() and optimizer.step()",
        line=line_of(evidence, "clip_grad_norm_", "clip_grad_value_"),
        numbers={"share": useless},
        confidence=0.95,
    )


def _useless(cycle: str) -> bool:
    return "C" in cycle and "B" in cycle and cycle.rfind("C") < cycle.find("B")


def _useful(cycle: str) -> bool:
    return "C" in cycle and cycle.rfind("C") > cycle.find("B")


CLIP_MISPLACED = Check(
    id="clip-misplaced",
    asks="Are gradients clipped between backward and step?",
    fault=11,
    needs=frozenset({"conduct", "tracks"}),
    measured="The order of calls before each step. Alarm where half of the steps have clipping "
    "only before their first backward pass and no step has it where it works. A limit of a "
    "million or more only measures the norm and is left alone.",
    judge=judge,
    remedy="backward, clip, step: in this order.",
    confirm="print the gradient's norm right before the step",
    source="PyTorch documentation of clip_grad_norm_: it changes gradients in place",
    example=Evidence(
        door="check",
        conduct=Conduct(cycles={"ZFBS": 1, "CZFBS": 99}, steps=100, backwards=100),
        tracks=(Track(name="optimizer", kind="Adam", n_steps=100, clip_limit=1.0),),
    ),
)

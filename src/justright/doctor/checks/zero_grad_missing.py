"""Gradients that are never set to zero."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Track
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

LEFT = 0.5  # of the sampled steps; whoever zeroes before each backward pass has none
FEW = 2.0  # such steps: one may be a start of its own
CLOSURES = 0.8  # of the steps with a closure that goes back more than once and never zeroes


def judge(evidence: Evidence) -> Finding | None:
    """The first backward pass after a step meets the gradient that the step was made of."""
    for track in evidence.tracks:
        share = track.leftover_share
        if share >= LEFT and share * len(track.sampled) >= FEW:
            return _finding(evidence, track, share)
    conduct = evidence.conduct
    cycles = conduct.cycles if conduct else {}
    closures = {c: n for c, n in cycles.items() if "B" in c.partition("S")[2]}
    several = sum(n for cycle, n in closures.items() if cycle.count("B") > 1)
    bare = sum(n for c, n in closures.items() if c.count("B") > 1 and "Z" not in c)
    if evidence.tracks and several >= FEW and bare >= CLOSURES * several:
        return _finding(evidence, evidence.tracks[0], bare / several)
    return None


def _finding(evidence: Evidence, track: Track, share: float) -> Finding:
    cycles = evidence.conduct.cycles if evidence.conduct else {}
    total = sum(cycles.values())
    zeroed = sum(n for cycle, n in cycles.items() if "Z" in cycle)
    calls = "zero_grad() is never called"
    if zeroed:
        calls = f"zero_grad() comes before {zeroed} of {total} steps only"
    return Finding(
        check=ZERO_GRAD_MISSING.id,
        severity=Severity.STOP,
        sign=f"at {share:.0%} of the steps looked at, the gradient of the step before was still "
        f"there when backward added to it; {calls}",
        meaning="every step follows the sum of all gradients so far, not the gradient of its batch",
        remedy="call optimizer.zero_grad() once for every step, before loss.backward()",
        line=line_of(evidence, "backward"),
        numbers={"leftover_share": share, "steps": float(track.n_steps)},
        confidence=0.97,
    )


ZERO_GRAD_MISSING = Check(
    id="zero-grad-missing",
    asks="Is the gradient set to zero between steps?",
    fault=11,
    needs=frozenset({"conduct", "tracks"}),
    measured="At sampled steps, whether the first backward pass after a step meets a gradient "
    "that is not zero. Alarm at half of them, and at two at least. With a closure, whether it "
    "goes back several times and never zeroes. Accumulation over several passes does not count.",
    judge=judge,
    remedy="Call optimizer.zero_grad() before each loss.backward(), or after each step.",
    confirm="print the gradient's norm over the first steps: it grows although the loss does not",
    source="PyTorch documentation: backward accumulates into .grad",
    example=Evidence(
        door="check",
        conduct=Conduct(cycles={"FBS": 300}, steps=300, backwards=300),
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=300,
                sampled=tuple(range(20)),
                leftover_share=0.95,
            ),
        ),
    ),
)

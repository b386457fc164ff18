"""Two backward passes through the same loss."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Track
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

SHARE = 0.5  # of the steps (house convention)
FEW = 2  # such passes


def judge(evidence: Evidence) -> Finding | None:
    """The same gradient, added twice."""
    conduct = evidence.conduct
    if conduct is None or not conduct.steps:
        return None
    again = conduct.repeated_backwards
    if again < max(FEW, SHARE * conduct.steps):
        return None
    times = 1 + again / conduct.steps
    return Finding(
        check=BACKWARD_TWICE.id,
        severity=Severity.WARN,
        sign=f"backward() went {again} times through the very loss of the time before, over "
        f"{conduct.steps} steps",
        meaning=f"gradients are added up {times:.3g} times, as if the learning rate were so much "
        "higher, and each step takes longer",
        remedy="call loss.backward() once, without retain_graph=True",
        line=line_of(evidence, "backward"),
        numbers={"repeated": float(again), "steps": float(conduct.steps)},
        confidence=0.9,
    )


BACKWARD_TWICE = Check(
    id="backward-twice",
    asks="Does backward go through each loss once?",
    fault=11,
    needs=frozenset({"conduct"}),
    measured="Backward passes that start from the same scalar as the one before, with no "
    "zero_grad between; alarm at one for every second step. Rows of a Jacobian, whose roots are "
    "no scalars, and several losses of one forward pass do not count.",
    judge=judge,
    remedy="One loss.backward() for each loss.",
    confirm="count the calls of backward in one round of the loop",
    source="PyTorch documentation: backward accumulates into .grad",
    example=Evidence(
        door="check",
        conduct=Conduct(cycles={"ZFBBS": 100}, steps=100, backwards=200, repeated_backwards=100),
        tracks=(Track(name="optimizer", kind="SGD", n_steps=100),),
    ),
)

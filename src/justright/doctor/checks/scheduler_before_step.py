"""A schedule that moves on before the step it was meant for."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Track
from justright.doctor.loop import cycle_share
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

SHARE = 0.5  # of the steps (house convention)


def judge(evidence: Evidence) -> Finding | None:
    """scheduler.step() between backward and optimizer.step(): the first rate is passed over."""
    share = cycle_share(evidence, lambda c: "B" in c and c.rfind("L") > c.rfind("B"))
    conduct = evidence.conduct
    if share < SHARE or conduct is None or conduct.optimizers > 1:
        return None
    return Finding(
        check=SCHEDULER_BEFORE_STEP.id,
        severity=Severity.WARN,
        sign=f"before {share:.0%} of the steps scheduler.step() came between backward() and "
        "optimizer.step()",
        meaning="every step is made at the rate of the next one: the first rate is never used",
        remedy="call optimizer.step() first, then scheduler.step()",
        line=line_of(evidence, "step"),
        numbers={"share": share},
        confidence=0.5,
    )


SCHEDULER_BEFORE_STEP = Check(
    id="scheduler-before-step",
    asks="Does the optimizer step before its schedule does?",
    fault=11,
    needs=frozenset({"conduct"}),
    measured="The order of calls before each step: a scheduler's step after the last backward "
    "pass, at half of the steps. With several optimizers it cannot be told whose it is. A "
    "schedule that moves on at the start of an epoch looks like one that does at the end.",
    judge=judge,
    remedy="optimizer.step(), then scheduler.step().",
    confirm="print the learning rate of the first step",
    source="PyTorch documentation, how to adjust the learning rate (since 1.1.0)",
    example=Evidence(
        door="check",
        conduct=Conduct(cycles={"LZFBLS": 1, "ZFBLS": 99}, steps=100, optimizers=1),
        tracks=(Track(name="optimizer", kind="SGD", n_steps=100),),
    ),
)

"""The order of calls in a round of training, as the source shows it."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, cycles_with, judge_hints, trained
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity

HALF = 0.5  # share: most (house convention)


def stepped(evidence: Evidence) -> bool:
    """Steps were made."""
    return evidence.conduct is not None and evidence.conduct.steps > 0


def zeroed(evidence: Evidence) -> bool:
    """Most watched rounds held a zero_grad, or met no gradient left over."""
    share = cycles_with(evidence, lambda letters: "Z" in letters)
    clean = bool(evidence.tracks) and all(t.leftover_share == 0 for t in evidence.tracks)
    return (share is not None and share > HALF) or (trained(evidence) and clean)


def zero_in_place(evidence: Evidence) -> bool:
    """In most watched rounds a backward came last before the step."""
    share = cycles_with(evidence, lambda letters: letters.rfind("B") > letters.rfind("Z"))
    return share is not None and share > HALF


def many_steps(evidence: Evidence) -> bool:
    """There are about as many steps as backward passes."""
    conduct = evidence.conduct
    return conduct is not None and conduct.steps > HALF * conduct.backwards > 0


def clipped_between(evidence: Evidence) -> bool:
    """In most watched rounds clipping came after the last backward."""
    share = cycles_with(evidence, lambda letters: letters.rfind("C") > letters.rfind("B"))
    return share is not None and share > HALF


def few_optimizers(evidence: Evidence) -> bool:
    """Far fewer optimizers than steps were made."""
    conduct = evidence.conduct
    return conduct is not None and trained(evidence) and conduct.optimizers < HALF * conduct.steps


#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "step-missing": Said(
        severity=Severity.STOP,
        meaning="gradients are computed and no weight is ever changed",
        remedy="optimizer.step() after backward()",
        confidence=0.9,
        refuted=stepped,
    ),
    "zero-grad-missing": Said(
        severity=Severity.STOP,
        meaning="gradients of all batches add up: each step follows the sum of all before",
        remedy="optimizer.zero_grad() before backward()",
        confidence=0.9,
        refuted=zeroed,
    ),
    "zero-before-step": Said(
        severity=Severity.STOP,
        meaning="the gradient is thrown away before the step: nothing is learnt",
        remedy="zero_grad() before backward(), or after step()",
        confidence=0.95,
        refuted=zero_in_place,
    ),
    "step-outside": Said(
        severity=Severity.WARN,
        meaning="only the gradient of the last batch of an epoch is used",
        remedy="step() in the loop over batches, right after backward()",
        confidence=0.85,
        refuted=many_steps,
    ),
    "clip-after-step": Said(
        severity=Severity.WARN,
        meaning="the step is made with the gradient as it was; clipping has no effect",
        remedy="clip between backward() and step()",
        confidence=0.9,
        refuted=clipped_between,
    ),
    "clip-scaled": Said(
        severity=Severity.WARN,
        meaning="under a gradient scaler the gradient is many times too large when it is clipped",
        remedy="scaler.unscale_(optimizer) before clipping",
        confidence=0.9,
    ),
    "schedule-first": Said(
        severity=Severity.WARN,
        meaning="the first learning rate of the schedule is skipped",
        remedy="scheduler.step() after optimizer.step()",
        confidence=0.75,
    ),
    "optimizer-in-loop": Said(
        severity=Severity.WARN,
        meaning="momentum and the averages of Adam start from nothing for every batch",
        remedy="build the optimizer once, before the loop",
        confidence=0.85,
        refuted=few_optimizers,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_ORDER.id)


SOURCE_ORDER = Check(
    id="source-order",
    asks="Does the source call zero_grad, backward, clipping and step in their order?",
    fault=11,
    needs=frozenset({"source"}),
    measured="The script is parsed and calls of its own functions are followed. Only rounds "
    "with one backward, one optimizer and no if around either are read. Where the watched "
    "rounds show the right order, this keeps quiet.",
    judge=judge,
    remedy="zero_grad, forward, backward, clipping, optimizer.step, then scheduler.step.",
    confirm="write down the order of calls in one round of the loop",
    source="torch.optim, Taking an optimization step; torch.optim.lr_scheduler, How to adjust "
    "learning rate",
    example=Evidence(
        door="check",
        source=read_text(
            "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
            "for x, y in loader:\n"
            "    loss = criterion(model(x), y)\n"
            "    loss.backward()\n"
            "    optimizer.zero_grad()\n"
            "    optimizer.step()\n"
        ),
    ),
)

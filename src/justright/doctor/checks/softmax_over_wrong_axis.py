"""Softmax over the batch in place of the classes."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import CLASS_LOSSES, Head, head, line_of, place_of, trained_on
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """Probabilities of one class over the examples make the examples compete."""
    for use in trained_on(evidence):
        seen = head(evidence, use)
        if not use.samples or len(use.input_shape) < 2 or use.input_shape[0] < 2:
            continue
        if any(s.sums_to_one or s.log_sums_to_one for s in use.samples):
            continue
        over_batch = all(s.sums_to_one_elsewhere for s in use.samples)
        if over_batch or _wrong(use, seen):
            return _sick(evidence, use, seen)
    return None


def _wrong(use: LossUse, seen: Head) -> bool:
    if seen.op not in ("Softmax", "LogSoftmax") or seen.dim is None or len(seen.shape) < 2:
        return False
    if seen.shape[seen.dim] < 2:
        return False
    return seen.dim == 0 or use.function in CLASS_LOSSES


def _sick(evidence: Evidence, use: LossUse, seen: Head) -> Finding:
    name = "log_softmax" if seen.op == "LogSoftmax" else "softmax"
    axis = seen.dim or 0
    rows = "the batch" if axis == 0 else f"axis {axis}"
    return Finding(
        check=SOFTMAX_OVER_WRONG_AXIS.id,
        severity=Severity.STOP,
        sign=f"the {name}{place_of(seen.layer)} runs over {rows} of {seen.shape or use.input_shape}"
        f": the outputs of one example do not sum to 1, as {use.function} would have them",
        meaning="the examples compete with one another and not the classes of each example",
        remedy=f"give the axis of the classes: {name}(x, dim=1), or dim=-1 where they come last",
        layer=seen.layer or None,
        line=line_of(evidence, name, "Softmax", "LogSoftmax", layer=seen.layer) or use.line,
        numbers={"dim": axis},
        confidence=0.95,
    )


SOFTMAX_OVER_WRONG_AXIS = Check(
    id="softmax-over-wrong-axis",
    fault=1,
    asks="Does the output's softmax run over the classes?",
    needs=frozenset({"losses"}),
    measured="A softmax feeds the loss along axis 0 of a batch (or, for a class loss, along "
    "another axis than that loss reads), and no batch that was looked at sums to 1 over the "
    "classes; or each column of every batch sums to 1 and no row does.",
    judge=judge,
    remedy="Give the axis of the classes: dim=1, or dim=-1 where they come last.",
    confirm="print(output.sum(0), output.sum(1)): the ones should be in the second",
    source="PyTorch, Softmax: dim is the axis that sums to 1",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="binary_cross_entropy",
                input_shape=(32, 4),
                target_shape=(32, 4),
                made_by="Softmax",
                samples=(LossSample(step=0, value=0.9, high=0.1, sums_to_one_elsewhere=True),),
            ),
        ),
    ),
)

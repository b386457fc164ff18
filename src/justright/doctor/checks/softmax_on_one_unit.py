"""Softmax over a single value is always 1."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import head, line_of, place_of, trained_on
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """A softmax divides by the sum over its axis: with one value there it divides by itself."""
    for use in trained_on(evidence):
        seen = head(evidence, use)
        if seen.op not in ("Softmax", "LogSoftmax") or not use.samples:
            continue
        always = 1.0 if seen.op == "Softmax" else 0.0
        if any(s.low != always or s.high != always for s in use.samples):
            continue
        one = seen.dim is not None and seen.shape and seen.shape[seen.dim] == 1
        columns = use.input_shape[1:] == (1,) or len(use.input_shape) == 1
        if not one and not (seen.dim is None and columns):
            continue
        name = "softmax" if seen.op == "Softmax" else "log_softmax"
        return Finding(
            check=SOFTMAX_ON_ONE_UNIT.id,
            severity=Severity.STOP,
            sign=f"the {name}{place_of(seen.layer)} runs over one value, shape "
            f"{seen.shape or use.input_shape}: every output is {always:g}",
            meaning="the softmax of a single number is always 1: no input and no weight changes it",
            remedy="use sigmoid on the one unit (or none, and nn.BCEWithLogitsLoss()); softmax "
            "needs one unit per class",
            layer=seen.layer or None,
            line=line_of(evidence, name, "Softmax", "LogSoftmax", layer=seen.layer) or use.line,
            confidence=0.99,
        )
    return None


SOFTMAX_ON_ONE_UNIT = Check(
    id="softmax-on-one-unit",
    fault=1,
    asks="Does the output's softmax run over more than one value?",
    needs=frozenset({"losses"}),
    measured="A softmax feeds the loss, the axis that it works along has one value, and every "
    "output that was looked at was exactly 1 (or 0, of a log-softmax).",
    judge=judge,
    remedy="Use sigmoid on one unit, or softmax on one unit per class.",
    confirm="print(output): every value is 1",
    source="The definition: exp(x) / exp(x) = 1",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="binary_cross_entropy",
                input_shape=(32, 1),
                target_shape=(32, 1),
                made_by="Softmax",
                samples=(LossSample(step=0, value=50.0, low=1.0, high=1.0, std=0.0),),
            ),
        ),
    ),
)

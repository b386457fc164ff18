"""Cross entropy over a single class is always 0."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import CLASS_LOSSES, head, trained_on
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """Softmax over one output is 1, its logarithm 0: nothing is left to learn."""
    for use in trained_on(evidence, *CLASS_LOSSES):
        if len(use.input_shape) < 2 or use.input_shape[1] != 1:
            continue
        layer = head(evidence, use).layer
        return Finding(
            check=CROSS_ENTROPY_ON_ONE_UNIT.id,
            severity=Severity.STOP,
            sign=f"{use.function} gets outputs of shape {use.input_shape}: one class"
            + (f", and its loss is {use.samples[0].value:.3g}" if use.samples else ""),
            meaning="with one output the softmax is always 1: there is no gradient",
            remedy="for two classes use nn.BCEWithLogitsLoss() with float targets of the same "
            "shape, or give the last layer one unit per class",
            layer=layer or None,
            line=use.line,
            confidence=0.99,
        )
    return None


CROSS_ENTROPY_ON_ONE_UNIT = Check(
    id="cross-entropy-on-one-unit",
    fault=2,
    asks="Has cross entropy more than one class to tell apart?",
    needs=frozenset({"losses"}),
    measured="The length of the class axis (the second) of what goes into the loss.",
    judge=judge,
    remedy="Use BCEWithLogitsLoss on one unit, or one unit per class.",
    confirm="print(loss): it is 0 from the first step",
    source="The definition: log(exp(x) / exp(x)) = 0",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="cross_entropy",
                input_shape=(32, 1),
                target_shape=(32, 1),
                made_by="Addmm",
                samples=(LossSample(step=0, value=0.0),),
            ),
        ),
    ),
)

"""Sigmoid in front of a loss that applies sigmoid or softmax itself."""

import math

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import LOGIT_LOSSES, head, line_of, place_of, trained_on
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """Probabilities taken for logits: 0 comes out as an even chance, 1 as 73 percent."""
    for use in trained_on(evidence, *LOGIT_LOSSES):
        seen = head(evidence, use)
        binary = use.function != "cross_entropy"
        if seen.op != "Sigmoid" and not (seen.op == "Softmax" and binary):
            continue
        if not binary and (len(use.input_shape) < 2 or use.input_shape[1] < 2):
            continue
        return _sick(evidence, use, seen.op.lower(), seen.layer)
    return None


def _sick(evidence: Evidence, use: LossUse, name: str, layer: str) -> Finding:
    classes = use.function == "cross_entropy"
    n_classes = use.input_shape[1] if classes else 2
    floor = math.log(math.e + n_classes - 1) - 1
    limits = (
        f"for {n_classes} classes its loss cannot fall below {floor:.3g}"
        if classes
        else "an example of class 0 then costs 0.693 at least, and is never under even odds"
    )
    plain = "BCELoss" if name == "sigmoid" else "CrossEntropyLoss on the logits"
    return Finding(
        check=SIGMOID_BEFORE_LOGITS_LOSS.id,
        severity=Severity.STOP,
        sign=f"the {name}{place_of(layer)} goes into {use.function}, which wants logits: {limits}",
        meaning=f"the loss squeezes outputs that the {name} has squeezed before, so that no "
        "prediction can be sure and the gradient is faint",
        remedy=f"return the logits: take the {name} out of the model, and apply it only where "
        "probabilities are read" + ("" if classes else f"; or keep it and use {plain}"),
        layer=layer or None,
        line=line_of(evidence, name, name.capitalize(), layer=layer) or use.line,
        confidence=0.97,
    )


SIGMOID_BEFORE_LOGITS_LOSS = Check(
    id="sigmoid-before-logits-loss",
    fault=1,
    asks="Does a loss that wants logits get them, and not probabilities?",
    needs=frozenset({"losses"}),
    measured="The operation behind the input of a loss on logits is a sigmoid (or a softmax, for "
    "a binary loss). A sigmoid that is scaled afterwards is no probability and is left alone.",
    judge=judge,
    remedy="Return the logits; apply sigmoid only where probabilities are read.",
    confirm="print the least and greatest output before the loss: 0 and 1 are probabilities",
    source="PyTorch, BCEWithLogitsLoss: 'combines a Sigmoid layer and the BCELoss'",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="binary_cross_entropy_with_logits",
                input_shape=(32, 1),
                target_shape=(32, 1),
                made_by="Sigmoid",
                samples=(LossSample(step=0, value=0.72, low=0.4, high=0.6),),
            ),
        ),
    ),
)

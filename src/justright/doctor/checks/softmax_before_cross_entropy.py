"""Softmax in front of a loss that applies softmax itself."""

import math

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import head, line_of, place_of, trained_on
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """Probabilities lie within 0 to 1: a softmax over them is never far from even."""
    for use in trained_on(evidence, "cross_entropy"):
        seen = head(evidence, use)
        n_classes = use.input_shape[1] if len(use.input_shape) > 1 else 0
        if n_classes < 2:
            continue
        if seen.op == "LogSoftmax":
            return _twice(
                use, seen.layer, line_of(evidence, "log_softmax", "LogSoftmax", layer=seen.layer)
            )
        sums = bool(use.samples) and all(s.sums_to_one for s in use.samples)
        if seen.op != "Softmax" and not sums:
            continue
        return _sick(
            use, n_classes, seen.layer, line_of(evidence, "softmax", "Softmax", layer=seen.layer)
        )
    return None


def _sick(use: LossUse, n_classes: int, layer: str, line: int | None) -> Finding:
    floor = math.log(math.e + n_classes - 1) - 1
    return Finding(
        check=SOFTMAX_BEFORE_CROSS_ENTROPY.id,
        severity=Severity.STOP,
        sign=f"the softmax{place_of(layer)} goes into cross_entropy, which applies softmax "
        f"again: for {n_classes} classes its loss cannot fall below {floor:.3g}",
        meaning="softmax is applied twice, so that the gradient is faint and the loss stays high",
        remedy="return the logits: take the softmax out of the model, and apply it only where "
        "probabilities are read",
        layer=layer or None,
        line=line or use.line,
        numbers={"floor": floor, "n_classes": n_classes},
        confidence=0.97,
    )


def _twice(use: LossUse, layer: str, line: int | None) -> Finding:
    return Finding(
        check=SOFTMAX_BEFORE_CROSS_ENTROPY.id,
        severity=Severity.NOTE,
        sign=f"the log-softmax{place_of(layer)} goes into cross_entropy, which applies it again",
        meaning="a log-softmax of a log-softmax is the same: it costs time and nothing else",
        remedy="drop the log_softmax, or use NLLLoss",
        layer=layer or None,
        line=line or use.line,
        confidence=0.3,
    )


SOFTMAX_BEFORE_CROSS_ENTROPY = Check(
    id="softmax-before-cross-entropy",
    fault=1,
    asks="Does cross entropy get logits, and not probabilities?",
    needs=frozenset({"losses"}),
    measured="The operation behind the input of cross_entropy is a softmax, or every row that was "
    "looked at lies within 0 to 1 and sums to 1, which no row of logits does by chance. A "
    "log-softmax in its place changes nothing and is noted only.",
    judge=judge,
    remedy="Return the logits; apply softmax only where probabilities are read.",
    confirm="print(output.sum(1)) before the loss: ones are probabilities",
    source="PyTorch, CrossEntropyLoss: 'The input is expected to contain the unnormalized logits'",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="cross_entropy",
                input_shape=(32, 10),
                target_shape=(32,),
                target_dtype="int64",
                made_by="Softmax",
                samples=(LossSample(step=0, value=2.3, low=0.05, high=0.2, sums_to_one=True),),
            ),
        ),
    ),
)

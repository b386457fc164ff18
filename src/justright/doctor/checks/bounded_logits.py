"""An activation that bounds the logits on one side or on both."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import LOGIT_LOSSES, head, line_of, place_of, trained_on
from justright.kinds import Finding, Severity

#: Activations that keep a logit from one side, and the names that scripts call them by.
NEVER_BELOW_ZERO = {
    "Relu": ("relu", "ReLU"), "Softplus": ("softplus", "Softplus"), "Exp": ("exp",),
    "Abs": ("abs",),
}  # fmt: skip
NEVER_ABOVE_ZERO = {
    "LogSigmoid": ("logsigmoid", "LogSigmoid"), "LogSoftmax": ("log_softmax", "LogSoftmax"),
}  # fmt: skip
BOTH = {"Tanh": ("tanh", "Tanh")}


def judge(evidence: Evidence) -> Finding | None:
    """A logit must reach both signs for an event, and any distance between classes."""
    for use in trained_on(evidence, *LOGIT_LOSSES):
        seen = head(evidence, use)
        binary = use.function != "cross_entropy"
        if not binary and (len(use.input_shape) < 2 or use.input_shape[1] < 2):
            continue
        bounds = NEVER_BELOW_ZERO | BOTH | (NEVER_ABOVE_ZERO if binary else {})
        if seen.op not in bounds:
            continue
        severity, meaning = _how_bad(seen.op, binary)
        return Finding(
            check=BOUNDED_LOGITS.id,
            severity=severity,
            sign=f"the {bounds[seen.op][0]}{place_of(seen.layer)} goes into {use.function}, which "
            "wants logits of any sign and size",
            meaning=meaning,
            remedy=f"take the {bounds[seen.op][0]} off the last layer: the loss has its own "
            "activation",
            layer=seen.layer or None,
            line=line_of(evidence, *bounds[seen.op], layer=seen.layer) or use.line,
            confidence=0.9 if severity is Severity.STOP else 0.75,
        )
    return None


def _how_bad(op: str, binary: bool) -> tuple[Severity, str]:
    if op in BOTH:
        return Severity.WARN, "logits within -1 to 1 allow no sure prediction, so the loss stays up"
    if binary:
        side = "under" if op in NEVER_BELOW_ZERO else "over"
        return Severity.STOP, f"the probability can never go {side} one half"
    return (
        Severity.WARN,
        "logits under zero are cut off with their gradients: a class can die",
    )


BOUNDED_LOGITS = Check(
    id="bounded-logits",
    fault=1,
    asks="May the logits take any value?",
    needs=frozenset({"losses"}),
    measured="The operation behind the input of a loss on logits is a ReLU, softplus, exp, "
    "absolute value, tanh, or log-sigmoid. With a scale, a shift or pooling after it nothing is "
    "said: such outputs may be meant.",
    judge=judge,
    remedy="Take the activation off the last layer.",
    confirm="print the least and greatest logit over a few batches",
    source="House convention; sigmoid(0) = 1/2",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="binary_cross_entropy_with_logits",
                input_shape=(32, 1),
                target_shape=(32, 1),
                made_by="Relu",
                samples=(LossSample(step=0, value=0.75, low=0.0, high=0.4),),
            ),
        ),
    ),
)

"""A layer's bare output in front of a loss that wants probabilities."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import head, place_of, trained_on
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """Torch refuses numbers outside 0 to 1; clamped, they are taken and have no gradient."""
    for use in trained_on(evidence, "binary_cross_entropy"):
        seen = head(evidence, use)
        if not (seen.raw or seen.op in ("Relu", "Tanh")):
            continue
        name = {"Relu": "ReLU", "Tanh": "tanh"}.get(seen.op, "bare output")
        through = ", clamped," if seen.kept else ""
        return Finding(
            check=LOGITS_INTO_PROBABILITY_LOSS.id,
            severity=Severity.STOP,
            sign=f"the {name}{place_of(seen.layer)}{through} goes into binary_cross_entropy, "
            "which wants probabilities",
            meaning="the outputs are no probabilities: outside 0 to 1 they have no gradient, or "
            "the loss refuses them",
            remedy="use nn.BCEWithLogitsLoss() on the bare output (without the clamp); it applies "
            "the sigmoid itself",
            layer=seen.layer or None,
            line=use.line,
            confidence=0.95,
        )
    return None


LOGITS_INTO_PROBABILITY_LOSS = Check(
    id="logits-into-probability-loss",
    fault=1,
    asks="Does binary cross entropy get probabilities?",
    needs=frozenset({"losses"}),
    measured="The operation behind the input of binary_cross_entropy, past clamping, is a layer's "
    "weighted sum, a ReLU or a tanh, and no sigmoid or softmax.",
    judge=judge,
    remedy="Use nn.BCEWithLogitsLoss() on the bare output.",
    confirm="print the least and greatest output of the network before the loss and any clamp",
    source="PyTorch, BCELoss: inputs are probabilities",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="binary_cross_entropy",
                input_shape=(32, 1),
                target_shape=(32, 1),
                made_by="Addmm",
                samples=(LossSample(step=0, value=5.0, low=0.0, high=1.0),),
            ),
        ),
    ),
)

"""An activation in front of a loss that applies it itself, as the source shows it."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity


def losses_watched(evidence: Evidence) -> bool:
    """The check of what really goes into the loss is better."""
    return evidence.has("losses")


#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "activation-before-loss": Said(
        severity=Severity.WARN,
        meaning="the loss applies the activation itself; twice flattens the gradient",
        remedy="give the loss the raw output",
        confidence=0.7,
        refuted=losses_watched,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_ACTIVATION.id)


SOURCE_ACTIVATION = Check(
    id="source-activation",
    asks="Does the source apply an activation that the loss applies itself?",
    fault=1,
    needs=frozenset({"source"}),
    measured="The script is parsed. A softmax or sigmoid that is written into the call of a "
    "loss on logits counts; where the loss functions were watched, this is left to them.",
    judge=judge,
    remedy="Give the loss the raw output of the last layer.",
    confirm="print output.sum(1) before the loss: all ones are probabilities",
    source="torch.nn.CrossEntropyLoss: the input is expected to contain the unnormalized logits",
    example=Evidence(
        door="check",
        source=read_text(
            "criterion = nn.CrossEntropyLoss()\nloss = criterion(torch.softmax(model(x), 1), y)\n"
        ),
    ),
)

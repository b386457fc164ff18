"""Dropout behind the last layer, as the source shows it."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity

#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "dropout-on-output": Said(
        severity=Severity.WARN,
        meaning="outputs are set to zero at random and the rest is scaled up: the loss is "
        "computed on noise",
        remedy="put dropout before the last layer",
        confidence=0.85,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_DROPOUT.id)


SOURCE_DROPOUT = Check(
    id="source-dropout",
    asks="Does the source leave the output free of dropout?",
    fault=24,
    needs=frozenset({"source"}),
    measured="The script is parsed: forward() that returns dropout of its last linear layer, "
    "or a model that is a Sequential ending in one.",
    judge=judge,
    remedy="Take the dropout behind the last layer away.",
    confirm="take it away and compare the training loss",
    source="Srivastava et al. 2014, Dropout, section 4: dropout is applied to hidden and "
    "visible units",
    example=Evidence(
        door="check",
        source=read_text(
            "class Net(nn.Module):\n"
            "    def forward(self, x):\n"
            "        return self.drop(self.fc3(x))\n"
        ),
    ),
)

"""Inputs and targets that are shuffled apart."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity

#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "shuffled-apart": Said(
        severity=Severity.STOP,
        meaning="inputs no longer belong to their targets: there is nothing to learn",
        remedy="order = torch.randperm(len(x)); x, y = x[order], y[order]",
        confidence=0.9,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_LABELS.id)


SOURCE_LABELS = Check(
    id="source-labels",
    asks="Does the source keep inputs and targets in the same order?",
    fault=21,
    needs=frozenset({"source"}),
    measured="The script is parsed: two shuffles of inputs and targets of the same rows, each "
    "with an order of its own and no seed set between them.",
    judge=judge,
    remedy="Draw one order and index both with it.",
    confirm="look at ten inputs with their targets by eye",
    source="numpy.random.shuffle shuffles in place, with a new order at each call",
    example=Evidence(
        door="check",
        source=read_text("np.random.shuffle(X)\nnp.random.shuffle(y)\n"),
    ),
)

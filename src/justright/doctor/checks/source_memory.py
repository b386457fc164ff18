"""Graphs that the source keeps."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity

#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "loss-kept": Said(
        severity=Severity.WARN,
        meaning="every kept loss holds its graph: memory grows with every batch",
        remedy="loss.item()",
        confidence=0.85,
    ),
    "graph-retained": Said(
        severity=Severity.NOTE,
        meaning="the graph is kept for a second backward that never comes",
        remedy="loss.backward()",
        confidence=0.6,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_MEMORY.id)


SOURCE_MEMORY = Check(
    id="source-memory",
    asks="Does the source let go of the graph after each step?",
    fault=30,
    needs=frozenset({"source"}),
    measured="The script is parsed: losses that are summed or gathered as tensors, unless "
    "backward is called on the sum; retain_graph=True for a single backward, which is only "
    "noted.",
    judge=judge,
    remedy="Gather loss.item().",
    confirm="watch the memory of the process from epoch to epoch",
    source="PyTorch FAQ: My model reports out of memory; don't accumulate history across your "
    "training loop",
    example=Evidence(
        door="check",
        source=read_text(
            "for x, y in loader:\n"
            "    loss = criterion(model(x), y)\n"
            "    loss.backward()\n"
            "    losses.append(loss)\n"
        ),
    ),
)

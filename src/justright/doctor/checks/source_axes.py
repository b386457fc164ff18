"""Axes that the source takes for each other."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity


def rows_apart(evidence: Evidence) -> bool:
    """One example was changed and no other moved."""
    return evidence.trials is not None and evidence.trials.moved_rows == 0


#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "batch-first-missing": Said(
        severity=Severity.WARN,
        meaning="the layer takes the batch for the time: examples are read as one series",
        remedy="add batch_first=True",
        confidence=0.85,
        refuted=rows_apart,
    ),
    "turned-by-view": Said(
        severity=Severity.WARN,
        meaning="view cuts the numbers into rows anew and mixes examples; it swaps no axes",
        remedy="x.transpose(0, 1)",
        confidence=0.9,
        refuted=rows_apart,
    ),
    "softmax-over-batch": Said(
        severity=Severity.WARN,
        meaning="the shares are taken over the examples of a batch and not within one",
        remedy="dim=-1, or the axis of the time",
        confidence=0.8,
        refuted=rows_apart,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_AXES.id)


SOURCE_AXES = Check(
    id="source-axes",
    asks="Does the source keep batch, time and features apart?",
    fault=9,
    needs=frozenset({"source"}),
    measured="The script is parsed: a recurrent or attention layer without batch_first whose "
    "output is read as (batch, time, features); a view that changes the places of two axes; a "
    "softmax over axis 0 in forward(). Where changing one example was tried and moved no "
    "other, this keeps quiet.",
    judge=judge,
    remedy="Say batch_first=True; transpose in place of view; softmax over the last axis.",
    confirm="change one example of a batch and see whether the outputs of the others move",
    source="torch.nn.LSTM, batch_first; torch.Tensor.view",
    example=Evidence(
        door="check",
        source=read_text(
            "class Net(nn.Module):\n"
            "    def forward(self, x):\n"
            "        return F.softmax(self.score(x), dim=0)\n"
        ),
    ),
)

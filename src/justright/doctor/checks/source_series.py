"""States carried between batches and padding in the loss, as the source shows it."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.doctor.reading.said import Said, judge_hints
from justright.doctor.source import read_text
from justright.kinds import Finding, Severity

STEADY = 1.5  # times the first graph; batches of unequal length differ by less (house convention)


def graph_steady(evidence: Evidence) -> bool:
    """The graph behind the loss was seen not to grow."""
    sizes = evidence.pace.graph_sizes if evidence.pace else ()
    return len(sizes) > 2 and sizes[-1] <= STEADY * sizes[0]


#: What is said of each pattern. How sure it is from the text alone: house convention.
SAID = {
    "state-carried": Said(
        severity=Severity.STOP,
        meaning="backward goes through all batches before: slower with every step, or an error",
        remedy="detach the state before each batch",
        confidence=0.85,
        refuted=graph_steady,
    ),
    "padding-counted": Said(
        severity=Severity.WARN,
        meaning="the network is rewarded for predicting padding, and the loss looks better "
        "than it is",
        remedy="nn.CrossEntropyLoss(ignore_index=PAD)",
        confidence=0.8,
    ),
}


def judge(evidence: Evidence) -> Finding | None:
    """The gravest of these hints that the record does not refute."""
    return judge_hints(evidence, SAID, check=SOURCE_SERIES.id)


SOURCE_SERIES = Check(
    id="source-series",
    asks="Does the source cut carried states and leave padding out of the loss?",
    fault=29,
    needs=frozenset({"source"}),
    measured="The script is parsed: a state that goes into a call and comes out of it in the "
    "loop of backward, and is neither made anew nor detached there; padded targets in a cross "
    "entropy without ignore_index or mask. Where the watched graph does not grow, the state is "
    "let be.",
    judge=judge,
    remedy="Detach the state between batches; ignore_index for the padding.",
    confirm="print the time of a step: it grows with a carried graph",
    source="Williams and Peng 1990, truncated backpropagation through time; "
    "torch.nn.CrossEntropyLoss, ignore_index",
    example=Evidence(
        door="check",
        source=read_text(
            "for x, y in loader:\n"
            "    optimizer.zero_grad()\n"
            "    out, h = model(x, h)\n"
            "    loss = criterion(out, y)\n"
            "    loss.backward()\n"
            "    optimizer.step()\n"
        ),
    ),
)

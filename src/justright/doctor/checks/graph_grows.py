"""A graph that is longer at each step."""

from justright.doctor.check import Check
from justright.doctor.checks.recurrent_unclipped import RECURRENT
from justright.doctor.evidence import Evidence, Pace
from justright.doctor.growth import growth_of
from justright.kinds import Finding, Severity

SURE = 0.85


def judge(evidence: Evidence) -> Finding | None:
    """Backward through a sum of losses goes through the steps of all of them."""
    growth = growth_of(evidence.pace)
    recurrent = any(own.kind in RECURRENT for own in evidence.layers)
    if growth is None or recurrent or evidence.pace is None:
        return None
    return Finding(
        check=GRAPH_GROWS.id,
        severity=Severity.WARN,
        sign=f"behind the loss of step {growth.first_step} stand {growth.first} operations, behind "
        f"that of step {growth.last_step} {growth.last}",
        meaning="something computed is carried from step to step with its graph: each step is "
        "slower and needs more memory than the one before",
        remedy="carry numbers and detached tensors only: total += loss.item(), state = "
        "state.detach(); leave out retain_graph=True",
        numbers={"first": float(growth.first), "last": float(growth.last)},
        confidence=SURE,
    )


GRAPH_GROWS = Check(
    id="graph-grows",
    asks="Is the graph of each step as large as that of the first?",
    fault=30,
    needs=frozenset({"pace"}),
    measured="Operations behind the loss at the sampled steps. Alarm where they double and nearly "
    "every look finds more than the one before, at least one more per step.",
    judge=judge,
    remedy="Detach what is carried from step to step.",
    confirm="time the first and the hundredth step",
    source="PyTorch, Frequently Asked Questions: my model reports out of memory",
    example=Evidence(
        door="check",
        pace=Pace(graph_sizes=tuple(20 * i for i in range(1, 9)), graph_steps=tuple(range(8))),
    ),
)

"""A recurrent state that is carried on with its whole past."""

from justright.doctor.check import Check
from justright.doctor.checks.recurrent_unclipped import RECURRENT
from justright.doctor.evidence import Evidence, Layer, Pace
from justright.doctor.growth import growth_of
from justright.kinds import Finding, Severity

SURE = 0.9


def judge(evidence: Evidence) -> Finding | None:
    """A state that is not detached makes each step go back through all steps before it."""
    layer = next((own for own in evidence.layers if own.kind in RECURRENT), None)
    growth = growth_of(evidence.pace)
    if layer is None or growth is None or evidence.pace is None:
        return None
    return Finding(
        check=RECURRENT_CARRIED.id,
        severity=Severity.STOP,
        layer=layer.name,
        sign=f"behind the loss of step {growth.first_step} stand {growth.first} operations, behind "
        f"that of step {growth.last_step} {growth.last}",
        meaning=f"the state of {layer.name} is carried from batch to batch with its graph: each "
        "step goes back through all before it",
        remedy="before each batch: hidden = hidden.detach() (for an LSTM both parts); "
        "leave out retain_graph=True",
        numbers={"first": float(growth.first), "last": float(growth.last)},
        confidence=SURE,
    )


RECURRENT_CARRIED = Check(
    id="recurrent-carried",
    asks="Is the state of recurrent layers cut between batches?",
    fault=29,
    needs=frozenset({"pace", "layers"}),
    measured="Operations behind the loss at the sampled steps, in a network with recurrent layers. "
    "Alarm where they double and nearly every look finds more than the one before, at least one "
    "more per step. Sequences of different length go up and down.",
    judge=judge,
    remedy="Detach the state between batches.",
    confirm="time the first and the hundredth step",
    source="Williams and Peng 1990, truncated backpropagation through time",
    example=Evidence(
        door="check",
        layers=(Layer(name="lstm", kind="LSTM", calls=1),),
        pace=Pace(graph_sizes=tuple(20 * i for i in range(1, 9)), graph_steps=tuple(range(8))),
    ),
)

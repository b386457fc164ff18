"""Hidden sigmoid or tanh units at the ends of their range."""

from statistics import median

from justright.doctor.check import Check
from justright.doctor.course import first_graphs, last_ones, runs
from justright.doctor.evidence import Evidence, Graph, Op, Signal
from justright.doctor.learnt import learnt
from justright.doctor.wiring import AFFINE, Wiring
from justright.kinds import Finding, Severity

BOUNDED = frozenset({"Sigmoid", "Tanh"})
FULL = 0.7  # share of the values within 1 % of an end: their slope is below 0.04
FEWEST_LOOKS = 3
SURE, HINT = 0.75, 0.5


def judge(evidence: Evidence) -> Finding | None:
    """At its ends a sigmoid or tanh is flat: what lies before it gets no gradient."""
    hidden = _hidden(evidence)
    worst: tuple[float, list[Signal]] | None = None
    for (op, layer, _), run in runs(evidence.signals).items():
        if (op, layer) not in hidden or len(run) < FEWEST_LOOKS:
            continue
        share = median(own.saturated_share for own in last_ones(run))
        if share > FULL and (worst is None or share > worst[0]):
            worst = share, run
    if worst is None or learnt(evidence):
        return None
    return _finding(evidence, *worst)


def _hidden(evidence: Evidence) -> set[tuple[str, str]]:
    """Activations that a layer with weights takes as they are: gates and outputs are not."""
    found = set()
    for graph in first_graphs(evidence):
        wiring = Wiring(graph)
        for place in wiring.linear():
            inner = wiring.upstream(place, AFFINE)
            if inner is not None and wiring.op(inner).name in BOUNDED:
                found.add((wiring.op(inner).name, wiring.op(inner).layer))
    return found


def _finding(evidence: Evidence, share: float, run: list[Signal]) -> Finding:
    op, layer, first = run[0].op.lower(), run[0].layer, run[0].saturated_share
    from_start = first > FULL
    known = bool(evidence.losses) and any(s.trivial for u in evidence.losses for s in u.samples)
    cause = (
        f"scale the inputs to mean 0 and spread 1 and leave {layer} at its own initialisation"
        if from_start
        else "lower the learning rate"
    )
    return Finding(
        check=SATURATED_UNITS.id,
        severity=Severity.WARN,
        layer=layer,
        sign=f"{share:.0%} of the {op} behind {layer} lie within 1 % of its ends "
        f"({first:.0%} before the first step)",
        meaning=f"a saturated {op} is flat, so that the layers before it get no gradient",
        remedy=f"{cause}; nn.ReLU() there helps at a low learning rate only",
        numbers={"saturated_share": share, "at_start": first},
        confidence=SURE if known else HINT,
    )


SATURATED_UNITS = Check(
    id="saturated-units",
    asks="Do hidden sigmoid and tanh units stay away from their ends?",
    fault=16,
    needs=frozenset({"signals", "graphs"}),
    measured="Share of the values of a sigmoid or tanh within 1 % of an end, in the last third of "
    "the sampled steps. Alarm beyond 70 % in a network that does not learn. Only activations that "
    "feed a layer as they are: gates and outputs may saturate.",
    judge=judge,
    remedy="Scale the inputs, start with smaller weights, or lower the learning rate.",
    confirm="print the share of |tanh| above 0.98 for one batch",
    source="Glorot and Bengio 2010, Understanding the difficulty of training deep networks",
    example=Evidence(
        door="check",
        graphs=(
            Graph(
                ops=(
                    Op(name="MseLoss", inputs=(1,)),
                    Op(name="Addmm", inputs=(2,), weights=("fc2.weight",), layer="fc2"),
                    Op(name="Tanh", inputs=(3,), layer="fc1"),
                    Op(name="Addmm", inputs=(4,), weights=("fc1.weight",), layer="fc1"),
                    Op(name="AccumulateGrad"),
                )
            ),
        ),
        signals=tuple(
            Signal(op="Tanh", layer="fc1", step=step, saturated_share=0.9) for step in range(6)
        ),
    ),
)

"""An activation that is applied to the output of another one."""

from justright.doctor.check import Check
from justright.doctor.course import first_graphs
from justright.doctor.evidence import Evidence, Graph, Op
from justright.doctor.wiring import SHAPERS, Wiring
from justright.kinds import Finding, Severity

#: What each activation does to the output of another, where it loses what the pair should keep.
HARM = {
    ("Sigmoid", "Relu"): "the sigmoid of a ReLU is never below 0.5",
    ("Sigmoid", "Sigmoid"): "the sigmoid of a sigmoid lies between 0.5 and 0.73",
    ("Sigmoid", "Softmax"): "the sigmoid of a probability lies between 0.5 and 0.73",
    ("Sigmoid", "Tanh"): "the sigmoid of a tanh lies between 0.27 and 0.73",
    ("Tanh", "Sigmoid"): "the tanh of a sigmoid lies between 0 and 0.76",
    ("Tanh", "Relu"): "the tanh of a ReLU is never negative",
    ("Tanh", "Tanh"): "the tanh of a tanh lies between -0.76 and 0.76",
    ("Softmax", "Softmax"): "the softmax of probabilities is nearly even over the classes",
    ("Softmax", "Sigmoid"): "the softmax of values between 0 and 1 is nearly even",
}
#: Pairs that cost nothing but are hardly meant.
IDLE = frozenset({("Relu", "Relu"), ("Relu", "Sigmoid"), ("Relu", "Softmax")})
SURE = 0.9  # confidence: told by the structure alone
HINT = 0.4


def judge(evidence: Evidence) -> Finding | None:
    """A second activation squeezes what is left by the first into a part of its range."""
    idle = None
    for graph in first_graphs(evidence):
        wiring = Wiring(graph)
        for place, op in enumerate(graph.ops):
            before = wiring.upstream(place, SHAPERS) if op.name in NAMES else None
            if before is None:
                continue
            pair = (op.name, wiring.op(before).name)
            if pair in HARM:
                return _finding(pair, op, HARM[pair], Severity.WARN)
            if pair in IDLE and idle is None:
                idle = _finding(pair, op, "the second one changes nothing", Severity.NOTE)
    return idle


NAMES = frozenset(after for after, _ in (*HARM, *IDLE))


def _finding(pair: tuple[str, str], op: Op, why: str, severity: Severity) -> Finding:
    after, before = (name.lower() for name in pair)
    return Finding(
        check=DOUBLED_ACTIVATION.id,
        severity=severity,
        layer=op.layer or None,
        sign=f"after {op.layer or 'the input'} comes {before} and then {after}: {why}",
        meaning="an activation is applied to the output of an activation",
        remedy=f"keep one of the two after {op.layer or 'the layer'}: "
        + (f"take {before} out" if severity is Severity.WARN else f"take the second {after} out"),
        confidence=SURE if severity is Severity.WARN else HINT,
    )


DOUBLED_ACTIVATION = Check(
    id="doubled-activation",
    asks="Is each activation applied to a layer and not to another activation?",
    fault=18,
    needs=frozenset({"graphs"}),
    measured="In the graph of autograd, an activation whose only input is another activation, past "
    "reshaping. Pairs that squeeze the range are a warning; pairs that change nothing, as ReLU "
    "after ReLU, are a note.",
    judge=judge,
    remedy="Keep one activation after each layer.",
    confirm="print the least and greatest value after the second activation",
    source="range of the composed functions",
    example=Evidence(
        door="preflight",
        graphs=(
            Graph(
                ops=(
                    Op(name="BinaryCrossEntropy", inputs=(1,), layer="out"),
                    Op(name="Sigmoid", inputs=(2,), layer="out"),
                    Op(name="Relu", inputs=(3,), layer="out"),
                    Op(name="Addmm", inputs=(4,), weights=("out.bias", "out.weight"), layer="out"),
                    Op(name="AccumulateGrad"),
                )
            ),
        ),
    ),
)

"""Sigmoids in the depth of a network."""

from justright.doctor.check import Check
from justright.doctor.course import first_graphs, stands_still
from justright.doctor.evidence import Evidence, Graph, Op
from justright.doctor.learnt import learnt
from justright.doctor.wiring import AFFINE, Wiring, is_linear
from justright.kinds import Finding, Severity

FEW = 3  # hidden layers with a sigmoid: the slope of each is 0.25 at most, 1/64 of three
SURE = 0.7
HINT = 0.4


def judge(evidence: Evidence) -> Finding | None:
    """A sigmoid passes a quarter of the gradient at best; three of them a sixty-fourth."""
    deepest: list[str] = []
    for graph in first_graphs(evidence):
        wiring = Wiring(graph)
        found = [
            wiring.op(inner).layer
            for place in wiring.linear()
            if (inner := wiring.upstream(place, PASSED)) is not None
            and wiring.op(inner).name == "Sigmoid"
            and (source := wiring.upstream(inner, PASSED)) is not None
            and is_linear(wiring.op(source))
        ]
        deepest = max(deepest, list(dict.fromkeys(found))[::-1], key=len)
    if len(deepest) < FEW:
        return None
    stuck = not learnt(evidence) and any(stands_still(track) for track in evidence.tracks)
    return Finding(
        check=SIGMOID_IN_DEPTH.id,
        severity=Severity.WARN if stuck else Severity.NOTE,
        layer=deepest[0],
        sign=f"{len(deepest)} hidden layers have a sigmoid ({', '.join(deepest[:4])}"
        f"{' …' if len(deepest) > 4 else ''})" + (", and the loss stands still" if stuck else ""),
        meaning="each sigmoid passes a quarter of the gradient at most, so that little is left for "
        "the first layers",
        remedy="use nn.ReLU() in the hidden layers; keep the sigmoid for an output between 0 and 1",
        numbers={"sigmoids": float(len(deepest))},
        confidence=SURE if stuck else HINT,
    )


#: Normalisation between sigmoids keeps them in the middle of their range, and is no fault.
PASSED = AFFINE - {"NativeBatchNorm", "CudnnBatchNorm"}
_OPS = [Op(name="MseLoss", inputs=(1,), layer="3")]
for _layer in (3, 2, 1):
    _OPS += [
        Op(name="Addmm", inputs=(len(_OPS) + 1,), weights=(f"{_layer}.weight",), layer=f"{_layer}"),
        Op(name="Sigmoid", inputs=(len(_OPS) + 2,), layer=f"{_layer - 1}"),
    ]
_OPS += [Op(name="Addmm", inputs=(8,), weights=("0.weight",), layer="0"), Op(name="AccumulateGrad")]

SIGMOID_IN_DEPTH = Check(
    id="sigmoid-in-depth",
    asks="Is the depth of the network free of sigmoids?",
    fault=18,
    needs=frozenset({"graphs"}),
    measured="Sigmoids between two layers of weights, without normalisation, counted in the graph "
    "of autograd. Three or more are a note, as the gradient falls to 1/64 at best; a warning where "
    "the loss moves no more than it scatters.",
    judge=judge,
    remedy="Use ReLU in hidden layers, or normalise before each sigmoid.",
    confirm="replace the sigmoids by torch.relu and compare the gradient of the first layer",
    source="Glorot and Bengio 2010, Understanding the difficulty of training deep networks",
    example=Evidence(door="preflight", graphs=(Graph(ops=tuple(_OPS)),)),
)

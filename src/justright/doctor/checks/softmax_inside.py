"""A softmax between two layers of a network."""

from justright.doctor.check import Check
from justright.doctor.course import first_graphs
from justright.doctor.evidence import Evidence, Graph, Op
from justright.doctor.wiring import AFFINE, SHAPERS, Wiring, is_linear
from justright.kinds import Finding, Severity

NAMES = frozenset({"Softmax", "LogSoftmax"})
#: Layers that add a bias: a product with a bare matrix is the look-up of a memory.
LAYERS = frozenset({"Addmm", "Convolution", "Linear"})
SURE = 0.8  # confidence: the structure is plain, the purpose is not


def judge(evidence: Evidence) -> Finding | None:
    """Units that must share a sum of 1 cannot each say what they see."""
    for graph in first_graphs(evidence):
        wiring = Wiring(graph)
        for place in wiring.linear():
            inner = wiring.upstream(place)
            if inner is None or wiring.op(inner).name not in NAMES:
                continue
            if wiring.op(place).name not in LAYERS:
                continue
            source = wiring.upstream(inner, SHAPERS)
            if source is not None and is_linear(wiring.op(source)):
                return _finding(wiring.op(source).layer, wiring.op(place).layer)
    return None


def _finding(before: str, after: str) -> Finding:
    return Finding(
        check=SOFTMAX_INSIDE.id,
        severity=Severity.WARN,
        layer=before,
        sign=f"the output of {before} goes through a softmax before {after}",
        meaning="a softmax inside a network makes its units compete for a sum of 1 and shrinks "
        "signal and gradient",
        remedy=f"use torch.relu in place of the softmax after {before}; softmax belongs behind the "
        "last layer only, and into no loss that has its own",
        confidence=SURE,
    )


SOFTMAX_INSIDE = Check(
    id="softmax-inside",
    asks="Are hidden layers free of softmax?",
    fault=18,
    needs=frozenset({"graphs"}),
    measured="In the graph of autograd, a softmax that takes the output of a layer as it is and "
    "feeds a layer with a bias alone, past "
    f"{', '.join(sorted(n for n in AFFINE if 'Norm' in n or 'Drop' in n))} and reshaping. "
    "Attention, gates and memories multiply by a computed tensor or a bare matrix; they do not "
    "count.",
    judge=judge,
    remedy="Use ReLU in hidden layers and keep softmax for the output.",
    confirm="replace the softmax by torch.relu and compare the loss after the same steps",
    source="Goodfellow, Bengio and Courville 2016, Deep Learning, section 6.2.2.3",
    example=Evidence(
        door="preflight",
        graphs=(
            Graph(
                ops=(
                    Op(name="MseLoss", inputs=(1,), layer="out"),
                    Op(name="Addmm", inputs=(2,), weights=("out.bias", "out.weight"), layer="out"),
                    Op(name="Softmax", inputs=(3,), layer="fc1"),
                    Op(name="Addmm", inputs=(4,), weights=("fc1.bias", "fc1.weight"), layer="fc1"),
                    Op(name="AccumulateGrad"),
                )
            ),
        ),
    ),
)

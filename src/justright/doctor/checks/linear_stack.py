"""Layers that follow each other without an activation between them."""

from justright.doctor.check import Check
from justright.doctor.course import first_graphs
from justright.doctor.evidence import Evidence, Graph, Layer, Op, Weight
from justright.doctor.learnt import learnt
from justright.doctor.wiring import AFFINE, HELD, LINEAR, Wiring, matrix_of, weights_of
from justright.kinds import Finding, Severity

WHOLE = 0.95  # confidence where no layer of the network has an activation
PART = 0.65  # confidence where others have one


def judge(evidence: Evidence) -> Finding | None:
    """Two linear maps in a row are one linear map, unless the first one narrows on purpose."""
    weights = weights_of(evidence)
    layers = {layer.name: layer for layer in evidence.layers}
    for graph in first_graphs(evidence):
        wiring = Wiring(graph)
        pairs = _pairs(wiring, weights, layers)
        if pairs:
            whole = not _bends(wiring)
            return _finding(evidence, pairs, whole=whole)
    return None


def _pairs(
    wiring: Wiring, weights: dict[str, Weight], layers: dict[str, Layer]
) -> list[tuple[str, str]]:
    """Layers and the layers that take their output as it is, the input first."""
    found = []
    for after in wiring.linear():
        before = wiring.upstream(after)
        if before is None or before not in wiring.linear():
            continue
        first, second = wiring.op(before), wiring.op(after)
        own, other = matrix_of(first, weights), matrix_of(second, weights)
        if own is None or other is None or own.name == other.name:
            continue
        if not _narrows(own, other, layers.get(first.layer), layers.get(second.layer)):
            found.append((first.layer, second.layer))
    return found[::-1]


def _narrows(own: Weight, other: Weight, first: Layer | None, second: Layer | None) -> bool:
    """Whether a pair may be there on purpose: it has fewer weights than the map it makes."""
    kernels = len(own.shape) > 2 or len(other.shape) > 2
    for layer in (first, second):
        if layer is None or layer.kind.startswith("ConvTranspose"):
            return True
        if float(layer.options.get("groups", 1.0)) > 1:
            return True
    if kernels and any(len(set(w.shape[2:])) > 1 for w in (own, other)):
        return True  # 1 x n after n x 1
    return own.shape[0] < min(own.shape[1], other.shape[0])


def _bends(wiring: Wiring) -> bool:
    """Whether anything before the last layer is no linear map."""
    return any(wiring.op(place).name not in FLAT for place in wiring.hidden())


#: Operations that leave a network a linear map.
FLAT = LINEAR | AFFINE | HELD | {"Add", "Sub", "Neg", "Mean", "Sum", "Cat", "Stack", "AvgPool2D",
                                 "Embedding", "EmbeddingBag"}  # fmt: skip


def _finding(evidence: Evidence, pairs: list[tuple[str, str]], *, whole: bool) -> Finding:
    first, second = pairs[0]
    chain = [first, *(after for _, after in pairs)]
    named = " -> ".join(dict.fromkeys(chain)) if whole else f"{first} -> {second}"
    more = f" (and {len(pairs) - 1} more such pairs)" if len(pairs) > 1 and not whole else ""
    stop = whole and not learnt(evidence)
    return Finding(
        check=LINEAR_STACK.id,
        severity=Severity.STOP if stop else Severity.WARN,
        layer=second,
        sign=f"no activation stands between {named}{more}"
        + (": the whole network is one linear map" if whole else ""),
        meaning="linear layers in a row are no more than a single linear layer",
        remedy=f"put an activation after each hidden layer: x = torch.relu(self.{first}(x)), or "
        f"nn.ReLU() between {first} and {second}",
        numbers={"pairs": float(len(pairs))},
        confidence=WHOLE if whole else PART,
    )


_GRAPH = Graph(
    ops=(
        Op(name="MseLoss", inputs=(1,), layer="fc2"),
        Op(name="Addmm", inputs=(2,), weights=("fc2.bias", "fc2.weight"), layer="fc2"),
        Op(name="Addmm", inputs=(3,), weights=("fc1.bias", "fc1.weight"), layer="fc1"),
        Op(name="AccumulateGrad"),
    )
)

LINEAR_STACK = Check(
    id="linear-stack",
    asks="Does an activation stand between the layers?",
    fault=18,
    needs=frozenset({"graphs", "layers"}),
    measured="The graph of autograd is read, so that an activation of any style is seen. Two "
    "layers count where the second takes the output of the first alone, past reshaping, dropout "
    "and batch normalisation, and where the first is not narrower than both its input and the "
    "output of the second: then the pair is a factorised map, made on purpose.",
    judge=judge,
    remedy="Put an activation after each hidden layer.",
    confirm="put nn.ReLU() between the two layers and compare the loss after the same steps",
    source="Goodfellow, Bengio and Courville 2016, Deep Learning, section 6.3: a composition of "
    "linear maps is linear",
    example=Evidence(
        door="preflight",
        graphs=(_GRAPH,),
        layers=(
            Layer(name="fc1", kind="Linear", weights=(Weight(name="fc1.weight", shape=(64, 10)),)),
            Layer(name="fc2", kind="Linear", weights=(Weight(name="fc2.weight", shape=(1, 64)),)),
        ),
    ),
)

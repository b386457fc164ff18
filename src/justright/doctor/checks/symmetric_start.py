"""Units that start alike stay alike."""

from justright.doctor.check import Check
from justright.doctor.course import first_graphs
from justright.doctor.evidence import Evidence, Graph, Layer, Op, Weight
from justright.doctor.wiring import AFFINE, Wiring, matrix_of, weights_of
from justright.kinds import Finding, Severity

#: Activations that give equal results for equal inputs.
UNITWISE = frozenset(
    {"Relu", "Sigmoid", "Tanh", "LeakyRelu", "Gelu", "Silu", "Elu", "Selu", "Softplus", "Hardtanh",
     "Threshold", "Mish", "Hardswish", "Celu"}
)  # fmt: skip
#: Those without a slope at 0: behind weights of zero nothing comes back.
FLAT_AT_ZERO = frozenset({"Relu", "Threshold"})
EQUAL = 1e-6  # spread over mean of weights that are one constant, in float32
PROVEN = 0.95  # confidence: equal to the bit
SHIFTED = 0.8  # where random biases tell the units apart a little


def judge(evidence: Evidence) -> Finding | None:
    """Units with equal weights, read with equal weights, get equal gradients for ever."""
    weights = weights_of(evidence)
    for graph in first_graphs(evidence):
        wiring = Wiring(graph)
        for after in reversed(wiring.linear()):
            before = wiring.upstream(after, AFFINE | UNITWISE)
            if before is None or before not in wiring.linear():
                continue
            finding = _pair(wiring, before, after, weights)
            if finding is not None:
                return finding
    return None


def _pair(wiring: Wiring, before: int, after: int, weights: dict[str, Weight]) -> Finding | None:
    own = matrix_of(wiring.op(before), weights)
    other = matrix_of(wiring.op(after), weights)
    if own is None or other is None or own.shape[0] < 2 or not own.trainable:
        return None
    vectors = [weights[n] for n in wiring.op(before).weights if n in weights and n != own.name]
    shifted = any(not _constant(vector) for vector in vectors)
    first, second = wiring.op(before).layer, wiring.op(after).layer
    if own.rows_equal and _constant(other):
        return _alike(first, second, own, shifted=shifted)
    silent = _zero(own) and all(_zero(vector) for vector in vectors)
    if silent and any(wiring.op(i).name in FLAT_AT_ZERO for i in _between(wiring, before, after)):
        return _dead(first)
    return None


def _between(wiring: Wiring, before: int, after: int) -> list[int]:
    found, here = [], after
    while (fed := wiring.data(here)) and fed[0] != before:
        here = fed[0]
        found.append(here)
    return found


def _constant(weight: Weight) -> bool:
    return weight.finite and weight.std <= EQUAL * abs(weight.mean)


def _zero(weight: Weight) -> bool:
    return weight.mean == 0 and weight.std == 0


def _alike(first: str, second: str, own: Weight, *, shifted: bool) -> Finding:
    return Finding(
        check=SYMMETRIC_START.id,
        severity=Severity.WARN if shifted else Severity.STOP,
        layer=first,
        sign=f"all {own.shape[0]} units of {first} start with the same weights "
        f"(mean {own.mean:.3g}), and {second} starts with one constant for all of them",
        meaning="units that start alike get the same gradient and stay alike: the layer works as "
        "one unit",
        remedy=f"leave out the constant initialisation of {first} and {second}, or use "
        f"nn.init.kaiming_uniform_(self.{first}.weight); only biases may start at a constant",
        numbers={"units": float(own.shape[0]), "mean": own.mean},
        confidence=SHIFTED if shifted else PROVEN,
    )


def _dead(first: str) -> Finding:
    return Finding(
        check=SYMMETRIC_START.id,
        severity=Severity.STOP,
        layer=first,
        sign=f"weights and biases of {first} start at zero, and a ReLU follows",
        meaning="a ReLU at exactly 0 passes no signal and no gradient: the layer never learns",
        remedy=f"leave out the zero initialisation of {first}, or use "
        f"nn.init.kaiming_uniform_(self.{first}.weight)",
        confidence=PROVEN,
    )


SYMMETRIC_START = Check(
    id="symmetric-start",
    asks="Do the units of each layer start with different weights?",
    fault=17,
    needs=frozenset({"graphs", "layers"}),
    measured="Each row of a hidden layer's matrix equal to the bit, and one constant for all "
    "weights of the layer that alone reads it. A zero start of one of the two is no fault: the "
    "other tells the units apart, as in a last layer or a residual branch that starts at zero.",
    judge=judge,
    remedy="Start weights at random; only biases may start at a constant.",
    confirm="print the standard deviation over the rows of the layer's weight after training",
    source="Goodfellow, Bengio and Courville 2016, Deep Learning, section 8.4: the initial "
    "parameters must break symmetry",
    example=Evidence(
        door="preflight",
        graphs=(
            Graph(
                ops=(
                    Op(name="MseLoss", inputs=(1,), layer="fc2"),
                    Op(name="Addmm", inputs=(2,), weights=("fc2.weight",), layer="fc2"),
                    Op(name="Tanh", inputs=(3,), layer="fc1"),
                    Op(name="Addmm", inputs=(4,), weights=("fc1.weight",), layer="fc1"),
                    Op(name="AccumulateGrad"),
                )
            ),
        ),
        layers=tuple(
            Layer(
                name=name,
                kind="Linear",
                weights=(Weight(name=f"{name}.weight", shape=shape, mean=0.5, rows_equal=equal),),
            )
            for name, shape, equal in (("fc1", (8, 4), True), ("fc2", (1, 8), False))
        ),
    ),
)

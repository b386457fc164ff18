"""ReLU units that are zero for every example."""

from collections.abc import Sequence
from statistics import median

from justright.doctor.check import Check
from justright.doctor.course import first_graphs, last_ones, runs
from justright.doctor.evidence import Evidence, Graph, Layer, Op, Signal, Weight
from justright.doctor.learnt import learnt
from justright.doctor.wiring import Wiring, is_linear, matrix_of, weights_of
from justright.kinds import Finding, Severity

CUT_OFF = frozenset({"Relu", "Threshold", "Hardtanh"})
FEWEST_LOOKS = 4
FEWEST_ROWS = 8  # examples in a batch: fewer are all on one side of a unit by chance too often
BY_CHANCE = 0.05  # share of units that may be zero throughout a batch without being dead
GONE = 0.98  # dead share: nothing goes through the layer
MOST = 0.8  # of a hidden layer; healthy wide layers were seen with half of their units silent
CODE = 0.34  # of a layer that is narrower than those around it: every unit of a code counts
PROVEN, LIKELY = 0.9, 0.7


def judge(evidence: Evidence) -> Finding | None:
    """A unit that is zero for every example gets no gradient and never comes back."""
    codes = _codes(evidence)
    found = []
    for (op, layer, _), run in runs(evidence.signals).items():
        own = last_ones(run)
        if op not in CUT_OFF or len(run) < FEWEST_LOOKS or _by_chance(evidence, own):
            continue
        share = median(s.dead_share for s in own)
        least = min(s.dead_share for s in own)
        width = codes.get(layer, 0)
        if share >= GONE and least >= MOST:
            found.append((3, share, run, width))
        elif share >= MOST and least >= MOST / 2 and not learnt(evidence):
            found.append((2, share, run, width))
        elif width and share >= CODE and least >= CODE / 2 and share * width >= 2:
            found.append((1, share, run, width))
    return _finding(evidence, *max(found, key=lambda own: own[:2])) if found else None


def _by_chance(evidence: Evidence, own: Sequence[Signal]) -> bool:
    """Whether a batch is so small that units look dead which are only seldom on."""
    rows = [batch.shape[0] for batch in evidence.batches if batch.shape]
    n_rows = median(rows) if rows else FEWEST_ROWS
    if n_rows < FEWEST_ROWS:
        return True
    dead = median(s.dead_share for s in own)
    zero = median(s.zero_share for s in own)
    others = (zero - dead) / (1 - dead) if dead < 1 else 0.0
    return others**n_rows > BY_CHANCE and dead < GONE


def _codes(evidence: Evidence) -> dict[str, int]:
    """Width of each layer that is narrower than its input and than what is made of it."""
    weights = weights_of(evidence)
    found = {}
    for graph in first_graphs(evidence):
        wiring = Wiring(graph)
        for after in wiring.linear():
            relu = wiring.upstream(after)
            before = None if relu is None else wiring.upstream(relu)
            if before is None or not is_linear(wiring.op(before)):
                continue
            own = matrix_of(wiring.op(before), weights)
            other = matrix_of(wiring.op(after), weights)
            if own and other and len(own.shape) == len(other.shape) == 2:
                narrow = own.shape[0] < min(own.shape[1], other.shape[0])
                if narrow:
                    found[wiring.op(before).layer] = own.shape[0]
    return found


def _finding(
    evidence: Evidence, degree: int, share: float, run: list[Signal], width: int
) -> Finding:
    layer, first = run[0].layer, run[0].dead_share
    stop = degree == 3 and not learnt(evidence)
    code = degree == 1
    where = f"the code of {width} units behind {layer}" if code else f"the ReLU behind {layer}"
    return Finding(
        check=DEAD_UNITS.id,
        severity=Severity.STOP if stop else Severity.WARN,
        layer=layer,
        sign=f"{share:.0%} of {where} put out zero for every example "
        f"({first:.0%} before the first step)",
        meaning="dead units pass neither signal nor gradient; they do not come back",
        remedy=f"take the ReLU behind {layer} away: a code needs no activation"
        if code
        else f"lower the learning rate, use nn.LeakyReLU(0.1) behind {layer}, and scale the inputs "
        "to spread 1",
        numbers={"dead_share": share, "at_start": first},
        confidence=PROVEN if degree == 3 else LIKELY,
    )


DEAD_UNITS = Check(
    id="dead-units",
    asks="Do the ReLU units answer to some example?",
    fault=16,
    needs=frozenset({"signals"}),
    measured="Share of units behind a ReLU that are zero for every example of the batch, in the "
    "last third of the sampled steps. Alarm at 80 % of a layer in a network that does not learn, "
    "and at a third of a code, a layer narrower than those around it, where every unit counts. "
    "Batches so small that a unit may be silent by chance are left out.",
    judge=judge,
    remedy="Lower the learning rate, use LeakyReLU, scale the inputs.",
    confirm="print (relu_output == 0).all(dim=0).float().mean() for one large batch",
    source="Lu et al. 2019, arXiv:1903.06733. Limits: house convention; half of a wide layer is "
    "silent in healthy networks of the clinic",
    example=Evidence(
        door="check",
        graphs=(
            Graph(
                ops=(
                    Op(name="MseLoss", inputs=(1,)),
                    Op(name="Addmm", inputs=(2,), weights=("out.weight",), layer="out"),
                    Op(name="Relu", inputs=(3,), layer="code"),
                    Op(name="Addmm", inputs=(4,), weights=("code.weight",), layer="code"),
                    Op(name="AccumulateGrad"),
                )
            ),
        ),
        layers=(
            Layer(name="code", kind="Linear", weights=(Weight(name="code.weight", shape=(8, 64)),)),
            Layer(name="out", kind="Linear", weights=(Weight(name="out.weight", shape=(64, 8)),)),
        ),
        signals=tuple(
            Signal(op="Relu", layer="code", step=step, zero_share=0.7, dead_share=0.6)
            for step in range(6)
        ),
    ),
)

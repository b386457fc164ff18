"""Prediction and target of unlike shapes, blown up to every pair of examples."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Graph, LossSample, LossUse, Op
from justright.doctor.outputs import NUMBER_LOSSES, trained_on
from justright.kinds import Finding, Severity

#: Operations between a difference and the loss that is made of it.
AFTER = frozenset(
    {"Mean", "Sum", "Pow", "Abs", "Mul", "Div", "Neg", "Sqrt", "Log", "Exp", "Softplus", "Add",
     "Sub", "Where", "Maximum", "ClampMin", "Cosh"}
)  # fmt: skip


def judge(evidence: Evidence) -> Finding | None:
    """(N,) against (N, 1) gives (N, N): every prediction is drawn to every target."""
    for use in trained_on(evidence, *NUMBER_LOSSES):
        if _paired(use.input_shape, use.target_shape):
            return _sick(use.input_shape, use.target_shape, use.function, use.line, 0.98)
    rows = {batch.shape[0] for batch in evidence.batches if batch.shape}
    for graph in evidence.graphs:
        found = _by_hand(graph, rows)
        if found is not None:
            given, layer = found
            target = (given[0],) if len(given) == 2 else (given[0], 1)
            return _sick(given, target, "the loss", None, 0.85, layer)
    return None


def _paired(given: tuple[int, ...], target: tuple[int, ...]) -> bool:
    """Whether the same numbers in shapes of unlike length are laid across each other."""
    if len(given) == len(target) or not given or not target:
        return False
    same = [n for n in given if n != 1] == [n for n in target if n != 1]
    return same and _aligned(given) != _aligned(target)


def _aligned(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape as broadcasting reads it: from the last axis, leading ones aside."""
    rest = list(shape)
    while rest and rest[0] == 1:
        del rest[0]
    return tuple(rest)


def _by_hand(graph: Graph, rows: set[int]) -> tuple[tuple[int, ...], str] | None:
    """Shape of a prediction that a hand-written loss subtracts from all targets, and its layer."""
    if not graph.ops:
        return None
    queue, seen = [0], {0}
    while queue:
        op = graph.ops[queue.pop(0)]
        if op.name in ("Sub", "Rsub") and len(op.inputs) == 1:
            given = graph.ops[op.inputs[0]]
            if _square(op, given, rows):
                return given.shape, given.layer
        if op.name in AFTER:
            fresh = [i for i in op.inputs if i not in seen]
            seen.update(fresh)
            queue += fresh
    return None


def _square(op: Op, given: Op, rows: set[int]) -> bool:
    n = op.shape[0] if op.shape else 0
    # A prediction made into a column by the script itself is compared with all on purpose.
    meant = given.name in ("Unsqueeze", "Expand")
    alone = given.shape in ((n,), (n, 1))
    return n > 1 and n in rows and op.shape == (n, n) and alone and not meant


def _sick(
    given: tuple[int, ...], target: tuple[int, ...], name: str, line: int | None, sure: float,
    layer: str = "",
) -> Finding:  # fmt: skip
    cure = "y.unsqueeze(1)" if len(given) > len(target) else "the output .unsqueeze(1)"
    return Finding(
        check=TARGET_BROADCAST.id,
        severity=Severity.STOP,
        sign=f"{name} sets outputs of shape {given} against targets of shape {target}: "
        f"they are broadcast to {max(given)} x {max(given)} pairs",
        meaning="every prediction is drawn to every target, so that the network learns their mean",
        remedy=f"give both the same shape: {cure}, or .squeeze(1) on the other",
        layer=layer or None,
        line=line,
        numbers={"rows": max(given)},
        confidence=sure,
    )


TARGET_BROADCAST = Check(
    id="target-broadcast",
    fault=2,
    asks="Have predictions and targets the same shape?",
    needs=frozenset({"graphs"}),
    measured="Shapes that went into the loss: the same numbers with another count of axes, which "
    "broadcasting lays across each other. In a loss written by hand: a difference of shape (N, N) "
    "with one prediction per row of the batch. Shapes of as many axes are left alone: pairs may "
    "be meant.",
    judge=judge,
    remedy="Give both the same shape: y.unsqueeze(1), or output.squeeze(1).",
    confirm="print(output.shape, y.shape) before the loss",
    source="PyTorch's warning on mse_loss: 'target size is different to the input size'",
    example=Evidence(
        door="check",
        graphs=(Graph(ops=(Op(name="MseLoss"),)),),
        losses=(
            LossUse(
                function="mse_loss",
                input_shape=(32, 1),
                target_shape=(32,),
                made_by="Addmm",
                samples=(LossSample(step=0, value=1.0, trivial=1.0),),
            ),
        ),
    ),
)

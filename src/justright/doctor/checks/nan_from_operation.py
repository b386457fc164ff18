"""A logarithm of zero, a root at zero, a division by zero."""

import math
from collections.abc import Sequence

from justright.doctor.check import Check
from justright.doctor.evidence import Breakdown, Evidence, Graph, Op, Track
from justright.doctor.outputs import line_of, place_of
from justright.kinds import Finding, Severity

GREW = 5.0  # times the least loss before, or the first gradient: then it blew up by steps
LEAP = 1.0  # update over weight; a step as long as the weight itself is a leap
#: What happens in each operation, what mends it, and what scripts call it.
CURES = {
    "Log": ("log of zero or less", "torch.log(x.clamp(min=1e-8))", ("log",)),
    "Log2": ("log2 of zero or less", "torch.log2(x.clamp(min=1e-8))", ("log2",)),
    "Log10": ("log10 of zero or less", "torch.log10(x.clamp(min=1e-8))", ("log10",)),
    "Sqrt": ("square root at zero or less, where its slope is infinite",
             "torch.sqrt(x + 1e-8)", ("sqrt",)),
    "Pow": ("root or negative power at zero or less", "(x + 1e-8) ** p", ("pow",)),
    "Div": ("division by zero", "x / (y + 1e-8)", ("div",)),
    "Rsqrt": ("root of zero in a denominator", "torch.rsqrt(x + 1e-8)", ("rsqrt",)),
    "Reciprocal": ("division by zero", "1 / (x + 1e-8)", ("reciprocal",)),
    "Acos": ("arc cosine at 1 or beyond, where its slope is infinite",
             "torch.acos(x.clamp(-1 + 1e-6, 1 - 1e-6))", ("acos", "arccos")),
    "Asin": ("arc sine at 1 or beyond, where its slope is infinite",
             "torch.asin(x.clamp(-1 + 1e-6, 1 - 1e-6))", ("asin", "arcsin")),
}  # fmt: skip


def judge(evidence: Evidence) -> Finding | None:
    """A loss that breaks without having grown was broken by one operation."""
    broken = evidence.breakdown
    if broken is None or (broken.in_input and not broken.parameters) or _blew_up(evidence, broken):
        return None
    if broken.in_target and not broken.parameters:
        return None
    if broken.step == 0 and broken.parameters:
        return None  # broken weights at the start
    op = _singular(evidence, broken)
    return _named(evidence, broken, op) if op is not None else _unnamed(broken)


def _blew_up(evidence: Evidence, broken: Breakdown) -> bool:
    """Whether losses, gradients or steps grew first: then the rate is the cause."""
    return any(_grew(track, broken.step) for track in evidence.tracks)


def _grew(track: Track, broke_at: int) -> bool:
    end = broke_at if track.first_bad_step is None else track.first_bad_step
    before = [i for i, step in enumerate(track.steps) if step < end]
    finite = [abs(v) for i in before if (v := track.loss[i]) is not None]
    if finite and finite[-1] > GREW * min(finite):
        return True
    norms = [g for i in before if (g := _at(track.gradient, i)) is not None and g > 0]
    # One step only: its gradient may be as large as it likes.
    if len(norms) > 1 and norms[-1] > GREW * GREW * norms[0]:
        return True
    leaps = [i for i, step in enumerate(track.sampled) if 0 < step < end]
    return any((_at(m, i) or 0.0) > LEAP for m in track.updates.values() for i in leaps)


def _at(values: Sequence[float | None], place: int) -> float | None:
    value = values[place] if place < len(values) else None
    return value if value is not None and math.isfinite(value) else None


def _singular(evidence: Evidence, broken: Breakdown) -> Op | None:
    """The operation at a point where it breaks, nearest to the input, in the latest graph."""
    graphs = [g for g in evidence.graphs if g.step <= broken.step]
    for graph in sorted(graphs, key=lambda g: g.step, reverse=True):
        found = [op for op in graph.ops if op.options.get("singular", 0.0) > 0]
        # Where weights are nan already every value fails the test: look at an earlier graph.
        if found and not (broken.parameters and graph.step == broken.step):
            return found[-1]
    return None


def _named(evidence: Evidence, broken: Breakdown, op: Op) -> Finding:
    what, cure, names = CURES.get(op.name, (op.name.lower(), "add 1e-8", ()))
    return Finding(
        check=NAN_FROM_OPERATION.id,
        severity=Severity.STOP,
        sign=f"the loss is {broken.loss} after {broken.step} steps; before that it had not grown. "
        f"In {op.options['singular']:.1%} of the values of the {op.name.lower()}"
        f"{place_of(op.layer)} there is a {what}",
        meaning="one value makes the loss or its gradient infinite or nan, and the next step "
        "carries it into every weight",
        remedy=f"keep clear of that point: {cure}",
        layer=op.layer or None,
        line=line_of(evidence, *names),
        numbers={"step": broken.step, "singular_share": op.options["singular"]},
        confidence=0.9,
    )


def _unnamed(broken: Breakdown) -> Finding:
    where = f"; the first value that is not finite is in the {broken.op.lower()}" if (
        broken.op and not broken.parameters
    ) else ""  # fmt: skip
    where += place_of(broken.layer) if where else ""
    return Finding(
        check=NAN_FROM_OPERATION.id,
        severity=Severity.STOP,
        sign=f"the loss is {broken.loss} after {broken.step} steps; before that neither it nor "
        f"the steps had grown, and inputs and targets were finite{where}",
        meaning="an operation of the model or the loss met a value at which it, or its slope, is "
        "not finite",
        remedy="look for log, sqrt, division, exp and a mean over nothing; "
        "torch.autograd.set_detect_anomaly(True) names the line",
        layer=broken.layer or None,
        numbers={"step": broken.step},
        confidence=0.5,
    )


NAN_FROM_OPERATION = Check(
    id="nan-from-operation",
    fault=6,
    asks="Does every operation stay where it is finite?",
    needs=frozenset({"graphs"}),
    measured="The first loss that is not finite, where inputs, targets and first weights are, and "
    "where neither the loss (5 times its least), nor the gradient (25 times its first), nor a "
    "step (as long as the weight) had grown before: growth is the rate's doing. The culprit is "
    "the operation that was at a logarithm or root of zero, or a division by it.",
    judge=judge,
    remedy="Clamp what goes into the logarithm, root or division.",
    confirm="torch.autograd.set_detect_anomaly(True) for one run",
    source="House convention; d sqrt(x)/dx = 1 / (2 sqrt(x))",
    example=Evidence(
        door="check",
        graphs=(Graph(ops=(Op(name="Mean"), Op(name="Log", options={"singular": 0.01})), step=3),),
        tracks=(Track(name="optimizer", kind="Adam", steps=(0, 1, 2), loss=(0.7, 0.7, 0.69)),),
        breakdown=Breakdown(step=3, loss="inf"),
    ),
)

"""Losses kept with their graphs, and memory that grows."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Pace
from justright.doctor.growth import growth_of
from justright.kinds import Finding, Severity

FEWEST = 5  # losses: a best one so far, or a last one, may be kept by chance
MOST_OF = 0.5  # of the losses that were watched
MEGABYTE = 2**20
SWELLS = 200 * MEGABYTE  # growth over the second half of the looks: no cache of an allocator
FEWEST_LOOKS = 12
SURE, HINT = 0.9, 0.5


def judge(evidence: Evidence) -> Finding | None:
    """A list or a sum of losses keeps every step's graph in memory."""
    pace = evidence.pace
    if pace is None or growth_of(pace) is not None:
        return None  # told by the checks of growing graphs
    if pace.kept_graphs >= FEWEST and pace.kept_graphs >= MOST_OF * pace.marked_graphs:
        return _kept(evidence, pace)
    return _swells(pace)


def _kept(evidence: Evidence, pace: Pace) -> Finding:
    hints = evidence.source.hints if evidence.source else ()
    own = next((hint for hint in hints if "loss" in hint.what and "append" in hint.what), None)
    return Finding(
        check=GRAPH_KEPT.id,
        severity=Severity.WARN,
        sign=f"the graphs of {pace.kept_graphs} of {pace.marked_graphs} earlier losses were still "
        "alive, steps after they had been learnt from",
        meaning="losses are kept as tensors, each with its graph, so that memory grows with every "
        "step",
        remedy="keep the number: losses.append(loss.item()), total += loss.item()",
        numbers={"kept": float(pace.kept_graphs), "watched": float(pace.marked_graphs)},
        line=own.line if own else None,
        confidence=SURE,
    )


def _swells(pace: Pace) -> Finding | None:
    """Memory that goes on growing evenly after the training has settled."""
    if len(pace.memory_bytes) < FEWEST_LOOKS:
        return None
    half = len(pace.memory_bytes) // 2
    sizes, steps = pace.memory_bytes[half:], pace.memory_steps[half:]
    middle = len(sizes) // 2
    slopes = [
        (sizes[b] - sizes[a]) / max(1, steps[b] - steps[a])
        for a, b in ((0, middle), (middle, len(sizes) - 1))
    ]
    grown = sizes[-1] - sizes[0]
    even = min(slopes) > 0.5 * max(slopes) > 0
    if grown < SWELLS or grown < 0.3 * sizes[0] or not even:
        return None
    return Finding(
        check=GRAPH_KEPT.id,
        severity=Severity.WARN,
        sign=f"memory grew by {grown / MEGABYTE:,.0f} MB from step {steps[0]} to {steps[-1]}, "
        f"{slopes[-1] / MEGABYTE:.2g} MB a step, and does not settle",
        meaning="something keeps tensors of every step",
        remedy="store numbers or detached copies: .item(), .detach().cpu()",
        numbers={"bytes_per_step": slopes[-1]},
        confidence=HINT,
    )


GRAPH_KEPT = Check(
    id="graph-kept",
    asks="Is the memory of a step free after it?",
    fault=30,
    needs=frozenset({"pace"}),
    measured="The last operation of the loss is marked at sampled steps; three steps later nothing "
    "but a list or a sum can hold it. Alarm where five or more are alive at one look, and half of "
    "all that were marked. Or memory of the process that grows by 200 MB, evenly, over the second "
    "half of the looks.",
    judge=judge,
    remedy="Keep loss.item() in place of the loss.",
    confirm="print the memory of the process after each epoch",
    source="PyTorch, Frequently Asked Questions: do not accumulate history across your loop",
    example=Evidence(door="check", pace=Pace(kept_graphs=12, marked_graphs=12)),
)

"""Early and late figures of a recorded course."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from justright.doctor.evidence import Evidence, Graph, Signal, Track

FIRST_SHARE = 0.1  # of a course, at its start
LAST_SHARE = 1 / 3  # of a course, at its end
AROUND = 20  # steps before and after that a spike is held against
APART = 5  # steps after a spike that belong to it


def known(values: Sequence[float | None]) -> list[float]:
    """Those that are finite."""
    return [value for value in values if value is not None]


def early(values: Sequence[float | None]) -> float | None:
    """Median of the first tenth.

    Example:
        >>> early([4.0, None, 1.0])
        4.0
    """
    own = known(values)
    return median(own[: max(1, round(FIRST_SHARE * len(own)))]) if own else None


def late(values: Sequence[float | None]) -> float | None:
    """Median of the last third."""
    own = known(values)
    return median(own[-max(1, round(LAST_SHARE * len(own))) :]) if own else None


def runs(signals: Sequence[Signal]) -> dict[tuple[str, str, int], list[Signal]]:
    """The activations of each place of the network, in the order of the steps.

    A place seen twice at one step, as in several passes before one step, counts once.
    """
    found: dict[tuple[str, str, int], list[Signal]] = {}
    for own in signals:
        run = found.setdefault((own.op, own.layer, own.place), [])
        if not run or run[-1].step != own.step:
            run.append(own)
    return found


def last_ones(run: Sequence[Signal]) -> Sequence[Signal]:
    """The last third of what was seen of one place."""
    return run[-max(1, round(LAST_SHARE * len(run))) :]


def stands_still(track: Track) -> bool:
    """Whether the loss is where it was: it moved less than it scatters.

    Example:
        >>> stands_still(Track(name="a", kind="SGD", loss=(1.0, 1.1, 0.9, 1.0) * 6))
        True
    """
    own = known(track.loss)
    if len(own) < 16:
        return False
    part = len(own) // 4
    first, last = own[:part], own[-part:]
    scatter = median(abs(value - median(last)) for value in last)
    fall = median(first) - median(last)
    return fall <= max(scatter, 0.05 * abs(median(first)))


def first_graphs(evidence: Evidence) -> tuple[Graph, ...]:
    """One whole graph of each kind of pass: those that go through different parameters."""
    found: dict[frozenset[str], Graph] = {}
    for graph in evidence.graphs:
        held = frozenset(name for op in graph.ops for name in op.weights)
        if not graph.cut and held:
            found.setdefault(held, graph)
    return tuple(found.values())


@dataclass(frozen=True)
class Spike:
    """A step whose gradient stood far out.

    Attributes:
        step: The step.
        times: Its gradient over the median around it.
        harm: Loss of the steps after over the loss of those before; 1 where it did no harm.
    """

    step: int
    times: float
    harm: float


def spikes(track: Track, least: float) -> list[Spike]:
    """Steps whose gradient was so many times the median of those around it.

    The first tenth of a training is left out: there gradients are large by nature.

    Args:
        track: One optimizer.
        least: Times the median.
    """
    sizes = [(place, g) for place, g in enumerate(track.gradient) if g is not None and g >= 0]
    found: list[Spike] = []
    for i, (place, size) in enumerate(sizes):
        around = [g for _, g in sizes[max(0, i - AROUND) : i + AROUND]]
        if i < FIRST_SHARE * len(sizes) or len(around) < AROUND:
            continue
        middle = median(around)
        if middle > 0 and size >= least * middle and (not found or place - found[-1].step > APART):
            found.append(Spike(place, size / middle, _harm(track.loss, place)))
    return found


def _harm(loss: Sequence[float | None], place: int) -> float:
    before = known(loss[max(0, place - AROUND) : place + 1])
    after = known(loss[place + 1 : place + 1 + APART])
    if not before or not after or median(before) <= 0:
        return 1.0
    return max(after) / max(median(before), max(before[:-1], default=0.0))

"""How large the gradient is in each layer, at the start of a training and on its way."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Trace
from justright.nets.family import Spec, parameter_slots
from justright.recipes.arena import Arena
from justright.recipes.asking import Asking
from justright.recipes.judging import Entry
from justright.recipes.passes import KEPT
from justright.recipes.speed import Pace
from justright.report.words import plural
from justright.train.member import NEVER

PLACES_SEEN = 3  # networks of each design, on validation sets of their own
STEPS = 300  # of a training that is watched (house convention)
LOOKS, LAST = 10, 3  # evaluations on the way, and those at its end that are averaged
FAINT = 1 / 100  # first hidden layer over the last: below it, it vanishes (house convention)
LOUD = 100.0  # above it, it explodes (house convention)

Health = Literal["vanishes", "explodes", "is healthy", "cannot be told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Gradients of a design by hidden layer: the root of the mean square over its parameters.

    Attributes:
        start: Before the first step, shape (layers,), first layer first; NaN where not finite.
        after: At the end of the watched training, the same; NaN where there was none.
        loss: Stopping score there, averaged over networks; infinite where they diverged.
    """

    start: NDArray[np.float64]
    after: NDArray[np.float64]
    loss: float


def ratio(gradients: NDArray[np.float64]) -> float:
    """The first layer's gradient over the last one's; NaN where no gradient is known.

    Example:
        >>> ratio(np.array([0.1, 0.2, 0.4])), ratio(np.array([0.0, 0.0]))
        (0.25, 0.0)
    """
    first, last = float(gradients[0]), float(gradients[-1])
    if first == 0:
        return 0.0
    return first / last if last > 0 else math.nan


def factor(gradients: NDArray[np.float64]) -> float:
    """How many times the gradient shrinks from a layer to the one before; below 1 it grows.

    Example:
        >>> factor(np.array([0.1, 0.2, 0.4]))
        2.0
    """
    found = ratio(gradients)
    if len(gradients) < 2 or not found > 0:
        return math.inf if found == 0 else math.nan
    return float(found ** (-1 / (len(gradients) - 1)))


def health(gradients: NDArray[np.float64]) -> Health:
    """What the gradients of a design say.

    Example:
        >>> health(np.array([1e-6, 1e-3, 1.0])), health(np.array([0.5, 1.0]))
        ('vanishes', 'is healthy')
    """
    found = ratio(gradients)
    if math.isnan(found):
        return "cannot be told"
    if found < FAINT:
        return "vanishes"
    return "explodes" if found > LOUD else "is healthy"


def layers_of(spec: Spec) -> dict[str, int]:
    """Parameters of each hidden layer by its name, first layer first; of the output without any.

    Example:
        >>> from justright.nets.spec import DenseSpec
        >>> layers_of(
        ...     DenseSpec(n_numeric=3, n_plain=0, cardinalities=(), n_outputs=1, depth=2, width=8)
        ... )
        {'hidden.0': 32, 'hidden.1': 72}
    """
    sizes: dict[str, int] = {}
    for slot in parameter_slots(spec):
        sizes[slot.layer] = sizes.get(slot.layer, 0) + slot.size
    hidden = {n: size for n, size in sizes.items() if n.partition(".")[0] in ("hidden", "conv")}
    return hidden or {"output": sizes["output"]}


def flows(
    arena: Arena,
    asking: Asking,
    names: Sequence[str],
    limit_s: float,
    worth: Callable[[NDArray[np.float64]], bool] = lambda _: True,
) -> tuple[dict[str, Flow], int]:
    """Read the gradients of designs by layer, train them for a while, and read them again.

    Args:
        arena: The designs.
        asking: The question.
        names: Their names.
        limit_s: Seconds that it may take.
        worth: Whether a design is worth training, from its gradients at the start.

    Returns:
        Their gradients by name, and the steps that were laid out.
    """
    end_s = time.monotonic() + limit_s
    entries = arena.entries(names=names, parts=arena.data.parts[:PLACES_SEEN])
    pace = arena.pace(entries)
    starts = _train(arena, asking, entries, pace, (1, 1), end_s)
    gradients = {name: _sizes(traces, _layers(entries, name), 1) for name, traces in starts.items()}
    kept = [entry for entry in entries if worth(gradients[entry.name])]
    n_steps, ends = 0, dict[str, list[Trace]]()
    if kept:
        pace = arena.pace(kept)
        each_s = max(1e-9, pace.step_s + LOOKS * pace.look_s / STEPS)
        allowed = int(KEPT * (end_s - time.monotonic()) / each_s)
        n_steps = max(1, min(STEPS, allowed, *(entry.member.total_steps for entry in kept)))
        ends = _train(arena, asking, kept, pace, (n_steps, max(1, n_steps // LOOKS)), end_s)
    found = {}
    for name in names:
        after = ends.get(name, [])
        found[name] = Flow(
            start=gradients[name],
            after=_sizes(after, _layers(entries, name), LAST),
            loss=_loss(after),
        )
    return found, n_steps


def _train(
    arena: Arena,
    asking: Asking,
    entries: Sequence[Entry],
    pace: Pace,
    steps: tuple[int, int],
    end_s: float,
) -> dict[str, list[Trace]]:
    """Traces by design of so many steps, evaluated after so many each."""
    trained = arena.train(
        [_watched(entry, *steps) for entry in entries],
        asking.watch,
        deadline_s=end_s,
        share=1.0,
        pace=pace,
        best=lambda epoch: f"gradients of {plural(epoch.running, 'network')}",
    )
    asking.n_networks += len(entries)
    found: dict[str, list[Trace]] = {}
    for entry, trace in zip(trained.entries, trained.outcome.traces, strict=True):
        found.setdefault(entry.name, []).append(trace)
    return found


def _layers(entries: Sequence[Entry], name: str) -> dict[str, int]:
    return layers_of(next(entry.member.spec for entry in entries if entry.name == name))


def _loss(traces: Sequence[Trace]) -> float:
    """Last stopping score, averaged; infinite where one is missing or not finite."""
    last = [trace.validation_score[-1] if trace.validation_score else None for trace in traces]
    known = [value for value in last if value is not None]
    return float(np.mean(known)) if known and len(known) == len(last) else math.inf


def _watched(entry: Entry, steps: int, look: int) -> Entry:
    member = replace(entry.member, total_steps=steps, epoch_steps=look, patience=NEVER)
    return replace(entry, member=member)


def _sizes(traces: Sequence[Trace], sizes: Mapping[str, int], n_last: int) -> NDArray[np.float64]:
    """Root mean square of a parameter's gradient in each layer, over networks and evaluations."""
    found = []
    for layer, n in sizes.items():
        norms = [
            value
            for trace in traces
            for value in trace.gradient_norm.get(layer, ())[-n_last:]
            if value is not None
        ]
        squares = np.square(norms) / n
        found.append(math.sqrt(squares.mean()) if norms else math.nan)
    return np.array(found)

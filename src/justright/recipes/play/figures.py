"""The figures of a try as the page draws them: a row for each evaluation."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from justright.doctor.checks.dead_units import GONE
from justright.kinds import Trace
from justright.recipes.layer_gradients import health, layers_of, ratio
from justright.recipes.play.cast import FASTER, SLOWER, YOURS, Cast

CLIMBED = 1.5  # times the first training loss: from here on it is said (house convention)
LIKE = 0.05  # share of a validation loss that two networks may differ by and pass for alike
IDLE = 0.02  # share of the first validation loss: who gains less has not learnt (house convention)
DIGITS = 5  # significant ones of a figure that is sent


def rounded(value: float | None) -> float | None:
    """A figure with few digits; None where it is not finite.

    Example:
        >>> rounded(0.123456789), rounded(float("inf"))
        (0.12346, None)
    """
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}")


def rows(cast: Cast, traces: Mapping[int, Trace], after: int) -> list[dict[str, Any]]:
    """A row for each evaluation after a step.

    Args:
        cast: The members.
        traces: What is written down of each so far, by its number.
        after: The last step that was told; -1 for none.

    Returns:
        Each with "step"; "train" and "validation" as mean, lowest and highest over the seeds whose
        loss is finite (None without any); "rate"; "gradient", the mean norm of each layer; and of
        each twin "slower" and "faster", its training and validation loss.
    """
    yours = [traces[i] for i in cast.numbers(YOURS) if i in traces]
    names = layers(traces)
    steps = sorted({step for trace in traces.values() for step in trace.steps if step > after})
    found = []
    for step in steps:
        rate = [_at(trace, trace.rate, step) for trace in yours]
        row: dict[str, Any] = {
            "step": step,
            "train": _spread([_at(trace, trace.train_loss, step) for trace in yours]),
            "validation": _spread([_at(trace, trace.validation_loss, step) for trace in yours]),
            "rate": rounded(next((own for own in rate if own is not None), None)),
            "gradient": _gradient(yours, names, step),
        }
        for name in (SLOWER, FASTER):
            twins = [traces[i] for i in cast.numbers(name) if i in traces]
            row[name] = [
                rounded(_at(twin, curve, step))
                for twin in twins
                for curve in (twin.train_loss, twin.validation_loss)
            ] or None
        found.append(row)
    return found


def layers(traces: Mapping[int, Trace]) -> list[str]:
    """Names of the linear layers, first layer first: norms follow what lies below them.

    Example:
        >>> layers({0: Trace(seed=0, fold=0, learning_rate=1.0, gradient_norm={"output": (1.0,)})})
        ['output']
    """
    known = (trace.gradient_norm for trace in traces.values() if trace.gradient_norm)
    return [name for name in next(known, {}) if not name.startswith("norm.")]


def troubles(cast: Cast, traces: Mapping[int, Trace]) -> list[str]:
    """What goes wrong in sight of everybody: members that diverged, losses that climb."""
    said = []
    for i, trace in sorted(traces.items()):
        label, known = cast.label(i), [v for v in trace.train_loss if v is not None]
        if trace.stopped == "diverged":
            said.append(f"{label} diverged at step {trace.steps[-1]}: its loss is no number now")
        elif len(known) > 1 and known[-1] > CLIMBED * max(known[0], 1e-9):
            times = known[-1] / max(known[0], 1e-9)
            said.append(f"{label} climbs: its training loss is {times:.3g} times that at the start")
    return said + _about_gradients(cast, traces)


def silent(units: Sequence[Mapping[str, Any]]) -> list[str]:
    """Layers through which nothing passes, in words.

    Example:
        >>> silent([{"layer": "hidden.0", "silent": 0.5}, {"layer": "hidden.1", "silent": 1.0}])
        ['all units of hidden.1 are 0 on every row: no gradient passes to the layers before it']
    """
    gone = [one["layer"] for one in units if one["silent"] >= GONE]
    if not gone:
        return []
    verb = f"all units of {', '.join(gone)} are 0 on every row"
    return [f"{verb}: no gradient passes to the layers before {'it' if len(gone) == 1 else 'them'}"]


def about_rate(cast: Cast, traces: Mapping[int, Trace]) -> str:
    """What the twins say of the learning rate, in one sentence; empty where nothing can be said."""
    own = _last(traces.get(0))
    beside = {
        name: _last(traces.get(cast.numbers(name)[0]))
        for name in (SLOWER, FASTER)
        if cast.numbers(name)
    }
    if own is None:
        return "The rate is too high for these levers: the first seed has no finite loss."
    better = {name: loss for name, loss in beside.items() if loss is not None and loss < own}
    name = min(better, key=lambda each: better[each], default="")
    if name and better[name] < (1 - LIKE) * own:
        times = "a third of the rate" if name == SLOWER else "three times the rate"
        return f"At {times} the same network ends lower on validation rows: {better[name]:.3g}" + (
            f" in place of {own:.3g}."
        )
    first = traces[0].validation_loss[0]
    if first is not None and own > (1 - IDLE) * first:
        return "None of the three rates learns anything: the rate is not all that is wrong."
    if FASTER in beside and beside[FASTER] is None:
        return "At three times the rate the same network diverges: this one is near the edge."
    return "A third of the rate and three times the rate do no better: it lies well."


def _about_gradients(cast: Cast, traces: Mapping[int, Trace]) -> list[str]:
    """Whether the gradients of the first network vanish or explode towards the first layer."""
    if 0 not in traces:
        return []
    sizes, norms = layers_of(cast.entries[0].member.spec), traces[0].gradient_norm
    last = {name: norms[name][-1] for name in sizes if norms.get(name)}
    known = [math.nan if own is None else own / sizes[name] ** 0.5 for name, own in last.items()]
    if len(known) < 2 or health(np.array(known)) not in ("vanishes", "explodes"):
        return []
    found, (first, *_, final) = ratio(np.array(known)), last
    if found == 0:
        return [f"no gradient reaches {first}"]
    return [
        f"the gradient {health(np.array(known))}: that of {first} is {found:.2g} times that of"
        f" {final}, a parameter"
    ]


def _at(trace: Trace, curve: Sequence[float | None], step: int) -> float | None:
    """The value at a step; None where the member was not evaluated then."""
    try:
        at = trace.steps.index(step)
    except ValueError:
        return None
    return curve[at] if at < len(curve) else None


def _spread(values: Sequence[float | None]) -> list[float | None] | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    return [rounded(float(np.mean(known))), rounded(min(known)), rounded(max(known))]


def _gradient(yours: Sequence[Trace], names: Sequence[str], step: int) -> list[float | None]:
    found = []
    for name in names:
        norms = [_at(trace, trace.gradient_norm.get(name, ()), step) for trace in yours]
        known = [norm for norm in norms if norm is not None]
        found.append(rounded(float(np.mean(known))) if known else None)
    return found


def _last(trace: Trace | None) -> float | None:
    """The last validation loss; None where it is not finite."""
    return trace.validation_loss[-1] if trace is not None and trace.validation_loss else None

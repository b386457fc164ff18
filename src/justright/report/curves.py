"""Traces thinned to what a picture can show."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from justright.kinds import Trace
from justright.report.words import finite

#: Points a member at most: more than the pixels that a reader can tell apart.
MAX_POINTS = 300
#: Members drawn at most: more thin lines are a grey cloud.
MAX_MEMBERS = 16
#: Columns of the gradient picture at most.
MAX_STRIPES = 120

Line = tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCurve:
    """One member's losses on the shared epochs.

    Attributes:
        name: As the reader sees it.
        train: Training loss per epoch, None where there is none.
        validation: Validation loss per epoch, None where there is none.
        best_epoch: Epoch of the best weights, from 1; None when there was none.
    """

    name: str
    train: Line
    validation: Line
    best_epoch: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """The losses of a population, thinned.

    Attributes:
        epochs: Epochs shown, from 1.
        members: The members drawn.
        train: Median training loss over all members.
        validation: Median validation loss over all members.
        n_members: All members, drawn or not.
        n_epochs: Epochs of the longest member.
    """

    epochs: tuple[int, ...]
    members: tuple[MemberCurve, ...]
    train: Line
    validation: Line
    n_members: int
    n_epochs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripes:
    """Median gradient norm over members, by layer and epoch.

    Attributes:
        layers: Names, first layer first.
        epochs: Epochs shown, from 1.
        norms: norms[layer][epoch], None where nothing finite was recorded.
    """

    layers: tuple[str, ...]
    epochs: tuple[int, ...]
    norms: tuple[Line, ...]


def spread(n: int, most: int) -> tuple[int, ...]:
    """Places from 0 to n - 1, evenly spread, ends included, at most `most`.

    Example:
        >>> spread(4, 10), spread(100, 3)
        ((0, 1, 2, 3), (0, 50, 99))
    """
    if n <= most:
        return tuple(range(n))
    if most == 1:
        return (0,)
    return tuple(sorted({round(i * (n - 1) / (most - 1)) for i in range(most)}))


def best_epoch(trace: Trace) -> int | None:
    """Epoch of the best weights, from 1.

    Example:
        >>> best_epoch(Trace(seed=0, fold=0, learning_rate=0.1, steps=(10, 20), best_step=20))
        2
    """
    if trace.best_step is None or trace.best_step not in trace.steps:
        return None
    return trace.steps.index(trace.best_step) + 1


def median_line(lines: Sequence[Sequence[float | None]], n: int) -> Line:
    """Median at each place, as long as at least half of the lines have a value there.

    Members stop one by one. A median over the few that go on would jump, so it ends.

    Args:
        lines: One per member, of any length.
        n: Places.

    Returns:
        One value per place.

    Example:
        >>> median_line([(3.0, 1.0, 1.0), (5.0, None), (4.0, 2.0)], 3)
        (4.0, 1.5, None)
    """
    found: list[float | None] = []
    for i in range(n):
        values = [v for line in lines if i < len(line) and (v := line[i]) is not None]
        values = [v for v in values if finite(v)]
        found.append(median(values) if values and 2 * len(values) >= len(lines) else None)
    return tuple(found)


def curves(traces: Sequence[Trace]) -> Curves | None:
    """Thin the losses of all members; None when nothing was recorded."""
    n_epochs = max((len(t.train_loss) for t in traces), default=0)
    n_epochs = max(n_epochs, max((len(t.validation_loss) for t in traces), default=0))
    if n_epochs == 0:
        return None
    drawn = [traces[i] for i in spread(len(traces), MAX_MEMBERS)]
    bests = [best_epoch(t) for t in drawn]
    places = set(spread(n_epochs, MAX_POINTS - MAX_MEMBERS))
    places |= {e - 1 for e in bests if e is not None}
    shown = tuple(sorted(places))
    train = median_line([t.train_loss for t in traces], n_epochs)
    validation = median_line([t.validation_loss for t in traces], n_epochs)
    return Curves(
        epochs=tuple(i + 1 for i in shown),
        members=tuple(
            MemberCurve(
                name=member_name(trace, traces),
                train=_pick(trace.train_loss, shown),
                validation=_pick(trace.validation_loss, shown),
                best_epoch=best,
            )
            for trace, best in zip(drawn, bests, strict=True)
        ),
        train=_pick(train, shown),
        validation=_pick(validation, shown),
        n_members=len(traces),
        n_epochs=n_epochs,
    )


def member_name(trace: Trace, traces: Sequence[Trace]) -> str:
    """What tells a member from the others: its fold where there are several, and its seed."""
    if len({t.fold for t in traces}) > 1:
        return f"fold {trace.fold + 1}, seed {trace.seed}"
    return f"seed {trace.seed}"


def stripes(traces: Sequence[Trace]) -> Stripes | None:
    """Median gradient norm by layer and epoch; None when nothing finite was recorded."""
    layers = tuple(dict.fromkeys(name for t in traces for name in t.gradient_norm))
    n_epochs = max((len(line) for t in traces for line in t.gradient_norm.values()), default=0)
    shown = spread(n_epochs, MAX_STRIPES)
    norms = tuple(
        _pick(
            median_line(
                [t.gradient_norm[name] for t in traces if name in t.gradient_norm], n_epochs
            ),
            shown,
        )
        for name in layers
    )
    if not any(v is not None for line in norms for v in line):
        return None
    return Stripes(layers=layers, epochs=tuple(i + 1 for i in shown), norms=norms)


def _pick(line: Sequence[float | None], places: Sequence[int]) -> Line:
    found = (line[i] if i < len(line) else None for i in places)
    return tuple(v if finite(v) else None for v in found)

"""Where does the gradient vanish, and what mends it?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from justright.designer.levers import words
from justright.errors import BudgetError
from justright.kinds import Cell, Design, Picture, Reply, Series
from justright.recipes.arena import Arena
from justright.recipes.asking import Asking
from justright.recipes.layer_gradients import (
    FAINT,
    LOUD,
    PLACES_SEEN,
    Flow,
    Health,
    factor,
    flows,
    health,
    ratio,
)
from justright.recipes.metrics import METRICS
from justright.recipes.questions.lever import MARGIN
from justright.recipes.questions.told import Unit, effect_words
from justright.recipes.remedies import CAUSES, Remedy, remedies
from justright.recipes.rounds import Rounds, compete, rounds_of
from justright.recipes.tuned import SHARE as TUNE_SHARE
from justright.recipes.tuned import tuned
from justright.report.words import number, plural

OWN = "design"  # name of the design that the question is about
TRIED = 2  # remedies whose scores are compared; each more makes all intervals wider
FIRST_SHARE, LOOK_SHARE = 0.15, 0.3  # of the time left, to look at the design, and at remedies
RATE_SHARE = 0.1  # of the time left: the gradient at the start does not depend on the rate
LEAST_S = 1.0  # seconds below which no scores are compared


@dataclass(slots=True, kw_only=True)
class _Found:
    """What came out so far."""

    design: Design
    flows: dict[str, Flow]
    n_steps: int
    by_name: dict[str, Remedy] = field(default_factory=dict)
    tried: tuple[str, ...] = ()
    rounds: Rounds | None = None
    designs: Mapping[str, Design] = field(default_factory=dict)

    @property
    def own(self) -> Flow:
        """The design's own gradients."""
        return self.flows[OWN]

    @property
    def after(self) -> bool:
        """Whether it is ill after some steps alone, and not at the start."""
        return health(self.own.start) == "is healthy" != health(self.own.after)

    @property
    def health(self) -> Health:
        """Of the design, where it is worst."""
        return health(self.seen(OWN))

    @property
    def when(self) -> str:
        """The moment that is spoken of."""
        return f"after {plural(self.n_steps, 'step')}" if self.after else "at the start"

    def seen(self, name: str) -> NDArray[np.float64]:
        """Gradients at the moment that is spoken of."""
        return self.flows[name].after if self.after else self.flows[name].start


def answer(asking: Asking) -> Reply:
    """Read the gradient of each layer, and where it is ill, those of the design with remedies.

    Args:
        asking: The question.

    Raises:
        BudgetError: If no time is left.
    """
    asking.sharp()
    base = asking.rated(share=RATE_SHARE)
    found_remedies = {remedy.name: remedy for remedy in remedies(asking, base)}
    designs = {OWN: base} | {name: remedy.design for name, remedy in found_remedies.items()}
    data = asking.parted()
    arena = Arena(data, designs, asking.seed)
    asking.refuse_late("time for a few steps of some networks")
    asking.watch.stage("training")
    seen, n_steps = flows(arena, asking, [OWN], FIRST_SHARE * asking.left_s)
    found = _Found(design=base, flows=seen, n_steps=n_steps, designs={OWN: base})
    _tell(asking, found)
    ended = "clear"
    if found.health in ("vanishes", "explodes") and found_remedies:
        _look_at_remedies(arena, asking, found, found_remedies)
        ended = _compare(asking, found)
    return _reply(asking, found, ended)


def _look_at_remedies(
    arena: Arena, asking: Asking, found: _Found, by_name: Mapping[str, Remedy]
) -> None:
    """Gradients of the design with each remedy; which of them are worth a comparison."""
    if asking.watch.should_stop() or asking.left_s <= LEAST_S:
        asking.cautions.append("no time was left for remedies: more --time")
        return
    own = _decades(found.own.start)
    seen, n_steps = flows(
        arena,
        asking,
        list(by_name),
        LOOK_SHARE * asking.left_s,
        # What leaves an ill start as it is needs no training.
        worth=lambda start: found.after or _decades(start) < own,
    )
    if 0 < n_steps < found.n_steps:
        asking.cautions.append(
            f"remedies were trained for {plural(n_steps, 'step')}, the design for {found.n_steps}"
        )
    asking.how.append(
        "Each remedy is applied alone; those that leave the start as it is are not trained."
    )
    found.flows |= seen
    found.by_name = dict(by_name)
    ranked = sorted(seen, key=lambda name: _rank(found, name))
    ill = _decades(found.seen(OWN))
    better = [name for name in ranked if _decades(found.seen(name)) < ill]
    found.tried = tuple(better[:TRIED])


def _decades(gradients: NDArray[np.float64]) -> float:
    """Decades between the first layer's gradient and the last one's."""
    own = ratio(gradients)
    return abs(math.log10(own)) if own > 0 else math.inf


def _rank(found: _Found, name: str) -> tuple[bool, float, float]:
    """Healthy remedies come first, by their loss after the watched steps; then the least ill."""
    well = health(found.seen(name)) == "is healthy"
    return (not well, found.flows[name].loss if well else 0.0, _decades(found.seen(name)))


def _compare(asking: Asking, found: _Found) -> str:
    """What the best remedies do to the score; why it ended."""
    if not found.tried:
        return "done"
    if asking.watch.should_stop() or asking.left_s <= LEAST_S:
        asking.cautions.append("no time was left to compare scores: more --time")
        return "time"
    designs = {OWN: found.design} | {name: found.by_name[name].design for name in found.tried}
    arena = Arena(asking.parted(), designs, asking.seed, calibrated=True)
    moved = [name for name in found.tried if "learning_rate" in found.by_name[name].levers]
    tunes = False
    if found.design.decision("learning_rate").is_given:
        asking.cautions.append("the learning rate that you set is kept with every remedy")
    elif len(moved) < len(found.tried):
        tunes = _has_time_to_tune(arena, asking)
    if tunes:
        designs = tuned(arena, asking, keep=[OWN, *moved])
        arena = Arena(arena.data, designs, asking.seed, calibrated=True)
    try:
        found.rounds = compete(arena, asking, OWN, rounds_of(arena, asking, int(tunes)), MARGIN)
    except BudgetError:  # what was seen of the gradients is an answer without it
        asking.cautions.append("no time was left to compare scores: more --time")
        return "time"
    found.designs = designs
    return found.rounds.ended


def _has_time_to_tune(arena: Arena, asking: Asking) -> bool:
    """Whether remedies can have learning rates of their own, and a whole round after that."""
    parts, seeds = rounds_of(arena, asking)[0]
    entries = arena.entries(parts=parts, seeds=seeds)
    enough = (1 - TUNE_SHARE) * asking.left_s > arena.expected_s(entries, arena.pace(entries))
    if not enough:
        asking.cautions.append(
            "remedies have the design's learning rate, as there was no time to find their own"
        )
    return enough


def _tell(asking: Asking, found: _Found) -> None:
    """Say how it was measured."""
    asking.how.append(
        "The gradient of a layer is the root of the mean square over its parameters, so that layers"
        f" of any size compare; over {PLACES_SEEN} networks, before the first step and at the end"
        f" of {plural(found.n_steps, 'step')}, before clipping. It counts as vanishing where the"
        f" first hidden layer has less than 1/{1 / FAINT:.0f} of the last one's, as exploding where"
        f" it has more than {LOUD:.0f} times that (house convention)."
    )


def _reply(asking: Asking, found: _Found, ended: str) -> Reply:
    effects = found.rounds.effects if found.rounds else ()
    own = found.own
    numbers = {
        "first over last layer, start": ratio(own.start),
        "first over last layer, after": ratio(own.after),
        "factor a layer": factor(found.seen(OWN)),
        "steps": float(found.n_steps),
        **{f"first over last layer, {name}": ratio(found.seen(name)) for name in found.tried},
    }
    return asking.reply(
        sentence=_sentence(asking, found),
        clear=found.health != "cannot be told",
        columns=(
            *("design", "layers", "first layer", "last layer", "first / last, start"),
            *(f"after {plural(found.n_steps, 'step')}", "gradient", "loss there"),
        ),
        rows=_rows(found),
        picture=_picture(found),
        effects=effects,
        numbers={name: value for name, value in numbers.items() if math.isfinite(value)},
        ended=ended,
        advice=_advice(found),
    )


def _sentence(asking: Asking, found: _Found) -> str:
    if (depth := found.design.count("depth")) < 2:
        what = "one hidden layer" if depth else "no hidden layer"
        return (
            f"The gradient cannot vanish: with {what} there are no layers that it passes through."
        )
    kind, flow = found.health, found.seen(OWN)
    if kind == "cannot be told":
        return "It cannot be told: no gradient was finite."
    between = f"from {number(flow[-1], 2)} at layer {len(flow)} to {number(flow[0], 2)} at layer 1"
    if kind == "is healthy":
        return f"The gradient does not vanish: it goes {between} {found.when}{_later(found)}."
    times = factor(flow)
    if kind == "explodes":
        said = f"The gradient explodes: it grows by a factor of {number(1 / times, 2)} a layer, "
        return f"{said}{between} {found.when}. {_remedy_words(asking, found)}".strip()
    fall = f" by a factor of {number(times, 2)} a layer," if math.isfinite(times) else ""
    cause = CAUSES.get(found.design.word("activation"))
    why = f" ({cause})" if cause else ""
    said = f"The gradient vanishes: it falls{fall} {between} {found.when}{why}."
    return f"{said} {_remedy_words(asking, found)}".strip()


def _later(found: _Found) -> str:
    """What a healthy gradient is like after some steps."""
    own = ratio(found.own.after)
    if not math.isfinite(own):
        return ""
    steps = plural(found.n_steps, "step")
    return f"; after {steps} layer 1 has {number(own, 2)} times the gradient of the last"


def _remedy_words(asking: Asking, found: _Found) -> str:
    """What mends it most, and what that does to the score."""
    if not found.by_name:
        return ""
    if not found.tried:
        return "No remedy that was tried mends it."
    best = _best(found)
    flow = found.seen(best)
    mended = health(flow) == "is healthy"
    said = f"{'Mended' if mended else 'Mended in part'} by {best}"
    if len(flow) > 1:
        said += f": layer 1 has {number(ratio(flow), 2)} times the gradient of layer {len(flow)}"
    effect = next(
        (e for e in (found.rounds.effects if found.rounds else ()) if e.name == best), None
    )
    if effect is None or found.rounds is None:
        return f"{said}."
    unit = Unit(
        metric=asking.metric,
        higher_is_better=METRICS[asking.metric].higher_is_better,
        base=found.rounds.means[OWN],
    )
    return f"{said}; {effect_words(effect, unit)}."


def _best(found: _Found) -> str:
    """The remedy to speak of: of those compared the one with the largest gain."""
    gains = found.rounds.effects if found.rounds else ()
    known = [effect for effect in gains if math.isfinite(effect.value)]
    return known[0].name if known else found.tried[0]


def _advice(found: _Found) -> str:
    if not found.tried:
        return ""
    best = _best(found)
    effects = found.rounds.effects if found.rounds else ()
    if any(effect.name == best and effect.verdict == "harmful" for effect in effects):
        return ""
    levers = dict(found.by_name[best].levers)
    if best in found.designs:
        levers["learning_rate"] = found.designs[best]["learning_rate"]
    if levers.get("learning_rate") == found.design["learning_rate"]:
        del levers["learning_rate"]
    return " ".join(f"--set {name}={words(value)}" for name, value in levers.items())


def _rows(found: _Found) -> list[tuple[Cell, ...]]:
    return [
        (
            name,
            len(flow.start) if found.design.count("depth") else 0,
            _cell(flow.start[0]),
            _cell(flow.start[-1]),
            _cell(ratio(flow.start)),
            _cell(ratio(flow.after)),
            health(found.seen(name)),
            _cell(flow.loss),
        )
        for name, flow in found.flows.items()
    ]


def _picture(found: _Found) -> Picture:
    """Gradients by layer: all at the start; the design and the best remedies on their way too."""
    hidden = found.design.count("depth") > 0
    series = [_line(name, flow.start) for name, flow in found.flows.items()]
    series += [  # of those that were trained
        _line(f"{name}, after {plural(found.n_steps, 'step')}", found.flows[name].after, "dashes")
        for name in (OWN, *found.tried)
        if np.isfinite(found.flows[name].after).any()
    ]
    return Picture(
        title="Gradient by layer",
        x="hidden layer" if hidden else "output layer",
        y="root mean square of a parameter's gradient",
        series=tuple(series),
        y_log=True,
        whole=True,
    )


def _line(name: str, gradients: NDArray[np.float64], drawn: str = "line") -> Series:
    values: Sequence[float] = gradients.tolist()
    return Series(
        name=name,
        x=tuple(float(i + 1) for i in range(len(values))),
        y=tuple(value if value > 0 else None for value in values),
        drawn="dashes" if drawn == "dashes" else "line",
    )


def _cell(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None

"""What sizes of networks came to: which is enough, which fit too little and which too much."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Effect
from justright.recipes.arena import Arena
from justright.recipes.asking import Asking
from justright.recipes.metrics import METRICS
from justright.recipes.passes import Pass, by_place
from justright.recipes.sizes import Sizes
from justright.search.effects import effects, paired
from justright.search.spread import by_place as place_means
from justright.search.spread import standard_error, variance_of_seeds

TRAINING_ROWS = 1_000  # of a network that its training score is of; the trend over sizes is clear

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What came out.

    Attributes:
        sizes: The sizes.
        tables: Scores by size, shape (places, seeds); NaN where a network diverged or is missing.
        training: Mean score on training rows by size; NaN where it is not known.
        overlap: Validation rows over training rows of a place.
        enough: Name of the smallest size that is within the noise of the best; empty where none
            came to a score.
        effects: Each other size against that one, but for those of `shapes`.
        shapes: "deeper" and "wider" against the other shape of as many weights; empty for none.
        higher: Whether a higher score is better.
    """

    sizes: Sizes
    tables: Mapping[str, Array]
    training: Mapping[str, float]
    overlap: float
    enough: str
    effects: tuple[Effect, ...]
    shapes: tuple[Effect, ...]
    higher: bool

    def mean(self, name: str) -> float:
        """Mean score of a size; NaN where none is known."""
        values = place_means(self.tables[name])
        return float(values.mean()) if len(values) else math.nan

    def verdict(self, name: str) -> str:
        """What is to be said of a size."""
        if self.sizes.sizes[name].is_twin:
            return f"{'deeper' if name == self.sizes.deeper else 'wider'}, equal parameters"
        if name == self.enough:
            return "enough"
        if not self.enough:
            return "diverged"
        own = next(effect for effect in self.effects if effect.name == name)
        larger = self._weights(name) > self._weights(self.enough)
        if own.verdict == "useful":
            return "better"
        if own.verdict == "no clear effect":
            return "gains nothing" if larger else "not clearly worse"
        if not larger:
            return "under-fits"
        return "over-fits" if self._fits_closer(name) else "trains badly"

    def _fits_closer(self, name: str) -> bool:
        """Whether a size fits its training rows better than the one that is enough."""
        sign = 1.0 if self.higher else -1.0
        return sign * self.training[name] > sign * self.training[self.enough]

    def _weights(self, name: str) -> int:
        return self.sizes.sizes[name].n_parameters


def capacity(
    arena: Arena, asking: Asking, sizes: Sizes, found: Sequence[Pass], *, trained: bool = True
) -> Capacity:
    """Read what sizes came to.

    Args:
        arena: The designs.
        asking: The question.
        sizes: The sizes.
        found: Their rounds.
        trained: Whether scores on training rows are wanted, which take a moment.
    """
    higher = METRICS[asking.metric].higher_is_better
    scores = by_place(found, list(sizes.sizes))
    tables = {name: scores[:, :, i] for i, name in enumerate(sizes.sizes)}
    overlap = float(np.mean(list(arena.overlap().values())))
    asked = {name: table for name, table in tables.items() if not sizes.sizes[name].is_twin}
    enough, against = _enough(asked, higher, overlap)
    return Capacity(
        sizes=sizes,
        tables=tables,
        training=_training(arena, asking, sizes, found) if trained else {},
        overlap=overlap,
        enough=enough,
        effects=against,
        shapes=_shapes(tables, sizes, higher, overlap),
        higher=higher,
    )


def _enough(
    tables: Mapping[str, Array], higher: bool, overlap: float
) -> tuple[str, tuple[Effect, ...]]:
    """The smallest size within one standard error of the best, and the others against it.

    Sizes come with the fewest weights first. A size that some other clearly beats is not enough,
    however large the error of the best is.

    Source:
        Breiman et al. 1984, Classification and Regression Trees, section 3.4.3
    """
    means = {name: place_means(table) for name, table in tables.items()}
    sign = 1.0 if higher else -1.0
    sound = [name for name in tables if len(means[name])]
    whole = max((int(np.isfinite(tables[name]).sum()) for name in sound), default=0)
    # The mean of a few lucky networks is none of a size of which the others diverged.
    sound = [n for n in sound if np.isfinite(tables[n]).sum() == whole]
    if not sound:
        return "", ()
    best = max(sound, key=lambda name: sign * float(means[name].mean()))
    for name in sound:
        gap = paired(tables[best], tables[name], higher_is_better=higher)
        values = place_means(gap)
        shared = overlap if len(gap) > 1 else 0.0
        error = standard_error(values, shared, variance_of_seeds(gap))
        if name != best and not values.mean() <= error:
            continue
        against = effects(
            {
                other: paired(tables[other], tables[name], higher_is_better=higher)
                for other in tables
                if other != name
            },
            base=name,
            overlap=overlap,
        )
        if name == best or all(effect.verdict != "useful" for effect in against):
            return name, against
    raise AssertionError("the best size is within one standard error of itself")


def _shapes(
    tables: Mapping[str, Array], sizes: Sizes, higher: bool, overlap: float
) -> tuple[Effect, ...]:
    """More layers, and more neurons in fewer layers, at as many weights as the own size."""
    own = tables[sizes.own]
    gains = {}
    if sizes.deeper:
        gains["deeper"] = paired(tables[sizes.deeper], own, higher_is_better=higher)
    if sizes.wider:
        gains["wider"] = paired(tables[sizes.wider], own, higher_is_better=higher)
    return effects(gains, base=sizes.own, overlap=overlap) if gains else ()


def _training(
    arena: Arena, asking: Asking, sizes: Sizes, found: Sequence[Pass]
) -> dict[str, float]:
    """Scores on training rows: of the first round, validation set by validation set, in time."""
    trained = found[0].trained
    scores: dict[str, list[float]] = {name: [] for name in sizes.sizes}
    order = sorted(range(len(trained.entries)), key=lambda i: trained.entries[i].part.place)
    for i in order:
        entry = trained.entries[i]
        if entry.part.place > trained.entries[order[0]].part.place and asking.left_s < 0:
            break
        if math.isfinite(trained.outcome.scores[i]):
            value = arena.judge.training_value(entry, trained.outcome, i, TRAINING_ROWS)
            scores[entry.name].append(value)
    return {name: float(np.mean(own)) if own else math.nan for name, own in scores.items()}

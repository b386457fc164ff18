"""Ways to part the rows, said before the rows are known: `views.k_fold(5, repeats=2)`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from justright.data import views as builders
from justright.data.folds import expanding, last_rows
from justright.data.shuffles import mixed, shifted
from justright.data.units import Units
from justright.designer.levers import nearest
from justright.errors import DataError
from justright.kinds import Rows, View

__all__ = ["Views", "bootstrap", "hold_out", "k_fold", "shares", "shuffled", "time_ordered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The rows that are parted.

    Attributes:
        units: What must stay on one side: equal rows, and rows of one group.
        y: Classes (int64) or numbers (float64), shape (rows,).
        ranks: Place of each row in time, shape (rows,); None without an order column.
        grouped: Whether a group column was named.
    """

    units: Units
    y: NDArray[np.int64] | NDArray[np.float64]
    ranks: Rows | None = None
    grouped: bool = False

    @property
    def n_rows(self) -> int:
        """Rows in all."""
        return len(self.units.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A view, and what it may be compared with.

    Attributes:
        view: The view.
        place: Number of the split, from 0. Views of one place are validated on the same rows.
        variant: What is done to the split, in words: "10 % of the training rows"; empty for
            nothing. Scores of different variants are never averaged.
    """

    view: View
    place: int
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Views:
    """A way to part rows that are not known yet.

    Attributes:
        words: How it is written.
        build: From the rows and a seed to the views.

    Example:
        >>> k_fold(5, repeats=2)
        views.k_fold(5, repeats=2)
    """

    words: str
    build: Callable[[Sample, int], tuple[Part, ...]]

    def __repr__(self) -> str:
        return f"views.{self.words}"


def hold_out(share: float = 0.2) -> Views:
    """Validate on a share of the rows, drawn once; with an order column on the last ones.

    Args:
        share: Share of the rows to validate on, 0 to 1.

    Example:
        >>> hold_out(0.3)
        views.hold_out(0.3)
    """

    def build(sample: Sample, seed: int) -> tuple[Part, ...]:
        if sample.ranks is None:
            return _drawn(
                sample, lambda n, y, groups: builders.hold_out(
                    n, share=share, seed=seed, y=y, groups=groups)
            )  # fmt: skip
        train, held = last_rows(sample.ranks, share)
        return (Part(view=View(train=train, validation=held, name="the last rows"), place=0),)

    return Views(f"hold_out({share:g})", build)


def k_fold(folds: int = 5, *, repeats: int = 1) -> Views:
    """Validate on each of K folds in turn, again for each repeat with another shuffle.

    Args:
        folds: K, at least 2.
        repeats: Shuffles.

    Example:
        >>> k_fold(10)
        views.k_fold(10)
    """

    def build(sample: Sample, seed: int) -> tuple[Part, ...]:
        _refuse_order(sample, "folds of shuffled rows")
        return _drawn(
            sample, lambda n, y, groups: builders.k_fold(
                n, folds, repeats=repeats, seed=seed, y=y, groups=groups)
        )  # fmt: skip

    return Views(f"k_fold({folds}{f', repeats={repeats}' if repeats > 1 else ''})", build)


def bootstrap(times: int = 20) -> Views:
    """Train on as many rows as there are, drawn with replacement; validate on those not drawn.

    Equal rows, and rows of one group, are drawn together.

    Args:
        times: Draws.

    Example:
        >>> bootstrap(50)
        views.bootstrap(50)
    """

    def build(sample: Sample, seed: int) -> tuple[Part, ...]:
        _refuse_order(sample, "rows drawn with replacement")
        drawn = builders.bootstrap(sample.units.n_units, times, seed=seed)
        return tuple(
            Part(view=_of_rows(view, sample.units), place=i) for i, view in enumerate(drawn)
        )

    return Views(f"bootstrap({times})", build)


def time_ordered(folds: int = 5) -> Views:
    """Validate on each stretch of time in turn, and train on all rows before it.

    The population needs an order column; equal times stay together.

    Args:
        folds: Stretches to validate on.

    Example:
        >>> time_ordered(3)
        views.time_ordered(3)
    """

    def build(sample: Sample, seed: int) -> tuple[Part, ...]:
        if sample.ranks is None or folds < 1:
            raise DataError(
                f"{folds} folds in time"
                + (" without a column that orders the rows" if sample.ranks is None else ""),
                "a column of dates or numbers that orders the rows, and at least 1 fold",
                try_="order='date', views=justright.views.time_ordered(5)",
            )
        pairs = expanding(sample.ranks, folds)
        return tuple(
            Part(
                view=View(
                    train=train,
                    validation=held,
                    fold=i,
                    name=f"fold {i + 1} of {len(pairs)} in time",
                ),
                place=i,
            )
            for i, (train, held) in enumerate(pairs)
        )

    return Views(f"time_ordered({folds})", build)


def shares(shares: Sequence[float] = (0.1, 0.25, 0.5, 1.0), *, of: Views | None = None) -> Views:
    """Train on shares of the training rows, each within the next larger: would more data help?

    Args:
        shares: Shares of the training rows, above 0 and up to 1.
        of: The views whose training rows are shared out. None: a hold-out of 20 %.

    Example:
        >>> shares([0.5, 1], of=k_fold(5))
        views.shares([0.5, 1], of=views.k_fold(5))
    """
    base = hold_out() if of is None else of

    def build(sample: Sample, seed: int) -> tuple[Part, ...]:
        found = []
        for part in base.build(sample, seed):
            own = builders.shares(part.view, shares, seed=_seed(seed, part.place), y=sample.y)
            found += [
                replace(part, view=view, variant=f"{100 * share:.3g} % of the training rows")
                for share, view in zip(shares, own, strict=True)
            ]
        return tuple(found)

    listed = ", ".join(f"{share:g}" for share in shares)
    return Views(f"shares([{listed}], of={base!r})", build)


def shuffled(times: int = 1, *, of: Views | None = None) -> Views:
    """Each view with its own targets, and again with targets shuffled. Is there any signal?

    A shuffle is one order of all targets for every view, wherever the validation parts have no
    row in common: rows change their targets within each of these parts alone, so that the views
    stay as balanced as they are. Targets of equal rows, and of one group, move together. With an
    order column all targets move on in time by one random stretch. Where validation parts overlap,
    as in repeated folds, each view has an order of its own.

    Args:
        times: Shuffles.
        of: The views. None: a hold-out of 20 %.

    Example:
        >>> shuffled(of=k_fold(5))
        views.shuffled(of=views.k_fold(5))
    """
    base = hold_out() if of is None else of

    def build(sample: Sample, seed: int) -> tuple[Part, ...]:
        parts = base.build(sample, seed)
        found = list(parts)
        for time in range(times):
            variant = "shuffled targets" + (f" {time + 1}" if times > 1 else "")
            own = _seed(seed, time)
            order = _order(sample, parts, own)
            found += [
                replace(
                    part,
                    view=builders.shuffled(
                        part.view, sample.n_rows, seed=_seed(own, part.place), order=order
                    ),
                    variant=variant,
                )
                for part in parts
            ]
        return tuple(found)

    return Views(f"shuffled({f'{times}, ' if times > 1 else ''}of={base!r})", build)


def _order(sample: Sample, parts: Sequence[Part], seed: int) -> Rows | None:
    """One order of the targets for all views; None where their validation parts overlap."""
    held = np.concatenate([part.view.validation for part in parts])
    if len(np.unique(held)) < len(held):
        return None
    rng = np.random.default_rng(seed)
    if sample.ranks is not None:
        return shifted(sample.ranks, rng)
    cells = np.full(sample.n_rows, -1, dtype=np.int64)
    for i, part in enumerate(parts):
        cells[part.view.train] = np.maximum(cells[part.view.train], 0)
        cells[part.view.validation] = i + 1
    return mixed(cells, sample.units.codes, rng)


_BY_WORD: dict[str, Callable[[], Views]] = {
    "hold_out": hold_out,
    "k_fold": k_fold,
    "bootstrap": bootstrap,
    "time_ordered": time_ordered,
    "shares": shares,
    "shuffled": shuffled,
}


def named(word: str) -> Views:
    """The views of a word, with what is usual.

    Raises:
        DataError: If there are none of that name.

    Example:
        >>> named("k-fold")
        views.k_fold(5)
    """
    found = _BY_WORD.get(word.strip().lower().replace("-", "_"))
    if found is None:
        likely = nearest(word, tuple(_BY_WORD))
        raise DataError(
            f"no views are called {word!r}",
            f"one of: {', '.join(_BY_WORD)}",
            try_=f"views={likely!r}, or views=justright.views.{likely}(...)",
        )
    return found()


def _seed(seed: int, place: int) -> int:
    return int(np.random.SeedSequence([seed, place]).generate_state(1)[0])


def _drawn(
    sample: Sample, draw: Callable[[int, NDArray[np.generic], Rows | None], tuple[View, ...]]
) -> tuple[Part, ...]:
    """Views drawn over groups; or over different rows, where equal ones follow the first."""
    if sample.grouped:
        views = draw(sample.n_rows, sample.y, sample.units.codes)
    else:
        _, first = np.unique(sample.units.codes, return_index=True)
        found = draw(sample.units.n_units, sample.y[first], None)
        views = tuple(_of_rows(view, sample.units) for view in found)
    return tuple(Part(view=view, place=i) for i, view in enumerate(views))


def _of_rows(view: View, units: Units) -> View:
    """A view over units as one over rows; what was drawn twice stands there twice."""
    times = np.bincount(view.train, minlength=units.n_units)
    held = np.bincount(view.validation, minlength=units.n_units)
    return replace(
        view,
        train=np.repeat(np.arange(len(units.codes)), times[units.codes]),
        validation=np.flatnonzero(held[units.codes]),
    )


def _refuse_order(sample: Sample, what: str) -> None:
    if sample.ranks is not None:
        raise DataError(
            f"an order column is named, and {what} would train on what comes later",
            "views that keep the order",
            try_="views=justright.views.time_ordered(5), or views='hold_out' for the last rows",
        )

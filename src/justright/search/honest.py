"""What choosing an ensemble gains on rows that had no part in the choice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Pick
from justright.search.greedy import CAP, ROUNDS, averaged, greedy
from justright.search.quick import Array, Score

Rows = NDArray[np.int64]

N_PARTS = 2  # of the rows: half choose, half judge, so that what is told is on the safe side
N_REPEATS = 5  # times that the rows are parted anew (house convention)
N_DRAWS = 400  # resamples of the rows: the ends of a 95 % interval stand on 10 draws each
LEVEL = 0.95  # share of repetitions that the interval covers
LEAST_UNITS = 20  # rows, or groups of rows: with fewer nothing can be told (house convention)


@dataclass(frozen=True, slots=True, kw_only=True)
class Honest:
    """A gain without the winner's curse.

    Attributes:
        base: Score of the configuration compared with, on all rows; lower is better.
        together: Score of ensembles on rows that did not choose them.
        gain: How much lower the ensembles' score is; negative where choosing did harm.
        low: Lower end of the 95 % interval of the gain.
        high: Upper end.
    """

    base: float
    together: float
    gain: float
    low: float
    high: float


def honest(
    predictions: Sequence[Array],
    judge: Callable[[Rows], Score],
    *,
    base: int,
    choose: Callable[[Sequence[Array], Score], tuple[Pick, ...]] | None = None,
    groups: NDArray[np.int64] | None = None,
    n_parts: int = N_PARTS,
    n_repeats: int = N_REPEATS,
    seed: int = 0,
) -> Honest | None:
    """Score the whole procedure of choosing, each row by a choice that it had no part in.

    The rows are dealt into parts. For each part the ensemble is chosen on all the others and
    predicts the part; the parts together are then scored against the same rows of `base`. The
    interval is that of resampled rows, each draw with one of the dealings, so that it holds the
    luck of the rows and that of the choice.

    Half of the rows choose less well than all, so that the ensemble chosen on all rows should do
    a little better than this. What each network owes to its own rows, as the step that it was
    stopped at, is not taken off: it flatters the base alike.

    Args:
        predictions: As in `greedy`.
        judge: Gives the score of an averaged prediction for rows by their numbers, which may come
            twice.
        base: The configuration compared with.
        choose: How the ensemble is chosen from predictions and a score; None for `greedy` from
            `base` on.
        groups: Group of each row, as a number: rows of one group stay together. None for none.
        n_parts: Parts, at least 2.
        n_repeats: Dealings, at least 1.
        seed: Seed of all draws.

    Returns:
        The gain; None for fewer than 20 rows or groups, or where a score is not finite.

    Source:
        Varma and Simon 2006 (nested cross-validation), https://doi.org/10.1186/1471-2105-7-91;
        for groups Field and Welsh 2007, https://doi.org/10.1111/j.1467-9868.2007.00593.x

    Example:
        >>> from justright.search.quick import SquaredError
        >>> truth = np.zeros(100)
        >>> library = [truth + 1, truth - 1, truth + 5]
        >>> found = honest(library, lambda rows: SquaredError(truth[rows]), base=0)
        >>> found.base, found.together, found.low
        (1.0, 0.0, 1.0)
    """
    n_rows = len(predictions[base])
    rows_of = _units(n_rows, groups)
    if len(rows_of) < LEAST_UNITS:
        return None
    choose = choose or _from(base)
    rng = np.random.default_rng(seed)
    whole = judge(np.arange(n_rows))
    dealt = [
        _crossed(predictions, judge, choose, rows_of, rng.permutation(len(rows_of)) % n_parts)
        for _ in range(n_repeats)
    ]
    plain = predictions[base]
    told = whole(plain)
    reached = [whole(each) for each in dealt]
    if not np.isfinite([told, *reached]).all():
        return None
    gains = []
    for k in range(N_DRAWS):
        drawn = rng.integers(0, len(rows_of), len(rows_of))
        rows = np.concatenate([rows_of[i] for i in drawn]) if groups is not None else drawn
        score = judge(rows)
        gains.append(score(plain[rows]) - score(dealt[k % n_repeats][rows]))
    together = float(np.mean(reached))
    low, high = np.nanquantile(gains, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Honest(
        base=told, together=together, gain=told - together, low=float(low), high=float(high)
    )


def _from(base: int) -> Callable[[Sequence[Array], Score], tuple[Pick, ...]]:
    def choose(predictions: Sequence[Array], score: Score) -> tuple[Pick, ...]:
        return greedy(predictions, score, rounds=ROUNDS, cap=CAP, start=base)

    return choose


def _units(n_rows: int, groups: NDArray[np.int64] | None) -> list[Rows]:
    """The rows of each group; each row by itself where there are none."""
    if groups is None:
        return list(np.arange(n_rows)[:, None])
    order = np.argsort(groups, kind="stable")
    sizes = np.unique(groups, return_counts=True)[1]
    return np.split(order, np.cumsum(sizes)[:-1])


def _crossed(
    predictions: Sequence[Array],
    judge: Callable[[Rows], Score],
    choose: Callable[[Sequence[Array], Score], tuple[Pick, ...]],
    rows_of: Sequence[Rows],
    part_of: NDArray[np.int64],
) -> Array:
    """Predictions of every row by the ensemble that the other parts chose."""
    found = np.empty(predictions[0].shape)
    for part in np.unique(part_of):
        held = np.concatenate([r for r, p in zip(rows_of, part_of, strict=True) if p == part])
        rows = np.setdiff1d(np.arange(len(found)), held)
        picks = choose([p[rows] for p in predictions], judge(rows))
        found[held] = averaged([p[held] for p in predictions], picks)
    return found

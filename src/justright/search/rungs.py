"""Who goes on: cuts at rungs of the training, a race over folds, and how many can start."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Array = NDArray[np.float64]

RANDOM_SHARE = 0.1  # of the survivors, more are drawn among the losers: slow starters (house)
LEVEL = 0.05  # chance of dropping, in one look, a configuration as good as the leader (house)
LEAST_FOLDS = 3  # folds seen by both before a gap counts: two say next to nothing of a spread


@dataclass(frozen=True, slots=True)
class Rung:
    """A place in the training at which the population is cut.

    Attributes:
        share: Share of the planned steps made by then, 0 to 1.
        keep: Share of the configurations that go on, 0 to 1.
    """

    share: float = 0.15
    keep: float = 0.25


def survivors(
    scores: Sequence[float | None],
    *,
    keep: float,
    random_share: float = RANDOM_SHARE,
    rng: np.random.Generator,
) -> tuple[int, ...]:
    """Who goes on from a rung: the best, and a few of the others by lot.

    Early scores favour what learns fast. The lot keeps a door open for what learns late, and
    shows by the way how much the cut costs.

    Args:
        scores: One for each configuration, lower is better; None or not finite for a diverged one,
            which never goes on.
        keep: Share of all configurations that goes on by its score, 0 to 1; at least one does.
        random_share: Losers drawn, as a share of those that go on by their score. A part of a
            configuration is drawn with that chance.
        rng: Source of chance.

    Returns:
        Numbers of those that go on, rising; empty if no score is finite.

    Source:
        Jamieson and Talwalkar 2016 (successive halving), https://arxiv.org/abs/1502.07943; that
        survivors by lot mend its greed: house convention

    Example:
        >>> survivors([0.4, None, 0.2, 0.3], keep=0.5, random_share=0.0,
        ...           rng=np.random.default_rng(0))
        (2, 3)
    """
    values = np.array([np.nan if s is None else s for s in scores], dtype=np.float64)
    finite = np.flatnonzero(np.isfinite(values))
    order = finite[np.argsort(values[finite], kind="stable")]
    n_best = min(_kept(len(values), keep), len(order))
    wanted = random_share * n_best
    n_drawn = math.floor(wanted) + int(rng.random() < wanted % 1)
    losers = order[n_best:]
    drawn = rng.choice(losers, min(n_drawn, len(losers)), replace=False)
    return tuple(sorted(int(i) for i in (*order[:n_best], *drawn)))


def raced(
    by_fold: Array, *, level: float = LEVEL, least_folds: int = LEAST_FOLDS
) -> tuple[int, ...]:
    """Who goes on in a race over folds: all but those that are clearly worse than the leader.

    The leader has the lowest mean of those that saw the most folds. A configuration is dropped
    where its gap to the leader, paired by fold, is above zero by more than chance explains.
    Folds share training rows and are looked at again and again, so `level` is a dial of the race
    rather than a promise.

    Args:
        by_fold: Score of each configuration on each fold, lower is better, shape (configurations,
            folds); NaN where it was not trained yet, infinite where it diverged.
        level: One-sided level of the test.
        least_folds: Folds seen by both before anything but divergence drops, at least 2.

    Returns:
        Numbers of those that go on, rising.

    Source:
        Maron and Moore 1994 (Hoeffding races),
        https://papers.nips.cc/paper/1993/hash/02a32ad2669e6fe298e607fe7cc0e1a0-Abstract.html;
        Birattari et al. 2002 (F-race), https://dl.acm.org/doi/10.5555/2955491.2955494

    Example:
        >>> raced(np.array([[1.0, 2.0, 3.0], [1.1, 1.9, 3.0], [2.0, 3.1, 4.0]]))
        (0, 1)
    """
    alive = np.flatnonzero(~np.isinf(by_fold).any(axis=1))
    n_seen = (~np.isnan(by_fold)).sum(axis=1)
    n_most = int(n_seen[alive].max(initial=0))
    if n_most == 0:
        return tuple(int(i) for i in alive)
    full = alive[n_seen[alive] == n_most]
    leader = int(full[np.argmin(np.nanmean(by_fold[full], axis=1))])
    return tuple(
        int(i) for i in alive if not _is_worse(by_fold[i] - by_fold[leader], level, least_folds)
    )


def cost(n: int, rungs: Sequence[Rung], *, n_folds: int = 1) -> float:
    """What a round costs that starts with `n` configurations, in trainings of one on one fold.

    Args:
        n: Configurations at the start.
        rungs: Cuts, by rising share.
        n_folds: Folds that the survivors of all cuts are trained on, the first one among them.

    Example:
        >>> cost(100, [Rung(0.1, 0.2)]), cost(100, [Rung(0.1, 0.2)], n_folds=5)
        (29.8, 117.8)
    """
    alive, before, spent = float(n), 0.0, 0.0
    for rung in rungs:
        spent += alive * (rung.share - before)
        alive = min(alive, _kept(round(alive), rung.keep) * (1 + RANDOM_SHARE))
        before = rung.share
    return spent + alive * (1 - before) + alive * (n_folds - 1)


def _kept(n: int, keep: float) -> int:
    """Configurations that go on by their score."""
    return max(1, round(keep * n))


def _is_worse(gaps: Array, level: float, least_folds: int) -> bool:
    """Whether gaps to the leader are above zero by more than chance explains."""
    seen = gaps[~np.isnan(gaps)]
    n = len(seen)
    if n < max(least_folds, 2):
        return False
    mean, error = float(seen.mean()), float(seen.std(ddof=1)) / math.sqrt(n)
    return mean > float(student.ppf(1 - level, n - 1)) * error

"""Greedy ensemble selection: which configurations to average, and with what weight."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Pick
from justright.search.quick import Array, LogLoss, Score, SquaredError

ROUNDS = 50  # steps; weights are then multiples of 1/50 at the finest (auto-sklearn's 50)
CAP = 10  # different configurations: beyond, prediction costs more than it brings (house)
TIE = 1e-12  # share of a score below which two are alike: rounding, not merit (house convention)

#: Scores of (sum so far + each candidate) / n, for the candidates named.
Step = Callable[[Array, NDArray[np.int64], int], Array]


def greedy(
    predictions: Sequence[Array],
    score: Score,
    *,
    rounds: int = ROUNDS,
    cap: int = CAP,
    start: int | None = None,
) -> tuple[Pick, ...]:
    """Choose what to average, step by step: always what lowers the score of the average most.

    A configuration may be taken again and again, which gives it weight. The ensemble of the step
    with the lowest score is returned, so that it is never worse than the start on these rows; the
    smaller one where two are alike. On other rows it may be worse: see `honest`.

    Args:
        predictions: One array for each configuration, all of one shape, rows first: probabilities
            or numbers, without NaN. Out-of-fold, or the choice falls on what remembers best.
        score: Score of an averaged prediction, lower is better; one that is not finite is never
            chosen. `LogLoss` and `SquaredError` are many times as quick as a plain function.
        rounds: Steps at most, the start among them, at least 1.
        cap: Different configurations at most, at least 1.
        start: Configuration to begin with; None for the best one.

    Returns:
        Configurations by their place in `predictions`, the heaviest first; weights sum to 1.

    Raises:
        ValueError: If there is no prediction, or `rounds` or `cap` are below 1.

    Source:
        Caruana, Niculescu-Mizil, Crew and Ksikes 2004, Ensemble Selection from Libraries of
        Models, https://doi.org/10.1145/1015330.1015432

    Example:
        >>> truth = np.array([0.0, 0.0])
        >>> library = [np.array([1.0, 1.0]), np.array([-1.0, -1.0]), np.array([9.0, 9.0])]
        >>> greedy(library, SquaredError(truth), start=0)
        (Pick(number=0, weight=0.5), Pick(number=1, weight=0.5))
    """
    if not predictions or rounds < 1 or cap < 1:
        raise ValueError(f"{len(predictions)=}, {rounds=}, {cap=}: each must be at least 1")
    library, step = _prepared(predictions, score)
    return _picks(_selected(library, step, rounds=rounds, cap=cap, start=start))


def bagged(
    predictions: Sequence[Array],
    score: Score,
    *,
    rounds: int = ROUNDS,
    cap: int = CAP,
    start: int | None = None,
    bags: int = 10,
    share: float = 0.5,
    seed: int = 0,
) -> tuple[Pick, ...]:
    """Choose from random parts of the library and join the choices: less is left to luck.

    A configuration that looks good by chance is then missing from half of the choices.

    Args:
        predictions: As in `greedy`.
        score: As in `greedy`.
        rounds: Steps of each bag at most.
        cap: Different configurations at most, over all bags: the heaviest stay.
        start: Configuration that every bag holds and begins with; None for the best of each.
        bags: Random parts, at least 1.
        share: Share of the library in each, 0 to 1.
        seed: Seed of the parts.

    Returns:
        As `greedy`, which is also what is returned where the joined choice scores worse than the
        start, or than the best configuration where no start is given.

    Raises:
        ValueError: As `greedy`.

    Source:
        Caruana et al. 2004, section 2.3

    Example:
        >>> library = [np.array([1.0]), np.array([-1.0]), np.array([9.0])]
        >>> [pick.number for pick in bagged(library, SquaredError(np.array([0.0])), start=0)]
        [0, 1]
    """
    library, step = _prepared(predictions, score)
    rng = np.random.default_rng(seed)
    size = max(1, round(share * len(predictions)))
    counts = np.zeros(len(predictions))
    for _ in range(bags):
        drawn = rng.choice(len(predictions), size, replace=False)
        part = np.unique(drawn if start is None else np.append(drawn, start))
        counts += _selected(library, step, rounds=rounds, cap=cap, start=start, part=part)
    counts[np.argsort(-counts, kind="stable")[cap:]] = 0.0
    joined = _picks(counts)
    single = greedy(predictions, score, rounds=1, cap=1, start=start)
    if score(averaged(predictions, joined)) <= score(averaged(predictions, single)):
        return joined
    return greedy(predictions, score, rounds=rounds, cap=cap, start=start)


def averaged(predictions: Sequence[Array], picks: Sequence[Pick]) -> Array:
    """The prediction of an ensemble.

    Args:
        predictions: One array for each configuration.
        picks: What `greedy` chose.

    Example:
        >>> averaged([np.array([1.0]), np.array([3.0])], [Pick(number=1, weight=1.0)])
        array([3.])
    """
    return np.asarray(sum(pick.weight * predictions[pick.number] for pick in picks))


def _prepared(predictions: Sequence[Array], score: Score) -> tuple[Array, Step]:
    """The library, boiled down where the score allows, and how candidates are scored on it."""
    if isinstance(score, (LogLoss, SquaredError)):
        library = score.boiled(predictions)
        scored = score.scored

        def quick(total: Array, which: NDArray[np.int64], n: int) -> Array:
            return scored((total + library[which]) / n)

        return library, quick
    whole = np.stack(predictions)

    def plain(total: Array, which: NDArray[np.int64], n: int) -> Array:
        return np.array([score((total + whole[i]) / n) for i in which], dtype=np.float64)

    return whole, plain


def _selected(
    library: Array,
    step: Step,
    *,
    rounds: int,
    cap: int,
    start: int | None,
    part: NDArray[np.int64] | None = None,
) -> Array:
    """How often each configuration is in the best ensemble on the way."""
    n_all = len(library)
    part = np.arange(n_all) if part is None else part
    counts, total = np.zeros(n_all), np.zeros(library.shape[1:])
    best, best_counts = np.inf, counts
    for n in range(1, rounds + 1):
        which = part if np.count_nonzero(counts) < cap else part[counts[part] > 0]
        if n == 1 and start is not None:
            which = np.array([start])
        scores = step(total, which, n)
        chosen = _lowest(scores, which, counts)
        reached = float(scores[which == chosen][0])
        counts, total = counts.copy(), total + library[chosen]
        counts[chosen] += 1
        if n == 1 or _is_lower(reached, best):
            best, best_counts = reached, counts
    return best_counts


def _lowest(scores: Array, which: NDArray[np.int64], counts: Array) -> int:
    """The candidate with the lowest score; of those alike one that is in already, then the first.

    A score that is not finite loses to every other.
    """
    values = np.where(np.isfinite(scores), scores, np.inf)
    low = values.min()
    alike = which[values <= low + TIE * abs(low)] if np.isfinite(low) else which
    return int(min(alike, key=lambda i: (counts[i] == 0, i)))


def _is_lower(new: float, old: float) -> bool:
    if not np.isfinite(old):
        return bool(np.isfinite(new))
    return new < old - TIE * abs(old)


def _picks(counts: Array) -> tuple[Pick, ...]:
    order = [int(i) for i in np.argsort(-counts, kind="stable") if counts[i] > 0]
    return tuple(Pick(number=i, weight=float(counts[i] / counts.sum())) for i in order)

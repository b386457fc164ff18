"""Which levers the scores of tried configurations depend on."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.ensemble import ExtraTreesRegressor

from justright.kinds import Importance
from justright.kinds.decision import Value

Array = NDArray[np.float64]

LEAST_TRIES = 20  # fewer say too little of any lever (house convention)
MOST_TRIES = 1000  # read at most: more would cost seconds and hardly narrow the intervals (house)
N_DRAWS = 50  # resamples of the tries; the ends of a 95 % interval are then coarse, and enough
N_TREES = 10  # of the forest of one resample
N_DEALS = 2  # times that a lever's values are dealt out anew, for each resample
MOST_SLOPE = 2.0  # a forest more timid than that has learnt nothing (house convention)
LEAST_LEAF = 3  # tries in a leaf: a leaf of one would learn the noise (house convention)
LEVEL = 0.95  # share of repetitions that an interval covers
FENCE = 1.5  # spreads above the upper quartile at which a bad score is cut (Tukey 1977)


def importance(
    levers: Sequence[Mapping[str, Value]], scores: Sequence[float | None], *, seed: int = 0
) -> tuple[Importance, ...]:
    """Tell how much of the spread of the scores each lever explains, by itself and with others.

    Forests learn the score from the levers. On tries that a forest has not seen, a lever's values
    are dealt out anew: the squared error grows by twice the variance that the lever explains. A
    lever that does nothing then explains nothing on average, however many values it has. A lever
    that acts through another one counts in full for both, so that shares may sum to more than 1.
    From a few dozen tries a forest learns less than there is: shares are then on the low side.

    Very bad scores are cut at a fence, and divergence counts as such a score: what sets trainings
    alight matters, but not a hundred times as much as all else.

    Args:
        levers: Levers of each try: words, switches or numbers. Numbers count by their rank, so
            that a rate needs no logarithm. A lever that a try lacks has a value of its own.
        scores: Score of each try after the same share of its steps; lower is better, None or not
            finite for a diverged one.
        seed: Seed of all draws.

    Returns:
        Levers with more than one value, by falling share; empty for fewer than 20 tries, or where
        all scores are alike.

    Source:
        Breiman 2001 (permutation importance), https://doi.org/10.1023/A:1010933404324; Geurts,
        Ernst and Wehenkel 2006 (trees cut at random), https://doi.org/10.1007/s10994-006-6226-1;
        that the growth is twice the total effect: Gregorutti et al. 2017,
        https://doi.org/10.1007/s11222-016-9646-1; Hutter et al. 2014 (fANOVA of forests),
        https://proceedings.mlr.press/v32/hutter14.html

    Example:
        >>> tries = [{"depth": i % 4, "dropout": i % 3 / 10} for i in range(60)]
        >>> found = importance(tries, [float(t["depth"]) for t in tries])
        >>> [one.lever for one in found], found[0].share > 0.9, found[1].share < 0.1
        (['depth', 'dropout'], True, True)
    """
    if len(levers) < LEAST_TRIES:
        return ()
    names = sorted({name for each in levers for name in each})
    varied = [n for n in names if len({_key(each.get(n)) for each in levers}) > 1]
    target = _cut(np.array([np.nan if s is None else s for s in scores], dtype=np.float64))
    rng = np.random.default_rng(seed)
    if not varied or not np.ptp(target) > 0:
        return ()
    read = np.sort(rng.permutation(len(levers))[:MOST_TRIES])
    blocks = [_columns([levers[i].get(name) for i in read]) for name in varied]
    draws = np.array([_draw(blocks, target[read], rng) for _ in range(N_DRAWS)])
    ends = np.nanquantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    middle = np.nanmean(draws, axis=0)
    found = [
        Importance(lever=name, share=_share(m), low=_share(low), high=_share(high))
        for name, m, low, high in zip(varied, middle, *ends, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -one.share))


def _draw(blocks: Sequence[Array], target: Array, rng: np.random.Generator) -> Array:
    """The share of each lever on the tries that one resample leaves out."""
    n = len(target)
    drawn = rng.integers(0, n, n)
    held = np.setdiff1d(np.arange(n), drawn)
    truth = target[held]
    variance = float(target.var())
    inputs = np.concatenate(blocks, axis=1)
    forest = ExtraTreesRegressor(
        n_estimators=N_TREES,
        min_samples_leaf=LEAST_LEAF,
        random_state=int(rng.integers(2**31)),
    ).fit(inputs[drawn], target[drawn])
    shuffled = [inputs[held]]
    ends = np.cumsum([block.shape[1] for block in blocks])
    for block, end in zip(blocks, ends, strict=True):
        for _ in range(N_DEALS):
            changed = inputs[held].copy()
            changed[:, end - block.shape[1] : end] = block[rng.permutation(held)]
            shuffled.append(changed)
    # One call for all levers: a call costs more than its rows.
    told = forest.predict(np.concatenate(shuffled)).reshape(len(shuffled), len(held))
    told = told[0].mean() + _slope(told[0], truth) * (told - told[0].mean())
    errors = np.square(told - truth).mean(axis=1)
    growth = errors[1:].reshape(len(blocks), N_DEALS).mean(axis=1) - errors[0]
    return np.asarray(growth / (2 * variance))


def _slope(told: Array, truth: Array) -> float:
    """What the forest's deviations are multiplied by: averages of leaves are too timid."""
    centred = told - told.mean()
    spread = float(np.square(centred).sum())
    return min(float(centred @ truth) / spread, MOST_SLOPE) if spread > 0 else 1.0


def _columns(values: Sequence[Value | None]) -> Array:
    """A lever as columns: ranks of numbers, or a column of zeros and ones for each word."""
    known = [v for v in values if v is not None]
    if any(isinstance(v, str) for v in known):
        keys = [_key(v) for v in values]
        return np.array([[float(key == word) for word in sorted(set(keys))] for key in keys])
    numbers = np.array([-math.inf if v is None else float(v) for v in values])
    return np.asarray(rankdata(numbers, method="average")[:, None])


def _key(value: Value | None) -> str:
    """What tells two values apart: 1 and 1.0 are one value, "1" is another."""
    if value is None or isinstance(value, str):
        return repr(value)
    return repr(float(value))


def _cut(scores: Array) -> Array:
    """Scores without those far above the others; what is not finite becomes the worst."""
    finite = scores[np.isfinite(scores)]
    if not len(finite):
        return np.zeros_like(scores)
    lower, upper = np.quantile(finite, [0.25, 0.75])
    fence = min(upper + FENCE * (upper - lower), finite.max())
    # Where all but a few diverge, the few must still stand out from them.
    worst = fence if fence > finite.min() else finite.min() + max(abs(finite.min()), 1.0)
    return np.asarray(np.where(np.isfinite(scores), np.minimum(scores, fence), worst))


def _share(value: float) -> float:
    return float(np.clip(value, 0.0, 1.0))

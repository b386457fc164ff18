"""Simulations of the statistics behind `justright ask`: real folds of a real, if small, learner.

The learner is ridge regression on a random four fifths of the training rows, so that two networks
of one design differ by chance as those of two seeds do. Its folds share training rows as the folds
of any table do; nothing is assumed of how alike their scores are. Data are drawn anew each time.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from justright.search.curve_fit import learning_curve
from justright.search.effects import effects
from justright.search.permutation import permutation_p
from justright.search.stopping import Look, ends

Array = NDArray[np.float64]

N_ROWS = 150
N_INPUTS = 8
N_FOLDS = 5
SEEN_SHARE = 0.8  # of the training rows, drawn anew for each network
NOISE = 2.0  # standard deviation of the target around what can be known
OVERLAP = 1 / (N_FOLDS - 1)  # validation rows over training rows
BASE_PENALTY = 1.0
#: Values of a lever that does nothing, and of one that does.
NULL = dict.fromkeys("abcd", BASE_PENALTY)
REAL = {"0.1": 0.1, "10": 10.0, "30": 30.0, "100": 100.0}
NONE = "no clear effect"
TRUTH_DRAWS = 40_000  # data sets; the standard error of a true gain is below 1 % of a fold's spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A lever of the learner: the penalty at each value, and what each value truly gains.

    Attributes:
        name: What it is called in the table.
        penalties: Penalty of each value.
        truth: True mean gain of each value over the base, over data sets of this size.
    """

    name: str
    penalties: Mapping[str, float]
    truth: Mapping[str, float]


def drawn(rng: np.random.Generator, n_sets: int, n_rows: int) -> tuple[Array, Array]:
    """Data sets: inputs of shape (sets, rows, inputs) and targets of shape (sets, rows)."""
    weights = rng.normal(size=(n_sets, N_INPUTS, 1)) * 0.5
    x = rng.normal(size=(n_sets, n_rows, N_INPUTS))
    return x, (x @ weights)[..., 0] + NOISE * rng.normal(size=(n_sets, n_rows))


def losses(
    rng: np.random.Generator, x: Array, y: Array, validation: NDArray[np.bool_], penalty: float
) -> Array:
    """Mean squared validation errors, shape (sets,): one network on each data set."""
    seen = ~validation & (rng.random(y.shape) < SEEN_SHARE)
    kept = x * seen[..., None]
    square = np.swapaxes(kept, 1, 2) @ x + penalty * np.eye(x.shape[2])
    weights = np.linalg.solve(square, np.swapaxes(kept, 1, 2) @ y[..., None])
    errors = (y - (x @ weights)[..., 0]) ** 2
    means: Array = (errors * validation).sum(axis=1) / validation.sum(axis=1)
    return means


def folds(rng: np.random.Generator, n_sets: int) -> Iterator[NDArray[np.bool_]]:
    """The validation rows of each fold of one deal, shape (sets, rows)."""
    order = rng.permuted(np.tile(np.arange(N_ROWS), (n_sets, 1)), axis=1)
    for fold in range(N_FOLDS):
        yield order % N_FOLDS == fold


def gains(
    rng: np.random.Generator,
    penalties: Mapping[str, float],
    *,
    n_sets: int,
    deals: int,
    seeds: int = 1,
) -> dict[str, Array]:
    """Paired gains of each value over the base, shape (sets, places, seeds)."""
    x, y = drawn(rng, n_sets, N_ROWS)
    found: dict[str, list[Array]] = {name: [] for name in penalties}
    for _ in range(deals):
        for validation in folds(rng, n_sets):
            for _ in range(seeds):
                base = losses(rng, x, y, validation, BASE_PENALTY)
                for name, penalty in penalties.items():
                    found[name].append(base - losses(rng, x, y, validation, penalty))
    shape = (n_sets, deals * N_FOLDS, seeds)
    return {name: np.stack(rows, axis=1).reshape(shape) for name, rows in found.items()}


@cache
def levers() -> tuple[Lever, ...]:
    """One lever that does nothing, and one whose gains are measured on many data sets."""
    rng = np.random.default_rng(1)
    n_sets, total = 2_000, dict.fromkeys(REAL, 0.0)
    for _ in range(TRUTH_DRAWS // n_sets):
        x, y = drawn(rng, n_sets, N_ROWS)
        validation = next(folds(rng, n_sets))
        base = losses(rng, x, y, validation, BASE_PENALTY)
        for name, penalty in REAL.items():
            gain = base - losses(rng, x, y, validation, penalty)
            total[name] += float(gain.sum()) / TRUTH_DRAWS
    return (
        Lever(name="does nothing", penalties=NULL, truth=dict.fromkeys(NULL, 0.0)),
        Lever(name="penalty", penalties=REAL, truth=total),
    )


# ---------------------------------------------------------------- what is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table: a figure, in which setting, and what it should be."""

    what: str
    setting: str
    figure: str
    should_be: str


def rate(hits: Sequence[bool]) -> str:
    """A share with its standard error, in percent."""
    share = float(np.mean(hits))
    return f"{share:.1%} ± {math.sqrt(share * (1 - share) / len(hits)):.1%}"


def each(found: Mapping[str, Array]) -> Iterator[dict[str, Array]]:
    """The gains of one data set after the other."""
    for number in range(len(next(iter(found.values())))):
        yield {name: rows[number] for name, rows in found.items()}


def coverage(lever: Lever, n_sets: int, deals: int, seeds: int) -> list[Line]:
    """Intervals of one effect, and of all together; the winner's bias."""
    rng = np.random.default_rng(2)
    alone, naive, together, raw, shrunken = [], [], [], [], []
    for data in each(gains(rng, lever.penalties, n_sets=n_sets, deals=deals, seeds=seeds)):
        for name, rows in data.items():
            (one,) = effects({name: rows}, base="base", overlap=OVERLAP)
            (plain,) = effects({name: rows}, base="base", overlap=0.0)
            alone.append(one.low <= lever.truth[name] <= one.high)
            naive.append(plain.low <= lever.truth[name] <= plain.high)
        found = effects(data, base="base", overlap=OVERLAP)
        together.append(all(e.low <= lever.truth[e.name] <= e.high for e in found))
        raw.append(found[0].value - lever.truth[found[0].name])
        shrunken.append(found[0].shrunken - lever.truth[found[0].name])
    setting = (
        f"{lever.name}; {deals} × {N_FOLDS} folds, {seeds} {'seed' if seeds == 1 else 'seeds'}"
    )
    biases = f"{np.mean(raw):+.3f} before, {np.mean(shrunken):+.3f} after"
    errors = (
        f"{math.sqrt(np.mean(np.square(raw))):.3f}, {math.sqrt(np.mean(np.square(shrunken))):.3f}"
    )
    return [
        Line(what="interval covers", setting=setting, figure=rate(alone), should_be="95 %"),
        Line(what="uncorrected t covers", setting=setting, figure=rate(naive), should_be="95 %"),
        Line(what="all cover together", setting=setting, figure=rate(together), should_be="≥ 95 %"),
        Line(what="winner's bias", setting=setting, figure=biases, should_be="0 after"),
        Line(
            what="winner's error (RMS)", setting=setting, figure=errors, should_be="smaller after"
        ),
    ]


def looks(lever: Lever, n_sets: int, rounds: int, seeds: int) -> list[Line]:
    """Verdicts on gains whose true mean is taken out, looked at after every round of folds."""
    rng = np.random.default_rng(3)
    useful, false, careless, hopeless, done = [], [], [], [], []
    for data in each(gains(rng, lever.penalties, n_sets=n_sets, deals=rounds, seeds=seeds)):
        null = {name: rows - lever.truth[name] for name, rows in data.items()}
        verdicts: set[str] = set()
        plain: set[str] = set()
        ended, k = "", 0
        while not ended and k < rounds:
            k += 1
            look = Look(done=k, planned=rounds)
            seen = {name: rows[: k * N_FOLDS] for name, rows in null.items()}
            found = effects(seen, base="base", overlap=OVERLAP, look=look)
            verdicts |= {e.verdict for e in found}
            for name, rows in seen.items():
                plain |= {e.verdict for e in effects({name: rows}, base="base", overlap=0.0)}
            ended = ends(found, look)
        useful.append("useful" in verdicts)
        false.append(bool(verdicts - {NONE}))
        careless.append(bool(plain - {NONE}))
        hopeless.append(ended == "hopeless")
        done.append(k)
    setting = f"{lever.name}, true gain taken out; {rounds} looks, {seeds} seeds"
    ended_early = f"{rate(hopeless)}, {np.mean(done):.1f} rounds"
    figures = {
        "any false “useful”": (rate(useful), "≤ 5 %"),
        "any false verdict": (rate(false), "≤ 5 %"),
        "the same by uncorrected t": (rate(careless), ""),
        "ended as hopeless": (ended_early, ""),
    }
    return [
        Line(what=what, setting=setting, figure=figure, should_be=should_be)
        for what, (figure, should_be) in figures.items()
    ]


def power(n_sets: int, rounds: int) -> list[Line]:
    """How often a gain that is there is found."""
    rng, lines = np.random.default_rng(4), []
    for seeds in (1, 2):
        for gain in (0.1, 0.2, 0.4):
            found = []
            for data in each(gains(rng, NULL, n_sets=n_sets, deals=rounds, seeds=seeds)):
                data["a"] = data["a"] + gain
                effect = effects(data, base="base", overlap=OVERLAP)
                found.append(any(e.name == "a" and e.verdict == "useful" for e in effect))
            lines.append(
                Line(
                    what="a true gain is found",
                    setting=f"one of {len(NULL)} values gains {gain}; {rounds} × {N_FOLDS} folds, "
                    f"{seeds} {'seed' if seeds == 1 else 'seeds'}",
                    figure=rate(found),
                    should_be="",
                )
            )
    return lines


def doubling(n_curves: int) -> list[Line]:
    """Forecasts of twice the rows, on power laws with noise, and on curves that bend."""
    lines = []
    rows = np.geomspace(100, 6_400, 7)
    for kind in ("power law", "two powers"):
        rng = np.random.default_rng(5)
        hits, values, misses, guesses = [], [], [], []
        for power in rng.uniform(0.3, 1.0, size=n_curves).tolist():
            second = power if kind == "power law" else power / 2
            true = np.asarray(
                0.3 + ((rows / 100) ** -power + (rows / 100) ** -second) / 2, np.float64
            )
            noise = 0.05 * rng.normal(size=(5, 1, 1)) + 0.02 * rng.normal(size=(5, 1, 7))
            curve = (true + noise)[..., :-1]
            found = learning_curve(rows[:-1], curve, higher_is_better=False, best=0.0)
            gain = true[-2] - true[-1]
            hits.append(bool(found.gain_low <= gain <= found.gain_high))
            values.append(bool(found.low <= true[-1] <= found.high))
            misses.append(abs(found.gain - gain))
            guesses.append(gain)
        error = f"{np.mean(misses):.4f} of {np.mean(guesses):.4f}"
        setting = f"{kind}; 5 places, 6 sizes"
        lines += [
            Line(
                what="gain of doubling covered",
                setting=setting,
                figure=rate(hits),
                should_be="95 %",
            ),
            Line(
                what="value at twice the rows covered",
                setting=setting,
                figure=rate(values),
                should_be="95 %",
            ),
            Line(what="gain of doubling, mean miss", setting=setting, figure=error, should_be=""),
        ]
    return lines


def shuffles(n_sets: int, n_shuffles: int = 19) -> list[Line]:
    """P-values of targets that mean nothing, over folds of one data set."""
    rng = np.random.default_rng(6)
    x, y = drawn(rng, n_sets, N_ROWS)
    y = rng.permuted(y, axis=1)
    validation = list(folds(rng, n_sets))
    scores = []
    for order in range(1 + n_shuffles):
        target = y if order == 0 else rng.permuted(y, axis=1)
        fits = [losses(rng, x, target, fold, BASE_PENALTY) for fold in validation]
        scores.append(np.stack(fits, axis=1))
    found = np.asarray(
        [permutation_p(one[0], one[1:], higher_is_better=False) for one in np.stack(scores, axis=1)]
    )
    return [
        Line(
            what="p of nothing to learn",
            setting=f"p ≤ {p}, {n_shuffles} shuffles",
            figure=rate((found <= p + 1e-9).tolist()),
            should_be=f"{p:.0%}",
        )
        for p in (0.05, 0.2, 0.5)
    ]


def report(n_sets: int) -> str:
    """All figures, as a table in Markdown."""
    lines: list[Line] = []
    for lever in levers():
        for deals, seeds in ((1, 1), (1, 2), (6, 1), (6, 2)):
            lines += coverage(lever, n_sets, deals, seeds)
        lines += looks(lever, n_sets, rounds=6, seeds=2)
    lines += power(n_sets, rounds=6) + doubling(n_sets) + shuffles(n_sets)
    rows = [f"| {one.what} | {one.setting} | {one.figure} | {one.should_be} |" for one in lines]
    return "\n".join(["| what | where | measured | should be |", "|---|---|---|---|", *rows])

"""Do intervals of predicted numbers hold as often as they promise, and how wide are they?

A network is fitted to 60 % of the rows of each set and predicts the others. Four ways to put an
interval around the same predictions are judged on the same half of these:

* justright: `model.predict_interval`, from errors out of fold; no row is set aside.
* crepes: one width, from the errors on the other half, which is set aside for it.
* crepes-knn: the same, normalised by the errors of the 25 nearest rows of that half.
* training errors: the quantile of the errors on the rows that the network was trained on.

Widths and scores are in standard deviations of the target. The score is the interval score of
Gneiting and Raftery 2007: the width, and 2 / (1 - level) times what lies outside; lower is better.

    python benchmarks/intervals.py --time 60s --level 0.9 --seeds 3

The table goes to stdout as Markdown.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from crepes import ConformalRegressor
from crepes.extras import DifficultyEstimator
from datasets import CASES, Case
from numpy.typing import NDArray

from justright.data.schema import conform, read_like
from justright.duration import seconds
from justright.recipes.fit import fit
from justright.recipes.metrics import wilson
from justright.recipes.model import Model

WAYS = ("justright", "crepes", "crepes-knn", "training errors")
TRAINED = 0.6  # share of the rows; of the others half are set aside for crepes
SETS = tuple(case.name for case in CASES if case.kind == "regression")

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one way on one set.

    Attributes:
        held: Whether each row lay inside.
        width: Median width.
        score: Mean interval score.
    """

    held: NDArray[np.bool_]
    width: float
    score: float


def ends_of(model: Model, trained: Any, aside: Any, judge: Any, target: str, level: float
) -> dict[str, Array]:  # fmt: skip
    """Both ends of each way on the rows to judge, shape (rows, 2)."""
    predicted = model.predict(judge)
    errors = aside[target].to_numpy() - model.predict(aside)
    near = DifficultyEstimator()
    near.fit(X=inputs(model, aside), residuals=errors, scaler=True)
    plain = ConformalRegressor().fit(errors)
    local = ConformalRegressor().fit(errors, sigmas=near.apply(inputs(model, aside)))
    seen = np.abs(trained[target].to_numpy() - model.predict(trained))
    reach = float(np.quantile(seen, level))
    return {
        "justright": model.predict_interval(judge, level),
        "crepes": plain.predict_int(predicted, confidence=level),
        "crepes-knn": local.predict_int(
            predicted, sigmas=near.apply(inputs(model, judge)), confidence=level
        ),
        "training errors": np.stack([predicted - reach, predicted + reach], axis=1),
    }


def inputs(model: Model, frame: Any) -> Array:
    """The rows as a network sees them, for distances between them."""
    typed = conform(read_like(frame, model.schema), model.schema).frame
    encoder = model.predictor.encoders[0]
    return np.asarray(encoder.transform(encoder.digest(typed)), dtype=np.float64)


def judged(ends: Array, truth: Array, spread: float, level: float) -> Judged:
    """One way against the truth."""
    low, high = ends[:, 0], ends[:, 1]
    outside = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    score = high - low + 2 / (1 - level) * outside
    return Judged(
        held=outside == 0,
        width=float(np.median(high - low)) / spread,
        score=float(score.mean()) / spread,
    )


def compared(case: Case, time_s: float, level: float, seed: int) -> dict[str, Judged]:
    """Every way on one set."""
    frame = case.frame().sample(fraction=1.0, shuffle=True, seed=seed)
    n_trained = int(frame.height * TRAINED)
    n_aside = (frame.height - n_trained) // 2
    trained, rest = frame[:n_trained], frame[n_trained:]
    aside, judge = rest[:n_aside], rest[n_aside:]
    model = fit(trained, case.target, time_s=time_s, seed=seed, test=aside)
    truth = judge[case.target].to_numpy().astype(np.float64)
    ends = ends_of(model, trained, aside, judge, case.target, level)
    spread = float(np.std(truth))
    return {way: judged(ends[way], truth, spread, level) for way in WAYS}


def lines(name: str, found: list[dict[str, Judged]]) -> Iterator[str]:
    """A row of the table for each way; figures are means over the seeds."""
    for way in WAYS:
        own = [one[way] for one in found]
        held = np.concatenate([one.held for one in own])
        low, high = wilson(float(held.mean()), len(held))
        width, score = (
            float(np.mean([getattr(one, k) for one in own])) for k in ("width", "score")
        )
        yield (
            f"| {name} | {way} | {held.mean():.1%} ({low:.1%} to {high:.1%}) |"
            f" {width:.3f} | {score:.3f} |"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--time", default="60s", help="for each fit, such as 60s")
    parser.add_argument("--level", type=float, default=0.9)
    parser.add_argument("--seeds", type=int, default=1, help="partings of the rows")
    options = parser.parse_args()
    print("| set | way | held on | median width | interval score |")
    print("|---|---|---|---|---|")
    for name in options.sets.split(","):
        case = next(case for case in CASES if case.name == name)
        found = [
            compared(case, seconds(options.time), options.level, seed)
            for seed in range(options.seeds)
        ]
        print("\n".join(lines(name, found)), flush=True)


if __name__ == "__main__":
    main()

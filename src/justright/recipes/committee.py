"""All that was trained on every fold, and the ensemble that is chosen from it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Pick
from justright.recipes.contender import Contender
from justright.recipes.encoded import Encoded
from justright.recipes.metrics import METRICS, defined, names
from justright.recipes.predictor import Predictor, Squad
from justright.search.greedy import averaged, bagged
from justright.search.honest import Honest, honest
from justright.search.quick import LogLoss, SquaredError

CAP = 8  # designs in an ensemble at most: each costs time at every prediction
ROUNDS = 24  # steps of the choice

Array = NDArray[np.float64]
Score = Callable[[Array], float]


class Committee:
    """Configurations with their out-of-fold predictions.

    Args:
        base: The predictor of the rule book's own design.
        encoded: The data.
        metric: Name of the metric that is told, where the rows give it a value; else that of
            the next one that has one.

    Attributes:
        metric: Its name.
        contenders: Those that can be chosen; the rule book's own is number 0 and has no networks
            here, as the base has them.
        predictions: Their out-of-fold predictions on the rows that all of them can speak of.
        picks: The ensemble, by place in `contenders`.
    """

    def __init__(self, base: Predictor, encoded: Encoded, metric: str) -> None:
        self._base, self._encoded = base, encoded
        mean = self._spoken(base.squads)
        self._known = np.asarray(np.isfinite(mean.reshape(len(mean), -1)).all(1))
        self._truth = encoded.targets[self._known]
        told = (name for name in names(base.task, metric) if defined(name, self._truth))
        self.metric = next(told, metric)
        self.numbers: list[int] = [0]
        self.squads: list[tuple[Squad, ...]] = [base.squads]
        self.predictions: list[Array] = [mean[self._known]]
        self.picks: tuple[Pick, ...] = (Pick(number=0, weight=1.0),)

    def _spoken(self, squads: tuple[Squad, ...]) -> Array:
        own = replace(self._base, squads=squads)
        return own.out_of_fold(self._encoded.data.x, self._encoded.full_views)

    def add(self, contender: Contender) -> None:
        """Take in a contender that was trained on every fold.

        Args:
            contender: The contender; its metric is written down.
        """
        squad = contender.squad
        if squad is None or len(squad.folds) < len(self._encoded.views):
            return
        mean = self._spoken((squad,))[self._known]
        if not np.isfinite(mean).all():
            return
        self.numbers.append(contender.number)
        self.squads.append((squad,))
        self.predictions.append(mean)
        contender.metric = self.value(mean)

    def value(self, mean: Array) -> float:
        """The metric of predictions of the rows."""
        return METRICS[self.metric].value(self._truth, mean)

    @property
    def together(self) -> float:
        """The metric of the ensemble."""
        return self.value(averaged(self.predictions, self.picks))

    @property
    def score(self) -> float:
        """What the ensemble is chosen by; lower is better."""
        return self._judge(np.arange(len(self._truth)))(averaged(self.predictions, self.picks))

    def choose(self) -> None:
        """Choose the ensemble anew."""
        self.picks = self._chosen(self.predictions, self._judge(np.arange(len(self._truth))))

    def honest(self, seed: int, groups: NDArray[np.int64] | None) -> Honest | None:
        """What choosing gains in the metric over the rule book's design, on other rows.

        Args:
            seed: Seed of all draws.
            groups: Group of each development row, as a number.
        """
        if len(self.predictions) < 2:
            return None

        def choose(predictions: Sequence[Array], score: Score) -> tuple[Pick, ...]:
            if not isinstance(score, _Told):
                raise TypeError("a score that was not made here")
            return self._chosen(predictions, score.loss)

        return honest(
            self.predictions,
            lambda rows: _Told(self._metric(rows), self._judge(rows)),
            base=0,
            choose=choose,
            groups=None if groups is None else groups[self._known],
            seed=seed,
        )

    def by_fold(self) -> Array:
        """The metric of each configuration on each fold, lower is better, (configurations, folds).

        NaN where it has no value, as for an area under a curve where one class is missing.
        """
        place = np.cumsum(self._known) - 1
        found = []
        for view in self._encoded.full_views:
            rows = view.validation - view.fold * self._encoded.n_rows
            own = place[rows[self._known[rows]]]
            score = self._metric(own)
            found.append([score(mean[own]) for mean in self.predictions])
        return np.array(found).T

    def alone(self) -> None:
        """Back to the rule book's own design."""
        self.picks = (Pick(number=0, weight=1.0),)

    def predictor(self) -> Predictor:
        """The networks of the ensemble, not calibrated yet."""
        squads = [
            replace(squad, weight=pick.weight)
            for pick in self.picks
            for squad in self.squads[pick.number]
        ]
        return replace(self._base, squads=tuple(squads))

    def told(self) -> tuple[Pick, ...]:
        """The ensemble by the numbers of the configurations, the heaviest first."""
        found = [Pick(number=self.numbers[p.number], weight=p.weight) for p in self.picks]
        return tuple(sorted(found, key=lambda pick: -pick.weight))

    def _chosen(self, predictions: Sequence[Array], score: Score) -> tuple[Pick, ...]:
        return bagged(predictions, score, rounds=ROUNDS, cap=CAP, start=0)

    def _judge(self, rows: NDArray[np.int64]) -> Score:
        """The loss that choices are made by: it tells more than counts of right answers."""
        truth = self._truth[rows]
        if self._base.task.is_classification:
            return LogLoss(truth.astype(np.int64))
        if self.metric == "scaled_rmse":  # columns of several units
            spread = self._truth.std(axis=0)
            return SquaredError(truth.astype(np.float64), np.where(spread > 0, spread, 1.0))
        if self.metric in ("rmse", "r2"):
            return SquaredError(truth.astype(np.float64))
        return self._metric(rows)

    def _metric(self, rows: NDArray[np.int64]) -> Score:
        """The metric that is told, lower is better."""
        truth, metric = self._truth[rows], METRICS[self.metric]
        sign = -1.0 if metric.higher_is_better else 1.0

        def score(mean: Array) -> float:
            value = sign * metric.value(truth, mean) if defined(self.metric, truth) else math.nan
            return value if math.isfinite(value) else math.nan

        return score


class _Told:
    """A score in the metric, with the loss that choices are made by on the same rows."""

    def __init__(self, metric: Score, loss: Score) -> None:
        self._metric, self.loss = metric, loss

    def __call__(self, mean: Array) -> float:
        return self._metric(mean)

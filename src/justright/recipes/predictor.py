"""The trained networks of a model, and how their outputs become one prediction."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from torch import Tensor

from justright.data.encode import Encoder
from justright.data.target_scale import TargetScale
from justright.kinds import Task, View
from justright.nets.family import Spec
from justright.train.outputs import activated
from justright.train.population import Outcome
from justright.train.validation import predict

CHUNK_ROWS = 65_536  # rows encoded at a time; 50 MB for 200 columns
SHARPEST, FLATTEST = 0.5, 20.0  # temperatures tried; few right rows would ask for 0 otherwise
TINY = 1e-12  # smallest probability whose logarithm is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Squad:
    """Networks of one design, trained on different folds or from different starts.

    Attributes:
        spec: Shape of every member.
        theta: Weights, shape (members, parameters).
        statistics: Batch-norm statistics and bin edges, shape (members, statistics).
        folds: Encoder of each member: that of its fold and its scaler.
        weight: Its share of the prediction, 0 to 1.
    """

    spec: Spec
    theta: Tensor
    statistics: Tensor
    folds: tuple[int, ...]
    weight: float = 1.0

    @classmethod
    def of(
        cls, spec: Spec, outcome: Outcome, numbers: Iterable[int], weight: float = 1.0
    ) -> "Squad | None":
        """The members of these numbers that came to a finite loss; None if all diverged.

        Args:
            spec: Shape of their network.
            outcome: What was trained.
            numbers: Which of its members.
            weight: Their share of the prediction.
        """
        kept = [i for i in numbers if math.isfinite(outcome.scores[i])]
        if not kept:
            return None
        return cls(
            spec=spec,
            theta=torch.stack([outcome.thetas[i] for i in kept]),
            statistics=torch.stack([outcome.statistics[i] for i in kept]),
            folds=tuple(outcome.traces[i].fold for i in kept),
            weight=weight,
        )

    def outputs(self, fold: int, x: Tensor) -> Tensor:
        """Outputs of the members of one fold.

        Args:
            fold: The fold.
            x: Rows encoded by its encoder, shape (rows, columns).

        Returns:
            Shape (members of the fold, rows, outputs).
        """
        members = [i for i, own in enumerate(self.folds) if own == fold]
        x = x.to(self.theta.dtype)
        return predict(self.spec, self.theta[members], self.statistics[members], x)


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictor:
    """Squads of networks, each network with the encoder of its fold; their mean predicts.

    Attributes:
        task: What is predicted.
        squads: The networks, design by design. A squad weighs its share, its members are alike.
        encoders: One per fold, or per scaler and fold.
        scale: How a numeric target is scaled; None for classes, labels and rankings.
        output: Word of the output_activation lever.
        temperature: What the logarithm of the mean probability is divided by.
        doubt: Share of each probability that is spread evenly over the classes.
    """

    task: Task
    squads: tuple[Squad, ...]
    encoders: tuple[Encoder, ...]
    scale: TargetScale | None
    output: str = "none"
    temperature: float = 1.0
    doubt: float = 0.0

    @property
    def n_networks(self) -> int:
        """Networks in all."""
        return sum(len(squad.folds) for squad in self.squads)

    @property
    def folds(self) -> tuple[int, ...]:
        """Encoders that some network needs, rising."""
        return tuple(sorted({fold for squad in self.squads for fold in squad.folds}))

    def in_double(self) -> "Predictor":
        """The same in double precision: no row's prediction then depends on the rows beside it.

        In single precision it does, in the seventh digit, as sums of many rows are done together.
        """
        return replace(
            self,
            squads=tuple(
                replace(own, theta=own.theta.double(), statistics=own.statistics.double())
                for own in self.squads
            ),
        )

    def predict(self, frame: pl.DataFrame) -> NDArray[np.float64]:
        """Predict typed rows.

        Args:
            frame: Rows as the data room types them.

        Returns:
            Probabilities, shape (rows, classes); numbers in the target's unit, (rows,) or
            (rows, columns); probabilities of labels, (rows, labels); scores of a ranking, (rows,).
        """
        pieces = [
            self._piece(frame[start : start + CHUNK_ROWS])
            for start in range(0, max(1, frame.height), CHUNK_ROWS)
        ]
        return self.finish(np.concatenate(pieces))

    def _piece(self, frame: pl.DataFrame) -> NDArray[np.float64]:
        total: NDArray[np.float64] | float = 0.0
        frame = self.encoders[0].digest(frame)
        for fold in self.folds:
            x = torch.from_numpy(self.encoders[fold].transform(frame))
            for squad in self.squads:
                if fold in squad.folds:
                    share = squad.weight / len(squad.folds)
                    total = total + share * self.member_outputs(squad, fold, x).sum(0)
        return np.asarray(total / sum(squad.weight for squad in self.squads))

    def member_outputs(self, squad: Squad, fold: int, x: Tensor) -> NDArray[np.float64]:
        """Probabilities, numbers or scores of a squad's members of one fold.

        Args:
            squad: The squad.
            fold: The fold.
            x: Rows encoded by its encoder, shape (rows, columns).

        Returns:
            Shape (members of the fold, rows, classes), or as `predict` with members first.
        """
        outputs = squad.outputs(fold, x).double()
        if self.task.kind == "multiclass":
            return np.asarray(outputs.softmax(-1).numpy())
        if self.task.kind == "binary":
            positive = torch.sigmoid(outputs)
            return np.asarray(torch.cat([1 - positive, positive], dim=-1).numpy())
        values = activated(self.output, outputs).numpy()
        if self.scale is not None:
            values = np.stack([self.scale.back(own) for own in values])
        return np.asarray(values if self.width > 1 else values.reshape(*values.shape[:2]))

    @property
    def width(self) -> int:
        """Columns of a prediction."""
        return 2 if self.task.kind == "binary" else self.task.n_outputs

    def finish(self, mean: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean outputs as a prediction: probabilities of classes are calibrated."""
        if not self.task.is_classification:
            return mean
        sharp = sharpened(mean, self.temperature)
        return np.asarray((1 - self.doubt) * sharp + self.doubt / sharp.shape[1])

    def out_of_fold(self, x: Tensor, views: tuple[View, ...]) -> NDArray[np.float64]:
        """Mean outputs on validation rows, each by members that did not train on it.

        Args:
            x: The folds' encoded rows, one copy below the other.
            views: One per encoder; where folds are iterated, a row is in several of them.

        Returns:
            One prediction per row of one copy; NaN where no member may speak.
        """
        n_rows = len(x) // len(self.encoders)
        total = np.zeros((n_rows, self.width))
        weight = np.zeros((n_rows, 1))
        for squad in self.squads:
            own = self._out_of_fold(squad, x, views, n_rows)
            known = np.isfinite(own).all(1, keepdims=True)
            total += np.where(known, squad.weight * own, 0.0)
            weight += squad.weight * known
        mean = np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), np.nan)
        return mean if self.width > 1 else mean[:, 0]

    def _out_of_fold(
        self, squad: Squad, x: Tensor, views: tuple[View, ...], n_rows: int
    ) -> NDArray[np.float64]:
        """Mean outputs of one squad on validation rows, shape (rows, width); NaN elsewhere."""
        out, spoken = np.zeros((n_rows, self.width)), np.zeros((n_rows, 1))
        for view in views:
            if view.fold not in squad.folds:
                continue
            outputs = self.member_outputs(squad, view.fold, x[torch.from_numpy(view.validation)])
            rows = view.validation - view.fold * n_rows
            out[rows] += outputs.sum(0).reshape(len(rows), self.width)
            spoken[rows] += len(outputs)
        return np.where(spoken > 0, out / np.maximum(spoken, 1), np.nan)

    def calibrated(
        self,
        probabilities: NDArray[np.float64],
        y: NDArray[np.int64],
        weights: NDArray[np.float64] | None = None,
    ) -> "Predictor":
        """The same with the temperature that suits out-of-fold probabilities best.

        Having seen n rows, no class can be ruled out beyond one in n: a share of 1 / (n + 1) is
        spread evenly, so that one sure mistake does not cost without limit.

        Args:
            probabilities: Mean probabilities, shape (rows, classes).
            y: True classes.
            weights: How much each row counts; None where all count alike.

        Source:
            Guo et al. 2017, arXiv:1706.04599; the mixture: Berta et al. 2025, arXiv:2501.19195
        """

        def loss(log_t: float) -> float:
            p = sharpened(probabilities, float(np.exp(log_t)))
            losses = -np.log(np.maximum(p[np.arange(len(y)), y], TINY))
            return float(np.average(losses, weights=weights))

        bounds = (float(np.log(SHARPEST)), float(np.log(FLATTEST)))
        found = minimize_scalar(loss, bounds=bounds, method="bounded")
        return replace(self, temperature=float(np.exp(found.x)), doubt=1 / (len(y) + 1))


def sharpened(probabilities: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Probabilities whose logarithms are divided by a temperature, summing to 1 again.

    Example:
        >>> sharpened(np.array([[0.2, 0.8]]), 1.0)
        array([[0.2, 0.8]])
    """
    logits = np.log(np.maximum(probabilities, TINY)) / temperature
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))

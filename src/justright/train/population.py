"""The population: many members in one batched computation. The one training loop there is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from justright.kinds import Member, Trace
from justright.nets.dense import (
    Training,
    forward,
    initial_parameters,
    initial_statistics,
    parameter_slots,
    statistic_slots,
)
from justright.nets.noise import Noise
from justright.nets.slots import Slot, named, spans, total
from justright.nets.spec import DenseSpec
from justright.train.averaging import Average
from justright.train.batches import Batches
from justright.train.budget import Budget
from justright.train.clipping import clip
from justright.train.dataset import Dataset
from justright.train.losses import row_losses
from justright.train.optimizers import states, step
from justright.train.recipe import Recipe
from justright.train.recorder import Recorder
from justright.train.schedules import Plateau, pace
from justright.train.stopping import Patience
from justright.train.validation import Validation

STATISTIC_ROWS = 2048  # training rows that batch-norm statistics are recomputed from


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What is told after each evaluation.

    Attributes:
        step: Steps made.
        total_steps: Steps planned.
        best_score: Lowest stopping score of any member so far.
    """

    step: int
    total_steps: int
    best_score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a training leaves behind.

    Attributes:
        theta: Best weights of every member, shape (members, parameters).
        statistics: Their batch-norm statistics and bin edges, shape (members, statistics).
        scores: Best stopping score of every member; infinite for one that was never finite.
        traces: One per member.
        steps: Steps made.
    """

    theta: Tensor
    statistics: Tensor
    scores: tuple[float, ...]
    traces: tuple[Trace, ...]
    steps: int


def _ignore(_: Epoch) -> None:
    pass


def column(members: Sequence[Member], name: str, dtype: torch.dtype) -> Float[Tensor, "members 1"]:
    """One hyperparameter of every member."""
    return torch.tensor([[getattr(m, name)] for m in members], dtype=dtype)


def decay_columns(slots: tuple[Slot, ...], weight_decay: Tensor) -> Tensor | None:
    """Weight decay of every parameter of every member; None where no member decays."""
    if not bool((weight_decay > 0).any()):
        return None
    flat = weight_decay.new_zeros(len(weight_decay), total(slots))
    for slot, start, stop in spans(slots):
        if slot.decays:
            flat[:, start:stop] = weight_decay
    return flat


class Population:
    """Members that share a network shape and a recipe, each with its own rates, seed and view.

    Args:
        spec: The shape of every member's network.
        recipe: What the members share in training.
        members: The members, at least one.
        data: All rows. Its dtype is the dtype of the computation.

    Example:
        >>> import numpy as np
        >>> from justright.kinds import View
        >>> x = torch.linspace(-1, 1, 64).view(-1, 1)
        >>> data = Dataset(task="regression", x=x, y=2 * x.squeeze(1))
        >>> view = View(train=np.arange(0, 64, 2), validation=np.arange(1, 64, 2))
        >>> spec = DenseSpec(
        ...     n_numeric=1, n_plain=0, cardinalities=(), n_outputs=1, depth=0, width=8
        ... )
        >>> recipe = Recipe(loss="mse", batch_size=8, epoch_steps=20, total_steps=200)
        >>> members = [Member(seed=s, order_seed=0, view=view, learning_rate=0.1) for s in range(2)]
        >>> outcome = Population(spec, recipe, members, data).run()
        >>> [round(score, 3) for score in outcome.scores]
        [0.0, 0.0]
    """

    def __init__(
        self, spec: DenseSpec, recipe: Recipe, members: Sequence[Member], data: Dataset
    ) -> None:
        self.spec, self.recipe, self.members, self._data = spec, recipe, members, data
        dtype = data.x.dtype
        seeds = [m.seed for m in members]
        slots = parameter_slots(spec)
        prior = torch.stack([data.prior(m.view) for m in members]).to(dtype)
        self.theta = initial_parameters(spec, seeds, prior)
        self.statistics = initial_statistics(spec, len(members), self._edges(), dtype)
        self._stats = named(statistic_slots(spec), self.statistics)
        # Each parameter is a view of one buffer, and the gradients are laid side by side in
        # another, so that clipping and the optimizer are a few operations on whole buffers.
        self.grad = torch.zeros_like(self.theta)
        self._params = named(slots, self.theta)
        for parameter in self._params.values():
            parameter.requires_grad_()
        self.rate = column(members, "learning_rate", dtype)
        self.momentum = column(members, "momentum", dtype)
        self._threshold = column(members, "clip_threshold", dtype)
        self._smoothing = self._where_used("label_smoothing", dtype)
        self._training = Training(
            noise=Noise([m.seed for m in members]),
            dropout=self._where_used("dropout", dtype),
            input_dropout=recipe.input_dropout,
        )
        self._states = states(
            self.theta,
            decay=decay_columns(slots, column(members, "weight_decay", dtype)),
            beta2=column(members, "beta2", dtype),
        )
        self._batches = Batches(members, recipe.batch_size)
        self._validation = Validation(members, data, recipe.loss)
        weighted = recipe.loss == "weighted_cross_entropy"
        self._class_weight = data.class_weight() if weighted else None

    def _where_used(self, name: str, dtype: torch.dtype) -> Tensor | None:
        """A hyperparameter of every member, or None where it is 0 for all."""
        values = column(self.members, name, dtype).squeeze(1)
        return values if bool((values > 0).any()) else None

    def _edges(self) -> Tensor | None:
        if not self.spec.embeds_numbers or self.spec.numeric_embedding != "piecewise_linear":
            return None
        views = {id(m.view): m.view for m in self.members}
        edges = {key: self._data.edges(self.spec, view) for key, view in views.items()}
        return torch.stack([edges[id(m.view)] for m in self.members])

    def step(self, rate: Tensor, momentum: Tensor) -> Float[Tensor, " members"]:
        """Make one step of every member.

        Args:
            rate: Learning rate in force, shape (members, 1).
            momentum: Momentum in force, shape (members, 1).

        Returns:
            Training loss of every member, before the step.
        """
        loss = self.backward()
        self.update(rate, momentum)
        return loss

    def backward(self) -> Float[Tensor, " members"]:
        """Deal the next batches, leave each member's gradient in `grad`, and return its loss."""
        rows = self._batches.next()
        members = len(self.members)
        x = self._data.x[rows].expand(members, -1, -1)
        y = self._data.y[rows].expand(members, -1)
        outputs = forward(self.spec, self._params, self._stats, x, self._training)
        loss = row_losses(
            self.recipe.loss,
            outputs,
            y,
            smoothing=self._smoothing,
            class_weight=self._class_weight,
        ).mean(1)
        # Members share no weight, so the gradient of the sum holds each member's own.
        grads = torch.autograd.grad(loss.sum(), tuple(self._params.values()))
        torch.cat([g.flatten(1) for g in grads], dim=1, out=self.grad)
        return loss.detach()

    def update(self, rate: Tensor, momentum: Tensor) -> None:
        """Clip the gradients and move the weights."""
        clip(self.recipe.clip, self.grad, self._threshold)
        step(self.recipe.optimizer, self._states, self.grad, rate, momentum)

    def evaluate(self, theta: Tensor, statistics: Tensor) -> tuple[Tensor, Tensor]:
        """Loss and stopping score of every member on its validation rows, each (members,)."""
        return self._validation.score(self._validation.outputs(self.spec, theta, statistics))

    def run(self, budget: Budget | None = None, tell: Callable[[Epoch], None] = _ignore) -> Outcome:
        """Train until the steps, the patience of all members, or the budget end.

        Args:
            budget: When to end whatever was reached; None for no limit.
            tell: Called after each evaluation.

        Returns:
            The best weights of every member, and what happened on the way.
        """
        recipe, members = self.recipe, len(self.members)
        budget = budget or Budget()
        average = Average(
            recipe.averaging, self.theta, decay=recipe.ema_decay, total_steps=recipe.total_steps
        )
        patience, plateau = Patience(members, recipe.patience), Plateau(members)
        recorder = Recorder(self.members, parameter_slots(self.spec))
        best, best_statistics = self.theta.clone(), self.statistics.clone()
        loss_sum, n_summed, n_steps = self.theta.new_zeros(members), 0, 0
        while n_steps < recipe.total_steps and patience.running.any():
            # ---- one step ------------------------------------------------------------
            rate, momentum = self._pace(n_steps, plateau)
            why = budget.over()
            last = (
                why is not None
                or (n_steps + 1) % recipe.epoch_steps == 0
                or n_steps + 1 == recipe.total_steps
            )
            loss_sum += self.backward()
            before = (self.theta.clone(), self.grad.clone()) if last else None
            self.update(rate, momentum)
            n_steps, n_summed = n_steps + 1, n_summed + 1
            average.after_step(n_steps)
            if before is None:
                continue
            # ---- an evaluation -------------------------------------------------------
            recorder.step_figures(grad=before[1], before=before[0], after=self.theta)
            average.after_epoch(n_steps)
            statistics = self._fresh_statistics(average)
            loss, score = self.evaluate(average.weights, statistics)
            running, scores = patience.running, score.double().numpy()
            gained = patience.see(scores)
            plateau.see(scores)
            best[gained], best_statistics[gained] = average.weights[gained], statistics[gained]
            figures = {
                "train_loss": loss_sum / n_summed,
                "validation_loss": loss,
                "validation_score": score,
                "rate": rate,
            }
            recorder.evaluation(n_steps, figures, gained.tolist(), running.tolist())
            loss_sum, n_summed = torch.zeros_like(loss_sum), 0
            tell(
                Epoch(
                    step=n_steps,
                    total_steps=recipe.total_steps,
                    best_score=float(patience.best.min()),
                )
            )
            if why is not None:
                patience.end(why)
        patience.end("epochs")
        return Outcome(
            theta=best,
            statistics=best_statistics,
            scores=tuple(patience.best.tolist()),
            traces=recorder.traces(patience.reason),
            steps=n_steps,
        )

    def _pace(self, n_steps: int, plateau: Plateau) -> tuple[Tensor, Tensor]:
        """Learning rate and momentum in force at a step."""
        recipe = self.recipe
        now = pace(
            recipe.schedule,
            n_steps,
            total=recipe.total_steps,
            epoch_steps=recipe.epoch_steps,
            warmup_share=recipe.warmup_share,
        )
        rate = self.rate * now.rate
        if recipe.schedule == "plateau":
            rate = rate * torch.from_numpy(plateau.factor).to(rate).unsqueeze(1)
        # A design may have little momentum or none: the cycle takes no more than there is.
        return rate, (self.momentum - now.momentum_drop).clamp(min=0)

    @torch.no_grad()
    def _fresh_statistics(self, average: Average) -> Tensor:
        """Statistics for the evaluated weights: batch norm's are recomputed after averaging."""
        if self.spec.normalisation != "batch" or not average.active:
            return self.statistics
        fresh = self.statistics.clone()
        rows = [torch.from_numpy(m.view.train[:STATISTIC_ROWS]) for m in self.members]
        shortest = min(len(r) for r in rows)
        x = self._data.x[torch.stack([r[:shortest] for r in rows])]
        params = named(parameter_slots(self.spec), average.weights)
        forward(self.spec, params, named(statistic_slots(self.spec), fresh), x, recompute=True)
        return fresh

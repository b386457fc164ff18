"""The course of the training of one optimizer's parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What one optimizer did, step by step. Figures that are not finite are None.

    Attributes:
        name: "optimizer", or "optimizer 2" for the second one made, and so on.
        kind: Its class ("Adam").
        n_parameters: Numbers that it trains.
        n_steps: Steps that it made in all.
        options: Its settings at its first step ("lr", "momentum", "weight_decay" …).
        steps: Step of each entry below, from 0; thinned evenly when there are very many.
        loss: Loss of the backward pass that the step follows.
        rate: Learning rate in force.
        gradient: Norm of the whole gradient, on sampled steps (None elsewhere).
        sampled: Steps that the figures by parameter were taken at.
        gradients: Norm of each parameter's gradient at those steps, by name, first layer first.
        updates: Norm of the step's update over the norm of the parameter, by name.
        without_gradient: Parameters that never had a gradient.
        zero_gradient: Parameters whose gradient was zero at every sampled step.
        unmoved: Parameters that hold the same values at the end as at the start.
        leftover_share: Share of sampled steps whose first backward pass met a gradient that was
            left from the step before: nothing had set it to zero.
        backwards_per_step: Mean number of backward passes before a step.
        empty_steps: Share of sampled steps made while no parameter had a gradient.
        clipped_share: Share of steps at which clipping made the gradient smaller; None where
            nothing clips.
        clip_limit: The norm clipped to; None where nothing clips.
        clip_ratio: Median of the gradient's norm before clipping over that limit; None where
            nothing clips, or values are clipped one by one.
        first_bad_step: First step with a loss that is not finite; None for never.
        layers: Layer of each parameter, by parameter name.
    """

    name: str
    kind: str
    n_parameters: int = 0
    n_steps: int = 0
    options: Mapping[str, float] = field(default_factory=dict)
    steps: tuple[int, ...] = ()
    loss: tuple[float | None, ...] = ()
    rate: tuple[float, ...] = ()
    gradient: tuple[float | None, ...] = ()
    sampled: tuple[int, ...] = ()
    gradients: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    updates: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    without_gradient: tuple[str, ...] = ()
    zero_gradient: tuple[str, ...] = ()
    unmoved: tuple[str, ...] = ()
    leftover_share: float = 0.0
    backwards_per_step: float = 1.0
    empty_steps: float = 0.0
    clipped_share: float | None = None
    clip_limit: float | None = None
    clip_ratio: float | None = None
    first_bad_step: int | None = None
    layers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """One pass over validation data, between two stretches of training.

    Attributes:
        step: Optimizer steps made before it.
        loss: Mean loss; None where the script took none that could be seen.
        accuracy: Share of right classes; None where it cannot be told.
        train_loss: Mean training loss since the validation before.
        train_accuracy: The same of the training batches sampled since.
        training_mode: Whether the model was in training mode.
        with_gradients: Whether gradients were recorded (no_grad missing).
        n_batches: Batches in it.
        metric: The user's own metric, handed in; None for none.
    """

    step: int
    loss: float | None = None
    accuracy: float | None = None
    train_loss: float | None = None
    train_accuracy: float | None = None
    training_mode: bool = False
    with_gradients: bool = False
    n_batches: int = 1
    metric: float | None = None

"""Numbers recorded while a member trained; the only thing that a check may look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Figures of one member, one value per evaluation (an epoch, or a part of a long one).

    A figure that is not finite (the member diverged) is None.

    Attributes:
        seed: Seed of the member.
        fold: Fold of its view.
        learning_rate: Its peak learning rate.
        steps: Optimizer steps made at each evaluation.
        train_loss: Mean training loss since the last evaluation.
        validation_loss: Loss on the validation rows.
        validation_score: Stopping score on the validation rows (lower is better).
        rate: Learning rate in force.
        gradient_norm: Norm of each layer's gradient at the step before the evaluation, before
            clipping, by layer name, first layer first.
        update_ratio: Norm of that step's update over the norm of the weights, by layer name.
        best_step: Step of the best weights; None when no evaluation was finite.
        stopped: Why it ended: "patience", "epochs", "time", "diverged", "interrupted", "pruned".
    """

    seed: int
    fold: int
    learning_rate: float
    steps: tuple[int, ...] = ()
    train_loss: tuple[float | None, ...] = ()
    validation_loss: tuple[float | None, ...] = ()
    validation_score: tuple[float | None, ...] = ()
    rate: tuple[float, ...] = ()
    gradient_norm: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    update_ratio: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    best_step: int | None = None
    stopped: str = ""

"""One network in training."""

from dataclasses import dataclass

from justright.kinds.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One network in training: its own seeds, rates and view of the data.

    Attributes:
        seed: Seed of the initial weights and of the noise (dropout).
        order_seed: Seed of the order in which rows are visited. Members that share it and
            their view see the same batches: a paired comparison.
        view: The rows it trains on and those it is validated on.
        learning_rate: Peak rate of the schedule.
        weight_decay: Strength of the decay of the weights.
        dropout: Share of hidden units dropped, 0 to 1.
        label_smoothing: Share of the target spread over all classes, 0 to 1.
        clip_threshold: Largest norm (or value) of the gradient.
        momentum: Momentum; the first beta of the Adam family.
        beta2: Decay of the squared gradients (RMSProp's smoothing constant).
    """

    seed: int
    order_seed: int
    view: View
    learning_rate: float
    weight_decay: float = 0.0
    dropout: float = 0.0
    label_smoothing: float = 0.0
    clip_threshold: float = 1.0
    momentum: float = 0.9
    beta2: float = 0.999

"""One network in training: everything that is its own."""

from dataclasses import dataclass

from justright.kinds import Design, View
from justright.nets.family import Spec

NEVER = 1_000_000  # evaluations; a patience that never ends a training


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One network in training: its shape, its seeds, its rates and its view of the data.

    Attributes:
        spec: The shape of the network.
        view: The rows it trains on and those it is validated on.
        seed: Seed of the initial weights and of the noise (dropout).
        order_seed: Seed of the order in which rows are visited. Members that share it and
            their view see the same batches: a paired comparison.
        batch_size: Examples per step.
        epoch_steps: Steps between two evaluations.
        total_steps: Steps that the schedule is laid out for; it ends there.
        loss: Word of the loss lever.
        output: Word of the output_activation lever.
        optimizer: Word of the optimizer lever.
        learning_rate: Peak rate of the schedule.
        momentum: Momentum; the first beta of the Adam family.
        beta2: Decay of the squared gradients (RMSProp's smoothing constant).
        weight_decay: Strength of the decay of the weights.
        weight_decay_schedule: "constant" or "flat_cosine".
        bias_rate: Factor of the learning rate for the biases of linear layers.
        embedding_rate: The same for embeddings of numbers.
        scaling_rate: The same for input scaling.
        blend_rate: The same for the blends of activations.
        schedule: Word of the schedule lever.
        warmup_share: Share of the steps over which the rate rises from zero.
        clip: "none", "norm" or "value".
        clip_threshold: Largest norm (or value) of the gradient.
        dropout: Share of hidden units dropped, 0 to 1.
        dropout_schedule: "constant" or "flat_cosine".
        input_dropout: Share of inputs dropped, 0 to 1.
        label_smoothing: Share of the target spread over all classes, 0 to 1.
        patience: Evaluations without a gain after which it stops.
        averaging: "none", "ema", "swa" or "last_k".
        ema_decay: Weight of the old average at each step.
        last_k: Evaluations whose weights "last_k" averages.

    Example:
        >>> import numpy as np
        >>> from justright.nets.spec import DenseSpec
        >>> spec = DenseSpec(
        ...     n_numeric=1, n_plain=0, cardinalities=(), n_outputs=1, depth=0, width=8
        ... )
        >>> view = View(train=np.arange(8), validation=np.arange(8, 10))
        >>> Member(spec=spec, view=view, seed=0, order_seed=0, batch_size=4, epoch_steps=2,
        ...        total_steps=20, loss="mse", learning_rate=0.01).optimizer
        'adamw'
    """

    spec: Spec
    view: View
    seed: int
    order_seed: int
    batch_size: int
    epoch_steps: int
    total_steps: int
    loss: str
    learning_rate: float
    output: str = "none"
    optimizer: str = "adamw"
    momentum: float = 0.9
    beta2: float = 0.999
    weight_decay: float = 0.0
    weight_decay_schedule: str = "constant"
    bias_rate: float = 1.0
    embedding_rate: float = 1.0
    scaling_rate: float = 1.0
    blend_rate: float = 1.0
    schedule: str = "constant"
    warmup_share: float = 0.0
    clip: str = "none"
    clip_threshold: float = 1.0
    dropout: float = 0.0
    dropout_schedule: str = "constant"
    input_dropout: float = 0.0
    label_smoothing: float = 0.0
    patience: int = NEVER
    averaging: str = "none"
    ema_decay: float = 0.99
    last_k: int = 5

    @classmethod
    def of(
        cls,
        design: Design,
        spec: Spec,
        view: View,
        *,
        seed: int,
        order_seed: int,
        batch_size: int,
        epoch_steps: int,
        total_steps: int,
    ) -> "Member":
        """A member with a design's own settings.

        Args:
            design: The design.
            spec: Shape of its network.
            view: The rows it sees.
            seed: Seed of its weights and noise.
            order_seed: Seed of the order of its rows.
            batch_size: Examples per step; the design's may be more than there are.
            epoch_steps: Steps between two evaluations.
            total_steps: Steps of the schedule.
        """
        return cls(
            spec=spec,
            view=view,
            seed=seed,
            order_seed=order_seed,
            batch_size=batch_size,
            epoch_steps=epoch_steps,
            total_steps=total_steps,
            loss=design.word("loss"),
            output=design.word("output_activation"),
            learning_rate=design.number("learning_rate"),
            optimizer=design.word("optimizer"),
            momentum=design.number("momentum"),
            beta2=design.number("beta2"),
            weight_decay=design.number("weight_decay"),
            weight_decay_schedule=design.word("weight_decay_schedule"),
            bias_rate=design.number("bias_rate"),
            embedding_rate=design.number("embedding_rate"),
            scaling_rate=design.number("scaling_rate"),
            blend_rate=design.number("blend_rate"),
            schedule=design.word("schedule"),
            warmup_share=design.number("warmup_share"),
            clip=design.word("clip"),
            clip_threshold=design.number("clip_threshold"),
            dropout=design.number("dropout"),
            dropout_schedule=design.word("dropout_schedule"),
            input_dropout=design.number("input_dropout"),
            label_smoothing=design.number("label_smoothing"),
            patience=design.count("patience"),
            averaging=design.word("averaging"),
            ema_decay=design.number("ema_decay"),
        )

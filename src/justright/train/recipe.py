"""How a population is trained: what its members share."""

from dataclasses import dataclass

from justright.kinds import Design, Member, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What all members of one population share.

    Attributes:
        loss: Word of the loss lever.
        optimizer: Word of the optimizer lever.
        schedule: Word of the schedule lever.
        warmup_share: Share of the steps over which the rate rises from zero.
        clip: "none", "norm" or "value".
        batch_size: Examples per step and member.
        epoch_steps: Steps between two evaluations.
        total_steps: Steps that the schedule is laid out for.
        patience: Evaluations without a gain after which a member stops.
        averaging: "none", "ema" or "swa".
        ema_decay: Weight of the old average at each step.
        input_dropout: Share of inputs dropped, 0 to 1.
    """

    loss: str
    optimizer: str = "adamw"
    schedule: str = "constant"
    warmup_share: float = 0.0
    clip: str = "none"
    batch_size: int
    epoch_steps: int
    total_steps: int
    patience: int = 1_000_000
    averaging: str = "none"
    ema_decay: float = 0.99
    input_dropout: float = 0.0

    @classmethod
    def of(cls, design: Design, *, epoch_steps: int, total_steps: int, batch_size: int) -> "Recipe":
        """Read the shared settings from a design."""
        return cls(
            loss=design.word("loss"),
            optimizer=design.word("optimizer"),
            schedule=design.word("schedule"),
            warmup_share=design.number("warmup_share"),
            clip=design.word("clip"),
            batch_size=batch_size,
            epoch_steps=epoch_steps,
            total_steps=total_steps,
            patience=design.count("patience"),
            averaging=design.word("averaging"),
            ema_decay=design.number("ema_decay"),
            input_dropout=design.number("input_dropout"),
        )


def member_of(
    design: Design, view: View, *, seed: int, order_seed: int, learning_rate: float | None = None
) -> Member:
    """A member with a design's own rates.

    Args:
        design: The design.
        view: The rows it sees.
        seed: Seed of its weights and noise.
        order_seed: Seed of the order of its rows.
        learning_rate: Peak rate in place of the design's.
    """
    return Member(
        seed=seed,
        order_seed=order_seed,
        view=view,
        learning_rate=design.number("learning_rate") if learning_rate is None else learning_rate,
        weight_decay=design.number("weight_decay"),
        dropout=design.number("dropout"),
        label_smoothing=design.number("label_smoothing"),
        clip_threshold=design.number("clip_threshold"),
        momentum=design.number("momentum"),
        beta2=design.number("beta2"),
    )

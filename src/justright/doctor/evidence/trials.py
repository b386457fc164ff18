"""What short trials on copies of the network showed: the cheapest experiments that tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTrial:
    """The same first steps again, from the same start, at another learning rate.

    Attributes:
        factor: Of the learning rate that the user chose.
        first: Loss on the trial's batches before any step.
        last: Loss on them after all steps; None where it is not finite.
    """

    factor: float
    first: float
    last: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """Figures of the trials; None where a trial was not made.

    Attributes:
        model: The model that was copied.
        n_layers: Layers of it with a weight that learns.
        n_rows: Rows of the small batch that copies learnt by heart.
        n_distinct: Different examples among them; 0 where their targets are all alike.
        batch_start: Loss of the untrained copy on one small batch.
        batch_end: Lowest loss that a copy reached on it, trained to know it by heart.
        batch_floor: Loss of the best outputs, equal rows having equal outputs.
        batch_trivial: Loss of the best constant on it.
        zeros_end: Lowest loss of a copy trained on the same targets with all-zero inputs; None
            also where the copy trained on the true inputs came near what can be learnt.
        moved_rows: Share of the other examples whose output changed when one example was
            changed (eval mode).
        leak_layer: First layer whose outputs for other examples changed; "" for none.
        leak_kind: Its class.
        leak_inside: Whether its inputs for them had not changed: the layer itself mixes.
        unread_columns: Features whose change moves no output; for (batch, features) inputs.
        n_columns: Features of the input.
        output_moves: Mean change of the outputs when inputs are shuffled over the rows, over
            the spread of the outputs; 0 where the input is ignored.
        loss_doubled: Loss of the batch given twice over, divided by the loss of the batch: 1
            for a mean, 2 for a sum.
        true_end: Lowest loss on held-out recorded rows of a copy trained on the others, over
            that of the best constant; None where not tried.
        shuffled_end: The same of a copy trained on the same targets in another order.
        optimizer: Class of the user's optimizer.
        rate: Learning rate that the user chose; None without an optimizer.
        n_steps: Steps of each rate trial.
        rates: Rate trials, that of the user's own rate first.
        because: Why a figure is missing, by its name; "all" where no trial was possible.
    """

    model: str = ""
    n_layers: int = 2
    n_rows: int = 0
    n_distinct: int = 0
    batch_start: float | None = None
    batch_end: float | None = None
    batch_floor: float | None = None
    batch_trivial: float | None = None
    zeros_end: float | None = None
    moved_rows: float | None = None
    leak_layer: str = ""
    leak_kind: str = ""
    leak_inside: bool = False
    unread_columns: tuple[int, ...] | None = None
    n_columns: int = 0
    output_moves: float | None = None
    loss_doubled: float | None = None
    true_end: float | None = None
    shuffled_end: float | None = None
    optimizer: str = ""
    rate: float | None = None
    n_steps: int = 0
    rates: tuple[RateTrial, ...] = ()
    because: Mapping[str, str] = field(default_factory=dict)

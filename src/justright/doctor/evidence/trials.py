"""What short trials on copies of the network showed: the cheapest experiments that tell."""

from dataclasses import dataclass


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
        n_rows: Rows of the batch that the trials used.
        n_steps: Steps of each rate trial.
        batch_start: Loss of the untrained copy on one small batch.
        batch_end: Lowest loss that a copy reached on it, trained to know it by heart.
        batch_floor: Loss of the best outputs, equal rows having equal outputs.
        batch_trivial: Loss of the best constant on it.
        zeros_end: Lowest loss of a copy trained on the same targets with all-zero inputs.
        moved_rows: Share of the other examples whose output changed when one example was
            changed (eval mode).
        unread_columns: Features whose change moves no output; for (batch, features) inputs.
        n_columns: Features of the input.
        output_moves: Mean change of the outputs when inputs are shuffled over the rows, over
            the spread of the outputs; 0 where the input is ignored.
        loss_doubled: Loss of the batch given twice over, divided by the loss of the batch: 1
            for a mean, 2 for a sum.
        shuffled_end: What remains of the learnable loss on held-out recorded rows after the
            same steps with targets shuffled; None where not tried.
        true_end: The same with the true targets.
        rates: Rate trials.
        trained_in: Whether they started from the network as it was before training.
    """

    model: str = ""
    n_rows: int = 0
    n_steps: int = 0
    batch_start: float | None = None
    batch_end: float | None = None
    batch_floor: float | None = None
    batch_trivial: float | None = None
    zeros_end: float | None = None
    moved_rows: float | None = None
    unread_columns: tuple[int, ...] | None = None
    n_columns: int = 0
    output_moves: float | None = None
    loss_doubled: float | None = None
    shuffled_end: float | None = None
    true_end: float | None = None
    rates: tuple[RateTrial, ...] = ()
    trained_in: bool = True

"""What went into the network, batch by batch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The first input tensor of a model in one sampled training pass.

    Attributes:
        model: The model that it went into.
        step: Optimizer steps made before it.
        shape: Its shape, the batch first unless the model's layers say otherwise.
        dtype: "float32", "int64", …
        low: Least value.
        high: Greatest value.
        mean: Mean of all values.
        std: Standard deviation of all values.
        n_columns: Features of a row, for (batch, features); 0 for other shapes.
        constant_columns: Features that are the same in every row of the batch.
        largest_column_std: Greatest standard deviation of a feature over the rows.
        smallest_column_std: Least one above zero.
        farthest_mean: Greatest |mean| of a feature over its standard deviation.
        finite_share: Share of values that are finite, 0 to 1.
    """

    model: str
    step: int
    shape: tuple[int, ...]
    dtype: str = "float32"
    low: float = -3.0
    high: float = 3.0
    mean: float = 0.0
    std: float = 1.0
    n_columns: int = 0
    constant_columns: int = 0
    largest_column_std: float = 1.0
    smallest_column_std: float = 1.0
    farthest_mean: float = 0.0
    finite_share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """How the training rows came, told by a fingerprint of each batch's rows and its targets.

    Attributes:
        n_batches: Training batches looked at, the first ones without a gap.
        batch_sizes: Size of each of these batches.
        repeats: Batches that were the same as the one before, to the bit.
        n_rows_seen: Different rows seen in them.
        epoch_batches: Batches after which the same rows came round again; 0 when they never did.
        same_order: Epochs after the first whose batches were the same, in the same order.
        n_epochs: Whole epochs seen in them.
        n_classes: Different target classes; 0 for numbers.
        single_class_share: Share of batches of at least 2 rows that hold one class only.
        class_changes: Share of successive batches of one class only that hold another class.
        sorted_share: How steadily the targets rise or fall over the first epoch (|correlation| of
            place and class, or of place and rank of a number), 0 to 1.
        expected_single_share: Share that would hold one class only by chance.
        shared_rows: Validation rows that were among the training rows, to the bit.
        n_validation_rows: Validation rows looked at.
        mixed_rows: Validation rows of batches of which some rows, and not all, were among the
            rows that the same model learnt from before; batches that hold the whole training set
            do not count.
        mixed_shared_rows: Those of them that were among these.
        only_shared: Whether every row that a trained model was judged on was one of them.
        duplicated_rows: Training rows that came twice within an epoch.
        flipped_rows: Images whose mirror image had come before.
        flipped_same_target: Those of them with the very target of their mirror image.
        coarse: Whether inputs take so few values that equal rows come by chance.
        fine: Whether some feature hardly takes a value twice: equal rows are copies.
        seen_again: Rows with a class that came again in a later batch, to the same model.
        same_class_share: Share of these whose class was the same as before.
        chance_share: Share that would be so by chance.
    """

    n_batches: int
    batch_sizes: tuple[int, ...] = ()
    repeats: int = 0
    n_rows_seen: int = 0
    epoch_batches: int = 0
    same_order: int = 0
    n_epochs: int = 0
    n_classes: int = 0
    single_class_share: float = 0.0
    class_changes: float = 0.0
    sorted_share: float = 0.0
    expected_single_share: float = 0.0
    shared_rows: int = 0
    n_validation_rows: int = 0
    mixed_rows: int = 0
    mixed_shared_rows: int = 0
    only_shared: bool = False
    duplicated_rows: int = 0
    flipped_rows: int = 0
    flipped_same_target: int = 0
    coarse: bool = False
    fine: bool = False
    seen_again: int = 0
    same_class_share: float = 1.0
    chance_share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """A DataLoader that the script went through.

    Attributes:
        n_examples: Length of its dataset; 0 where it has none.
        batch_size: Its batch size; 0 for a batch sampler of the user's own.
        shuffles: Whether its sampler draws at random.
        drop_last: Whether a short last batch is dropped.
        n_workers: Worker processes.
        learning: Whether the model learnt from its batches.
        passes: Times it was gone through.
        line: Line of the user's script that went through it first.
        edited: Times the data were found changed since the pass before had begun.
    """

    n_examples: int
    batch_size: int
    shuffles: bool = True
    drop_last: bool = False
    n_workers: int = 0
    learning: bool = True
    passes: int = 1
    line: int | None = None
    edited: int = 0

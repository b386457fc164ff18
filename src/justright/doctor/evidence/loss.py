"""What went into a loss function, and what came out."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class LossSample:
    """One call of a loss function, looked at closely.

    Attributes:
        step: Optimizer steps made before it.
        value: The loss.
        trivial: Loss of the best constant on these targets; None where it is not known.
        low: Least value that was put in (logits, probabilities or numbers).
        high: Greatest value.
        std: Standard deviation of what was put in.
        example_spread: Standard deviation across the examples, mean over outputs.
        sums_to_one: Whether each row lies in 0..1 and sums to 1 over the class axis.
        log_sums_to_one: Whether the exponentials do.
        sums_to_one_elsewhere: Whether they do over the batch axis and not over the classes.
        accuracy: Share of examples whose likeliest class is the target; None for numbers.
        majority: Share of the commonest class among the targets; None for numbers.
        predicted_majority: Share of the commonest predicted class; None for numbers.
        target_low: Least target.
        target_high: Greatest target.
        target_mean: Mean of the targets.
        target_std: Standard deviation of the targets.
        target_ends: Their quantiles at 5 and 95 percent; None where not taken.
        n_classes_seen: Distinct targets where they are whole numbers or 0 and 1; 0 for numbers.
        finite_input: Whether everything put in is finite.
        finite_target: Whether every target is finite.
        correlation: Correlation of prediction and target over examples; None where not numbers.
        column_correlations: The same of each output, where there are 2 to 16.
    """

    step: int
    value: float
    trivial: float | None = None
    low: float = 0.0
    high: float = 0.0
    std: float = 1.0
    example_spread: float = 1.0
    sums_to_one: bool = False
    log_sums_to_one: bool = False
    sums_to_one_elsewhere: bool = False
    accuracy: float | None = None
    majority: float | None = None
    predicted_majority: float | None = None
    target_low: float = 0.0
    target_high: float = 1.0
    target_mean: float = 0.0
    target_std: float = 1.0
    target_ends: tuple[float, float] | None = None
    n_classes_seen: int = 0
    finite_input: bool = True
    finite_target: bool = True
    correlation: float | None = None
    column_correlations: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LossUse:
    """One loss function as the script uses it, in training or in validation.

    Attributes:
        function: Name in torch.nn.functional ("cross_entropy").
        learning: Whether it was called with gradients on (training).
        calls: Times it was called.
        line: Line of the user's script that called it first; None where that cannot be told.
        input_shape: Shape of the first argument at the first call.
        target_shape: Shape of the second.
        input_dtype: "float32", …
        target_dtype: "int64", …
        made_by: The operation whose result was put in ("Softmax", "Addmm", "Sigmoid"); "" where
            it cannot be told.
        layer: The layer upstream of that.
        options: "reduction", "ignore_index", "label_smoothing", "weight" ("given") …
        samples: Calls looked at closely: the first, and those of sampled steps.
        shapes_seen: How many different input shapes came.
        padded_share: Share of the counted targets that stand where a sequence was only filled up,
            median over the samples; None where no filling was seen.
    """

    function: str
    learning: bool = True
    calls: int = 1
    line: int | None = None
    input_shape: tuple[int, ...] = ()
    target_shape: tuple[int, ...] = ()
    input_dtype: str = "float32"
    target_dtype: str = "float32"
    made_by: str = ""
    layer: str = ""
    options: Mapping[str, float | str] = field(default_factory=dict)
    samples: tuple[LossSample, ...] = ()
    shapes_seen: int = 1
    padded_share: float | None = None

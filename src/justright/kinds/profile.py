"""Facts measured from the data. The only thing that the rule book may look at."""

from dataclasses import dataclass

from justright.kinds.task import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the data room measured on the development rows (never on the test part).

    Shares are from 0 to 1.

    Attributes:
        task: Kind of the task.
        n_rows: Development rows with a known target.
        n_numeric: Input columns that hold numbers.
        n_boolean: Input columns with two values.
        n_category: Input columns with categories.
        n_date: Input columns with dates.
        n_text: Input columns with free text.
        embeds_text: Whether a sentence-embedding model is installed.
        n_inputs: Width of the encoded input, before any embedding, free text left out.
        channels: Channels of the input images: 1 for grey, 3 for colour; 0 without images.
        height: Rows of pixels of the input images; 0 without images.
        width: Columns of pixels of the input images; 0 without images.
        max_cardinality: Most levels of any category column; 0 without one.
        missing_share: Share of input cells without a value.
        outlier_share: Largest share of outliers in any numeric input.
        skewed_share: Share of numeric inputs whose skewness is beyond ±2.
        scale_ratio: Largest interquartile range of a numeric input over the smallest.
        n_classes: Classes of the target, or labels; 0 for numbers.
        minority_share: Share of the rarest class or label; 0 for numbers.
        n_rarest: Rows of the rarest class or label; 0 for numbers.
        target_low: Smallest target; 0 for classes.
        target_high: Largest target; 0 for classes.
        target_spread: 95 % quantile of a positive target over its 5 % quantile; else 1.
        target_outlier_share: Share of targets further than 3 interquartile ranges outside.
        target_skewness: Third standardised moment of the target; 0 for classes.
        autocorrelation: Rank correlation of the target from one row of the file to the next.
        autocorrelation_z: The same in standard errors of rows that do not depend on each other.
        has_groups: Whether a group column was named.
        has_order: Whether an order column was named.
        budget_s: Time that the user gives for the whole run, in seconds.
    """

    task: TaskKind
    n_rows: int
    n_numeric: int = 0
    n_boolean: int = 0
    n_category: int = 0
    n_date: int = 0
    n_text: int = 0
    embeds_text: bool = False
    n_inputs: int = 1
    channels: int = 0
    height: int = 0
    width: int = 0
    max_cardinality: int = 0
    missing_share: float = 0.0
    outlier_share: float = 0.0
    skewed_share: float = 0.0
    scale_ratio: float = 1.0
    n_classes: int = 0
    minority_share: float = 0.0
    n_rarest: int = 0
    target_low: float = 0.0
    target_high: float = 0.0
    target_spread: float = 1.0
    target_outlier_share: float = 0.0
    target_skewness: float = 0.0
    autocorrelation: float = 0.0
    autocorrelation_z: float = 0.0
    has_groups: bool = False
    has_order: bool = False
    budget_s: float = 60.0

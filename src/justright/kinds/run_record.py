"""One training, recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from justright.kinds.column import Column
from justright.kinds.design import Design
from justright.kinds.doubt import Contest, Doubt
from justright.kinds.finding import Finding
from justright.kinds.log_entry import LogEntry
from justright.kinds.overuse import Overuse
from justright.kinds.profile import Profile
from justright.kinds.ramp import Ramp
from justright.kinds.score import Score
from justright.kinds.search import Search, Single
from justright.kinds.sweep import Sweep
from justright.kinds.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFacts:
    """Where the data came from and how it was parted.

    Attributes:
        source: Name of the file or kind of the frame.
        fingerprint: SHA-256 of the cells read, in hexadecimal.
        n_rows: Rows read.
        n_columns: Columns read.
        n_development: Rows that choices may look at.
        n_test: Rows that only the final score looks at.
        n_folds: Folds of the development rows; 1 for a hold-out.
        n_validation: Validation rows of one fold.
        n_repeats: Times that the folds were dealt out.
    """

    source: str
    fingerprint: str
    n_rows: int
    n_columns: int
    n_development: int
    n_test: int
    n_folds: int
    n_validation: int
    n_repeats: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Counts of true against predicted classes on the test rows.

    Attributes:
        classes: Labels, in the order of rows and columns.
        counts: counts[true][predicted].
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Predicted probability against the share that came true, on the test rows.

    Attributes:
        predicted: Mean predicted probability of each bin.
        observed: Share that came true in each bin.
        n_rows: Rows in each bin.
        error: Expected calibration error, 0 to 1.
        temperature: What the logits are divided by.
    """

    predicted: tuple[float, ...]
    observed: tuple[float, ...]
    n_rows: tuple[int, ...]
    error: float
    temperature: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedTrue:
    """Predicted against true numbers on at most 2,000 test rows.

    Attributes:
        name: The column that is predicted.
        predicted: Predictions, in the unit of the target.
        true: True values.
    """

    name: str
    predicted: tuple[float, ...]
    true: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """How well one label of a multilabel task is found on the test rows.

    Attributes:
        name: The label.
        n_rows: Test rows that have it.
        average_precision: How well its probability ranks the rows; None where all or none have it.
        f1: F1 of rows where it is more likely than not.
    """

    name: str
    n_rows: int
    average_precision: float | None
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What lies at each place of the ranked lists, from the first on, over the test queries.

    Attributes:
        predicted: Mean relevance at each place as the network ranks.
        best: The same in the best order there is.
        chance: Mean relevance of a row drawn by chance.
        n_queries: Queries that reach each place.
    """

    predicted: tuple[float, ...]
    best: tuple[float, ...]
    chance: float
    n_queries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How often the interval of a predicted number held on the test rows.

    Attributes:
        level: What it promises, 0 to 1.
        observed: Share of the test rows whose true number lay inside.
        low: Lower end of the 95 % interval of that share.
        high: Upper end.
        width: Median width of the intervals, in the unit of the target.
        n_rows: Test rows.
        column: The column that is predicted.
    """

    level: float
    observed: float
    low: float
    high: float
    width: float
    n_rows: int
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """How the intervals of predicted numbers are made.

    Attributes:
        columns: The columns that are predicted.
        narrower: For each column the share by which a width that follows the prediction makes
            the median interval narrower; None where there were too few rows to tell.
        by_prediction: For each column, whether the width follows the prediction for that.
        n_rows: Rows predicted by networks that had not seen them, whose errors are the measure.
        n_groups: Groups that they come in, each of which counts alike; 0 for none.
        cautions: Why the intervals may hold less often than they promise.
    """

    columns: tuple[str, ...]
    narrower: tuple[float | None, ...]
    by_prediction: tuple[bool, ...]
    n_rows: int
    n_groups: int = 0
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A dumb or simple predictor, measured on the same test rows.

    Attributes:
        name: "trivial" or "linear".
        what: What it predicts, in words.
        scores: One score per metric, in the order of the network's.
    """

    name: str
    what: str
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One training from file to score: what the report shows and the lab will keep.

    Attributes:
        created: Local time, ISO 8601.
        command: The command line that repeats the run.
        python: The Python lines that repeat the run.
        seed: The seed.
        versions: Package name to version.
        data: Where the data came from.
        profile: Facts that the rules read.
        columns: Every column of the data.
        logbook: What was done, excluded, flagged, in order.
        design: The design with all its decisions.
        n_parameters: Weights of one network.
        findings: What preflight and the training showed.
        sweep: The learning-rate sweep; None when the user set the rate, or for want of time.
        traces: One per member of the final population.
        scores: The network's scores on the test rows, the design's metric first; on validation rows
            where none were set aside.
        validation_scores: The same on out-of-fold development rows.
        baselines: Trivial and linear, on the same test rows; none without any.
        verdict: One sentence: is the network worth it?
        warnings: What the reader should know before using the model.
        timings_s: Seconds spent in each stage, in order.
        confusion: For classes.
        calibration: For classes.
        predicted_true: For numbers, one for each column.
        labels: For multilabel tasks, the rarest label last.
        places: For rankings.
        ramp: The learning-rate ramp; None where none was run.
        overuse: How far validation flatters, as choices were made on it; None where no network has
            a finite score.
        doubt: Development rows that look wrong.
        contest: Ways to train on uneven classes, compared; None where none were.
        search: What the search over designs tried; None where none was run.
        single: The one network in the place of the ensemble; None where that stays.
        intervals: How intervals of predicted numbers are made; None for classes and rankings.
        coverage: How often they held, one for each column and level.
    """

    created: str
    command: str
    python: str
    seed: int
    versions: Mapping[str, str]
    data: DataFacts
    profile: Profile
    columns: tuple[Column, ...]
    logbook: tuple[LogEntry, ...]
    design: Design
    n_parameters: int
    findings: tuple[Finding, ...]
    sweep: Sweep | None
    traces: tuple[Trace, ...]
    scores: tuple[Score, ...]
    validation_scores: tuple[Score, ...]
    baselines: tuple[Baseline, ...]
    verdict: str
    warnings: tuple[str, ...] = ()
    timings_s: Mapping[str, float] = field(default_factory=dict)
    confusion: Confusion | None = None
    calibration: Calibration | None = None
    predicted_true: tuple[PredictedTrue, ...] = ()
    labels: tuple[LabelFigures, ...] = ()
    places: Places | None = None
    ramp: Ramp | None = None
    overuse: Overuse | None = None
    doubt: Doubt | None = None
    contest: Contest | None = None
    search: Search | None = None
    single: Single | None = None
    intervals: Intervals | None = None
    coverage: tuple[Coverage, ...] = ()

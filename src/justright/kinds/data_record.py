"""What is known about a table before anything is trained."""

from dataclasses import dataclass

from justright.kinds.column import Column
from justright.kinds.finding import Finding
from justright.kinds.log_entry import LogEntry
from justright.kinds.profile import Profile
from justright.kinds.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Counts of numbers in bins of equal width; of dates, as days since 1970-01-01.

    Attributes:
        low: Lower edge of the first bin.
        high: Upper edge of the last bin.
        counts: Sampled cells in each bin.
        n_below: Sampled cells below the first bin: outliers.
        n_above: Sampled cells above the last bin: outliers.
    """

    low: float
    high: float
    counts: tuple[int, ...]
    n_below: int = 0
    n_above: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRecord:
    """One column, its picture, and what a fit does with it.

    Attributes:
        column: What was found out about it.
        use: What a fit does with it.
        why: Why that is done.
        histogram: Of numbers and dates; None for others (their picture is `column.top`).
    """

    column: Column
    use: str
    why: str
    histogram: Histogram | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRecord:
    """The data's own report: what `justright profile` shows, and what its JSON holds.

    Attributes:
        created: Local time, ISO 8601.
        source: Name of the file, or the kind of frame.
        n_rows: Rows read.
        n_columns: Columns read.
        n_known: Rows whose target is known; all rows without a target. Figures of columns are
            of these.
        n_bytes: Memory that the table takes as read, in bytes.
        n_duplicates: Rows that repeat an earlier one in every input and in the target.
        n_missing: Cells without a value, over all columns.
        task: What is predicted; None without a target, or where it cannot be predicted.
        columns: Every column, in the order of the table.
        findings: What looks wrong, the gravest first.
        logbook: What was read, changed, left out and flagged, in order.
        profile: Facts that the rule book reads; None without a task.
        design: The design that follows, in a few lines; empty without a task.
        command: The command line to go on with.
        python: The Python lines to go on with.
    """

    created: str
    source: str
    n_rows: int
    n_columns: int
    n_known: int
    n_bytes: int
    n_duplicates: int
    n_missing: int
    task: Task | None
    columns: tuple[ColumnRecord, ...]
    findings: tuple[Finding, ...]
    logbook: tuple[LogEntry, ...]
    profile: Profile | None
    design: tuple[str, ...]
    command: str
    python: str

    @property
    def missing_share(self) -> float:
        """Share of all cells without a value, from 0 to 1."""
        return self.n_missing / max(1, self.n_known * self.n_columns)

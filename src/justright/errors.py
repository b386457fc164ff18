"""Every error that Justright raises on purpose.

JustrightError
├── DataError       the data cannot be used as it is
├── DesignError     no rule covers these facts, or an override contradicts them
├── PreflightError  the network failed a check before training
├── TrainingError   training came to nothing that can be used
├── ModelError      a model folder cannot be loaded, or does not fit the rows given
├── CheckpointError a fit that was cut off cannot be resumed
├── LabError        the lab's file cannot be used, or does not hold what was asked for
└── BudgetError     the work asked for does not fit the time given

Mistakes of a programmer (a wrong type, sizes out of order) stay `ValueError` and `TypeError`.
"""


class JustrightError(Exception):
    """What was seen, what was needed, and what to try next.

    Example:
        >>> print(JustrightError("the file is empty", "at least 10 rows", try_="another file"))
        the file is empty
          needed: at least 10 rows
          try:    another file
    """

    def __init__(self, seen: str, needed: str, *, try_: str) -> None:
        super().__init__(f"{seen}\n  needed: {needed}\n  try:    {try_}")
        self.seen, self.needed, self.try_ = seen, needed, try_


class DataError(JustrightError):
    """The data cannot be used as it is."""


class DesignError(JustrightError):
    """No rule covers these facts, or an override contradicts them."""


class PreflightError(JustrightError):
    """The network failed a check before training."""


class TrainingError(JustrightError):
    """Training came to nothing that can be used."""


class ModelError(JustrightError):
    """A model folder cannot be loaded, or does not fit the rows given."""


class BudgetError(JustrightError):
    """The work asked for does not fit the time given."""


class CheckpointError(JustrightError):
    """A fit that was cut off cannot be resumed."""


class LabError(JustrightError):
    """The lab's file cannot be used, or does not hold what was asked for."""

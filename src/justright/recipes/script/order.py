"""What the process of a watched script is to run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be run.

    Attributes:
        script: The file, as the user named it.
        words: Its arguments.
        folder: Where letters are left.
        steps: Optimizer steps after which it is stopped; None for no limit.
        time_s: Seconds; None for no limit.
        trials: Whether to make trials on copies of the network.
    """

    script: str
    words: tuple[str, ...]
    folder: str
    steps: int | None = None
    time_s: float | None = None
    trials: bool = True

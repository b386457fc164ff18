"""Rows that look wrong, and what was tried against rare classes."""

from dataclasses import dataclass

from justright.kinds.decision import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """One row whose target looks wrong, or whose inputs lie far out.

    Attributes:
        row: Number of the row in the table as it was read, counted from 1, header not counted.
        kind: "label" or "value" for a target, "outlier" for an input.
        column: The column concerned.
        given: What stands there.
        suggested: What the networks that did not train on the row take for right; empty for an
            outlier.
        confidence: Probability that they give the label that stands there; None for numbers.
        distance: How far off it is, in the spread that is usual there; None for labels.
        why: The reason, in words.
    """

    row: int
    kind: str
    column: str
    given: str
    suggested: str = ""
    confidence: float | None = None
    distance: float | None = None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What looks wrong in the development rows. Nothing of it was left out.

    Attributes:
        targets: The rows whose target is the most doubtful, at most 20.
        outliers: The rows whose inputs lie farthest out, at most 20.
        n_targets: Rows with a doubtful target, in all.
        n_outliers: Rows that lie far out, in all.
        n_judged: Development rows whose target could be judged: some network did not train on it.
        n_rows: Development rows.
        how: How targets were judged, in words; empty where they were not.
        guarded: What the design does about rows that lie far out, in words.
    """

    targets: tuple[Suspect, ...]
    outliers: tuple[Suspect, ...]
    n_targets: int
    n_outliers: int
    n_judged: int
    n_rows: int
    how: str
    guarded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to train on classes of which one is rare.

    Attributes:
        name: In words.
        lever: The lever that it sets.
        value: What it sets it to.
        score: The metric on validation rows.
        gain: How much better than the plain way, above 0 is better.
        low: Lower end of the interval of the gain.
        high: Its upper end.
    """

    name: str
    lever: str
    value: Value
    score: float
    gain: float = 0.0
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Ways to train on uneven classes, compared on the same rows from the same starts.

    Attributes:
        metric: The figure of merit.
        higher_is_better: Its direction.
        minority_share: Share of the rarest class, 0 to 1.
        ways: The plain way first.
        chosen: Number of the way that was taken.
        level: Share that all intervals together cover, 0 to 1.
        n_rows: Validation rows that each way is scored on.
        n_networks: Networks of each way.
        n_steps: Steps of each.
    """

    metric: str
    higher_is_better: bool
    minority_share: float
    ways: tuple[Way, ...]
    chosen: int
    level: float
    n_rows: int
    n_networks: int
    n_steps: int

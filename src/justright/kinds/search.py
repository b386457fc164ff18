"""A search over designs: what was tried, what it came to, and what was kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from justright.kinds.decision import Value

#: Where a configuration came from.
Idea = Literal[
    "rule book",
    "quasi-random",
    "uniform",
    "perturbed",
    "optuna",
    "grow",
    "regularise",
    "rate",
    "schedule",
]
#: Why its training ended: it went all the way, lost at a rung, lost the race over folds, was only
#: to show what it can learn by heart, and so on.
Fate = Literal["kept", "cut", "raced out", "diverged", "time", "grown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One configuration that the search trained.

    Attributes:
        number: Its number, from 0; 0 is the rule book's own design.
        idea: Where it came from.
        parent: Number of the configuration that it was perturbed from; None for none.
        levers: The levers that the search chose, by name.
        rung: Rungs that it survived, from 0.
        step_share: Share of its planned steps that it made, 0 to 1.
        score: Stopping score (lower is better) where it ended; None if never finite.
        metric: Out-of-fold metric; None unless it was trained to the end on every fold.
        n_parameters: Weights of one network.
        cost_s: Its share of the seconds that its populations took.
        at_s: Seconds from the beginning of the search to its end.
        fate: Why it ended.
    """

    number: int
    idea: Idea
    parent: int | None = None
    levers: Mapping[str, Value]
    rung: int
    step_share: float
    score: float | None
    metric: float | None
    n_parameters: int
    cost_s: float
    at_s: float
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """How much of the spread of the scores a lever explains.

    Attributes:
        lever: Name of the lever.
        share: Share of the variance explained, 0 to 1.
        low: Lower end of the 95 % interval.
        high: Upper end.
    """

    lever: str
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One configuration of the ensemble.

    Attributes:
        number: Its number.
        weight: Its share of the prediction, 0 to 1.
    """

    number: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """One network that was taught what an ensemble knows, and what it loses by that.

    Attributes:
        metric: Name of the metric.
        n_rows: Rows that both are compared on.
        tested: Whether these are test rows; else they are the rows that it was stopped by.
        n_networks: Networks of the ensemble.
        n_parameters: Weights of the one network.
        n_before: Weights of the ensemble.
        value: Its metric; None where it cannot be told.
        before: The ensemble's.
        loss: What it loses in the metric, negative where it gains, whatever the direction.
        low: Lower end of the 95 % interval of the loss, paired by rows.
        high: Upper end.
        levers: Levers of its that are not those of the record's design.
    """

    metric: str
    n_rows: int
    tested: bool
    n_networks: int
    n_parameters: int
    n_before: int
    value: float | None = None
    before: float | None = None
    loss: float | None = None
    low: float | None = None
    high: float | None = None
    levers: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStage:
    """One stage of a strategy, as the guides tell it.

    Attributes:
        name: "grow", "regularise", ...
        said: What was done and what came of it, in one sentence.
        numbers: Numbers of the configurations that belong to it.
    """

    name: str
    said: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search tried, and what is to be believed of its gain.

    Attributes:
        strategy: "population" or "classic".
        sampler: Who proposed.
        metric: Name of the metric that the ensemble was chosen by.
        higher_is_better: Its direction.
        levers: Names of the levers that were searched.
        tried: Every configuration, in order of number.
        picks: The ensemble, the heaviest first.
        base: Out-of-fold metric of the rule book's own design.
        best: The best out-of-fold metric of a single configuration.
        together: Out-of-fold metric of the ensemble.
        luck: How much of `best` beyond `base` is luck of the draw, in the metric's unit, 0 or
            more; None where it cannot be told.
        gain: What the ensemble gains over the rule book's design on rows that had no part in
            choosing it, positive is better; None where it cannot be told.
        low: Lower end of its 95 % interval.
        high: Upper end.
        importance: Levers by falling share.
        curve: Seconds from the beginning, and the ensemble's metric from then on.
        stages: What the strategy did, in order; empty for "population".
        seconds: Seconds that the search took.
        ended: Why it ended: "time", "trials", "no gain", "interrupted", "done".
    """

    strategy: str
    sampler: str
    metric: str
    higher_is_better: bool
    levers: tuple[str, ...]
    tried: tuple[Tried, ...]
    picks: tuple[Pick, ...]
    base: float | None
    best: float | None
    together: float | None
    luck: float | None = None
    gain: float | None = None
    low: float | None = None
    high: float | None = None
    importance: tuple[Importance, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()
    stages: tuple[SearchStage, ...] = ()
    seconds: float = 0.0
    ended: str = ""

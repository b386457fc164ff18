"""The answer to one question, as data: a sentence, a table, a picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: A cell of the table.
Cell = str | int | float | None
Verdict = Literal["useful", "harmful", "no clear effect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one choice does beside another one, paired on the same rows, starts and batches.

    A figure is NaN where it cannot be told: one place, or a choice that mostly diverged.

    Attributes:
        name: The choice.
        base: What it is compared with.
        value: Mean gain, in the metric's unit; positive is better.
        low: Lower end of the interval; it holds together with those of all other effects of the
            answer, and over all looks at it.
        high: Upper end.
        level: Its level, as 0.95.
        shrunken: The gain as it is to be expected elsewhere: the largest of many is in part luck.
        p: Two-sided p-value, corrected for the number of values that were compared.
        n_pairs: Pairs of networks.
        n_places: Different validation sets among them.
        verdict: Whether it is useful, harmful, or below the noise.
        n_diverged: Pairs in which the choice diverged and the base did not.
    """

    name: str
    base: str
    value: float
    low: float
    high: float
    level: float
    shrunken: float
    p: float
    n_pairs: int
    n_places: int
    verdict: Verdict
    n_diverged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line, or one set of points with intervals, of a picture.

    Attributes:
        name: What it shows.
        x: Places; numbers, or words where the axis has words.
        y: Values; None where there is none.
        low: Lower ends of intervals; empty for none.
        high: Upper ends.
        drawn: "line", "points", or "dashes" for what is fitted or foretold.
        told: What a pointer over each point is told; empty for its name, place and value.
    """

    name: str
    x: tuple[float | str, ...]
    y: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    drawn: Literal["line", "points", "dashes"] = "line"
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on the x axis that is named.

    Attributes:
        x: The place.
        label: Its name.
    """

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture.

    Attributes:
        title: What it shows.
        x: Name of the x axis, with its unit.
        y: Name of the y axis, with its unit.
        series: What is drawn.
        marks: Named places.
        x_log: Whether the x axis is logarithmic.
        y_log: Whether the y axis is.
        zero: Whether a line at 0 helps: intervals of differences.
        lying: Whether x lies upward, with a word for each interval: a forest of intervals.
        whole: Whether every value is to be seen, also one far from all others.
    """

    title: str
    x: str
    y: str
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()
    x_log: bool = False
    y_log: bool = False
    zero: bool = False
    lying: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to one question.

    Attributes:
        question: The question, as "dropout".
        asked: The question in words: "Is dropout useful here?"
        sentence: The answer in one sentence, with its interval.
        clear: Whether the data answer it; False where what is seen lies below the noise.
        target: What is predicted.
        source: Where the data came from.
        metric: Name of the metric.
        higher_is_better: Its direction.
        columns: Heads of the table.
        rows: Its lines.
        picture: The picture.
        effects: Paired effects, the most useful first; empty where the question has none.
        numbers: Figures of the answer, by name.
        advice: What to do: the line to paste, as "--set dropout=0.2"; empty for nothing.
        how: How it was measured, in sentences.
        cautions: What a reader must know.
        n_networks: Networks that were trained.
        seconds: Seconds that it took.
        ended: Why it ended: "clear", "hopeless" (it cannot become clear in the time), "time",
            "interrupted", "done".
        command: The command line that asks it again.
    """

    question: str
    asked: str
    sentence: str
    clear: bool
    target: str
    source: str
    metric: str
    higher_is_better: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    picture: Picture
    effects: tuple[Effect, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    advice: str = ""
    how: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    n_networks: int = 0
    seconds: float = 0.0
    ended: str = ""
    command: str = ""

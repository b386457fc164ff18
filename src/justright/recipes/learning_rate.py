"""One question on its own: which learning rate?"""

import time
from collections.abc import Mapping, Sequence
from operator import index
from pathlib import Path
from typing import Any, Literal

import msgspec

from justright.errors import BudgetError
from justright.kinds import Design, LogEntry, Ramp, Sweep, Value
from justright.recipes.encoded import encode
from justright.recipes.ground import Ground, lay_ground
from justright.recipes.network import spec_of
from justright.recipes.preflight import look_over
from justright.recipes.progress import Listener, Progress, Silent
from justright.recipes.ramp import ramp, with_ramp
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.training import sweep, with_rate
from justright.recipes.wish import Wish, apart
from justright.report.picture_file import saved
from justright.report.plot import plot_ramp, plot_sweep
from justright.report.rate import rate_html, rate_page, rate_text

How = Literal["sweep", "ramp"]
FIT_TIME_S = 60.0  # seconds; the time of a fit, whose design is asked about
SHARE = 0.9  # of the time left, for the sweep: machines are shared


class FoundRate:
    """A learning rate measured on a table, and how.

    Attributes:
        found: The sweep or the ramp.
        design: The design that it was measured for, with the measured rate.
        source: Where the data came from.
        log: What was done to the data, and why.
    """

    def __init__(self, ground: Ground, found: Sweep | Ramp) -> None:
        self.found = found
        self.design: Design = (
            with_rate(ground.design, found)
            if isinstance(found, Sweep)
            else with_ramp(ground.design, found)
        )
        self.source: str = ground.table.source
        self.log: tuple[LogEntry, ...] = ground.log

    @property
    def chosen(self) -> float:
        """The rate to train with: the peak of the design's schedule."""
        return self.found.chosen

    @property
    def suggestions(self) -> Mapping[str, float]:
        """Other readings by name."""
        return self.found.suggestions

    @property
    def cautions(self) -> tuple[str, ...]:
        """What makes the test hard to read, in sentences."""
        return self.found.cautions

    def plot(self) -> Any:
        """Draw the loss against the rate with matplotlib, for a notebook.

        Returns:
            A matplotlib Figure.

        Raises:
            JustrightError: If matplotlib is not installed.
        """
        return plot_sweep(self.found) if isinstance(self.found, Sweep) else plot_ramp(self.found)

    def save(self, path: str | Path) -> Path:
        """Save the picture: a page for a browser (.html), or an image (.png, .svg, .pdf).

        Args:
            path: The file; one that is there is replaced.

        Returns:
            The path.

        Raises:
            JustrightError: If the ending is another one, or matplotlib is needed and missing.
        """
        return saved(
            path, lambda: rate_page(self.found, self.design.task.target, self.source), self.plot
        )

    def to_dict(self) -> dict[str, Any]:
        """What was found and the design's decision on the rate, as plain data."""
        built: dict[str, Any] = msgspec.to_builtins(
            {
                "how": "sweep" if isinstance(self.found, Sweep) else "ramp",
                "chosen": self.chosen,
                "found": self.found,
                "decision": self.design.decision("learning_rate"),
            }
        )
        return built

    def __repr__(self) -> str:
        return rate_text(self.found)

    def _repr_html_(self) -> str:
        return rate_html(self.found)


def learning_rate(
    data: Any,
    target: Any = None,
    *,
    how: How = "sweep",
    time_s: float = 20.0,
    seed: int = 0,
    metric: str | None = None,
    design: str | None = None,
    overrides: Mapping[str, Value] | None = None,
    drop: Sequence[str] = (),
    group: str | None = None,
    order: str | None = None,
    task: str | None = None,
    progress: Progress | None = None,
) -> FoundRate:
    """Measure a good learning rate for a design on a table or on images.

    The sweep trains the design at many constant peak rates at once and compares their validation
    losses: the answer that `fit` uses. The ramp raises the rate of one training step by step and
    reads the training loss: the classic test, a fraction of the work, and rougher. Rows for the
    test are put aside first, as in `fit`.

    Args:
        data: A path, a polars or pandas frame, a dict of columns, a 2-D array, or images as
            `fit` takes them.
        target: Name of the column to predict; or the labels of the rows or images, which then
            are the column "label". None is "label", as folders of images have it.
        how: "sweep" or "ramp".
        time_s: Time for all of it, in seconds; both end earlier when they are done.
        seed: Seed of splits, weights and batches.
        metric: The metric to judge by, which some rules read.
        design: Name of a design to start from ("realmlp", "classic", ...; `justright rules
            --designs` lists them), in place of the rule book's own.
        overrides: Levers to set, by name: `{"optimizer": "sgd"}`; a rate set here is what is
            kept where nothing can be measured.
        drop: Columns to leave out.
        group: Column whose equal values must not cross a split.
        order: Column that orders the rows (a date).
        task: "binary", "multiclass" or "regression", where the guess is wrong.
        progress: Who listens, and may ask to stop.

    Returns:
        The rate, why, other suggestions, and what to be careful about.

    Raises:
        DataError: If the table cannot be used.
        DesignError: If an override or a design cannot work.
        PreflightError: If the network fails a check before training.
        BudgetError: If the time does not allow steps enough to tell rates apart.

    Example:
        >>> rows = {"x": [i % 20 for i in range(80)], "y": [i % 20 * 2.0 for i in range(80)]}
        >>> found = learning_rate(rows, "y", how="ramp", time_s=10)
        >>> 1e-6 < found.chosen < 1, found.plot().axes[0].get_xscale()
        (True, 'log')
    """
    begin = time.monotonic()
    if how not in ("sweep", "ramp"):
        raise ValueError(f"a learning rate is measured by a sweep or a ramp: {how=}")
    if not time_s > 0:
        raise BudgetError(f"{time_s:g} s were given", "more than 0 s", try_="--time 20s")
    data, target = apart(data, target)
    wish = Wish(
        data=data,
        target=target,
        time_s=FIT_TIME_S,
        seed=index(seed),
        metric=metric,
        design=design,
        overrides=dict(overrides or {}),
        drop=tuple(drop),
        group=group,
        order=order,
        task=task,
    )
    listener = Stopwatch(progress or Silent())
    ground = lay_ground(wish, listener)
    found = _measured(ground, how, wish.seed, begin + float(time_s), listener)
    if found is None:
        raise _too_short(how, time_s, stopped=listener.should_stop())
    return FoundRate(ground, found)


def _too_short(how: How, time_s: float, *, stopped: bool) -> BudgetError:
    less = ", or the ramp, which takes less" if how == "sweep" else ""
    return BudgetError(
        f"the {how} was stopped before it told learning rates apart"
        if stopped
        else f"{time_s:g} s are too few to tell learning rates apart by a {how}",
        "steps enough at each rate",
        try_=f"--time {2 * max(time_s, 1.0):g}s{less}",
    )


def _measured(
    ground: Ground, how: How, seed: int, deadline_s: float, listener: Listener
) -> Sweep | Ramp | None:
    """Encode, look over, and run the test."""
    listener.stage("preflight")
    encoded = encode(ground, seed, listener)
    design, spec = ground.design, spec_of(ground.design, encoded.layout)
    for finding in look_over(design, spec, encoded, seed):
        listener.warn(f"preflight: {finding.sign}; {finding.meaning}")
    listener.stage("learning rate")
    if how == "ramp":
        return ramp(design, spec, encoded, seed=seed, deadline_s=deadline_s, progress=listener)
    return sweep(
        design,
        spec,
        encoded,
        seed=seed,
        deadline_s=deadline_s,
        progress=listener,
        share=SHARE,
    )

"""One try: a small population trained at once, told while it trains, stopped when it is asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from justright.doctor.member import member_findings
from justright.kinds import Trace
from justright.recipes.metrics import METRICS
from justright.recipes.play.cast import LIMIT_S, YOURS, Cast
from justright.recipes.play.figures import about_rate, layers, rounded, rows, silent, troubles
from justright.recipes.play.health import units
from justright.recipes.play.picture import Canvas, drawn, predictions
from justright.train.budget import Budget
from justright.train.population import Epoch, Outcome, Population
from justright.train.threads import threads

TELL_S = 0.125  # seconds between two messages at least
DRAW_S = 0.5  # seconds between two pictures, scores and readings of units at least

Message = dict[str, Any]
Own = tuple[Tensor, Tensor]


@dataclass
class Trial:
    """A try on its way.

    Attributes:
        cast: The members.
        canvas: Where to draw; None with more than two features.
        write: Takes each message.
        changed: Whether to give up now; called between steps. It may wait, as a pause does.
        clock: Seconds of work, pauses left out.
    """

    cast: Cast
    canvas: Canvas | None
    write: Callable[[Message], None]
    changed: Callable[[], bool]
    clock: Callable[[], float] = time.monotonic
    _owns: dict[int, Own] = field(default_factory=dict)
    _traces: dict[int, Trace] = field(default_factory=dict)
    _silent: list[str] = field(default_factory=list)
    _told: int = -1
    _told_s: float = float("-inf")
    _drawn_s: float = float("-inf")

    def run(self) -> bool:
        """Train to the end, or until it is given up.

        Returns:
            Whether it came to its end.
        """
        begin, cast = self.clock(), self.cast
        self._grid = None if self.canvas is None else self.canvas.grid(cast)
        population = Population(
            cast.members, cast.arena.laid.encoded.data, together=len(cast.members)
        )
        given_up = False

        def asked() -> bool:
            nonlocal given_up
            given_up = given_up or self.changed()
            return given_up

        def tell(_: Epoch) -> None:
            if not given_up:
                self._see(population)
                self._tell()

        with threads(1):
            outcome = population.run(Budget(begin + LIMIT_S, asked, self.clock), tell)
            if not given_up:
                self._end(outcome, self.clock() - begin)
        return not given_up

    def _see(self, population: Population) -> None:
        """Remember what every member is now; one that ended stays as it was last."""
        for numbers, pack in zip(population.numbers, population.packs, strict=True):
            for k, i in enumerate(numbers):
                self._owns[i] = pack.team.own(k)
                self._traces[i] = pack.courses[k].trace()
        still = {i for numbers in population.numbers for i in numbers}
        for i in set(self._traces) - still:
            trace = self._traces[i]
            if not trace.stopped and population.n_steps < self.cast.steps:
                self._traces[i] = _left(trace, population.n_steps)

    def _tell(self, *, at_the_end: bool = False) -> None:
        """Tell what is new, unless something was told a moment ago."""
        now = self.clock()
        found = rows(self.cast, self._traces, self._told)
        if not found or (now - self._told_s < TELL_S and not at_the_end):
            return
        self._told, self._told_s = found[-1]["step"], now
        message = _message(found, layers(self._traces))
        message["of"] = self.cast.steps
        message["troubles"] = troubles(self.cast, self._traces)
        if now - self._drawn_s >= DRAW_S or at_the_end:
            self._drawn_s = now
            message |= self._picture()
            self._silent = silent(message.get("units", ()))
        message["troubles"] += self._silent
        self.write(message)

    def _picture(self) -> Message:
        """Score, units, and what the first network says over the grid."""
        cast, said = self.cast, Message()
        yours = [i for i in cast.numbers(YOURS) if i in self._owns]
        if yours:
            said["score"] = self._score(yours)
        if 0 in self._owns:
            own, entry = self._owns[0], cast.entries[0]
            x = cast.arena.laid.encoded.data.x[torch.from_numpy(entry.member.view.train)]
            said["units"] = units(entry.member.spec, own, x)
            if self.canvas is not None and self._grid is not None:
                said |= drawn(cast, self.canvas, self._grid, own)
        return said

    def _score(self, yours: list[int]) -> list[float | None]:
        """The metric on the validation rows: mean, lowest and highest over the seeds."""
        cast, entry = self.cast, self.cast.entries[0]
        metric = METRICS[cast.arena.data.ground.design.word("metric")]
        x = cast.arena.laid.encoded.data.x[torch.from_numpy(entry.member.view.validation)]
        said = np.nan_to_num(predictions(cast, entry, [self._owns[i] for i in yours], x))
        values = [metric.value(cast.arena.judge.truth(entry), own) for own in said]
        return [rounded(float(np.mean(values))), rounded(min(values)), rounded(max(values))]

    def _end(self, outcome: Outcome, seconds: float) -> None:
        """Tell the last figures, and what the doctor says of them."""
        self._traces = dict(enumerate(outcome.traces))
        for i in range(len(outcome.thetas)):
            self._owns.setdefault(i, (outcome.thetas[i], outcome.statistics[i]))
        self._tell(at_the_end=True)
        cut = any(trace.stopped == "time" for trace in outcome.traces)
        self.write(
            {
                "state": "ended",
                "seconds": round(seconds, 2),
                "cut": cut,
                "rate_says": about_rate(self.cast, self._traces),
                "findings": _findings(self.cast, outcome),
            }
        )


def _left(trace: Trace, step: int) -> Trace:
    """The trace of a member that left before its time: its loss was not finite."""
    return replace(trace, steps=(*trace.steps, step), train_loss=(*trace.train_loss, None),
                   stopped="diverged")  # fmt: skip


def _message(found: list[dict[str, Any]], names: list[str]) -> Message:
    """The rows, and beside them the newest figures by name."""
    last = found[-1]
    # Where the time ends between two evaluations, the last one has no gradient.
    gradient = next((row["gradient"] for row in reversed(found) if None not in row["gradient"]), ())
    return {
        "step": last["step"],
        "train_loss": None if last["train"] is None else last["train"][0],
        "validation_loss": None if last["validation"] is None else last["validation"][0],
        "rate": last["rate"],
        "gradient": [list(pair) for pair in zip(names, gradient, strict=False)],
        "layers": names,
        "rows": found,
    }


def _findings(cast: Cast, outcome: Outcome) -> list[dict[str, Any]]:
    """What the doctor says of the members, each thing once, with who shows it."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for i, trace in enumerate(outcome.traces):
        group = cast.entries[i].name
        for finding in member_findings(trace):
            before = f"seed {trace.seed}, fold {trace.fold}: "
            own = found.setdefault(
                (group, finding.check),
                {
                    "check": finding.check,
                    "severity": str(finding.severity),
                    "twin": group != YOURS,
                    "who": [],
                    "sign": finding.sign.removeprefix(before),
                    "meaning": finding.meaning,
                    "remedy": finding.remedy,
                },
            )
            own["who"].append(cast.label(i))
    return list(found.values())

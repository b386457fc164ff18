"""What a population leaves in the lab: a run for each of its members, with curves as they come."""

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import numpy as np

from justright.kinds import Design, Finding, Trace, Tried, Value
from justright.lab import Lab, Run
from justright.nets.family import parameter_slots
from justright.nets.slots import total
from justright.recipes.crew import Crew
from justright.train.course import Course
from justright.train.member import Member
from justright.train.population import Outcome, Population

#: Seconds between two looks at the newest figures at least.
LOOK_S = 1.0
#: Share of the time that looks may take, with the writing that follows (house convention).
SHARE = 0.002
#: Seconds that a look at one member takes, with its writing (measured on a machine of 2 cores).
COST_S = 4e-4
#: Groups of many short trainings, of which the curves by layer are left out: three times the cost.
BRIEF = ("sweep", "ramp")
#: How a course names its curves, and how the lab does; by layer where a space ends the name.
CURVES = {
    "train_loss": "train_loss",
    "validation_loss": "validation_loss",
    "validation_score": "validation_score",
    "rate": "learning_rate",
    "gradient ": "gradient_norm/",
    "update ": "update_ratio/",
}


def levers(design: Design) -> dict[str, Value]:
    """The levers of a design by name, as a run's settings.

    Args:
        design: The design.
    """
    return {decision.lever: decision.value for decision in design.decisions}


def curve_name(name: str) -> str:
    """What the lab calls a curve of a course.

    Example:
        >>> curve_name("rate"), curve_name("gradient hidden.0")
        ('learning_rate', 'gradient_norm/hidden.0')
    """
    kind, space, layer = name.partition(" ")
    return CURVES[kind + space] + layer


class Members:
    """Follows a population.

    Args:
        lab: The lab.
        parent: Uid of the journey's run.
        crew: What the members stand for.
        population: The members.
        harmless: Takes in whatever fails.
    """

    def __init__(
        self,
        lab: Lab,
        parent: str,
        crew: Crew,
        population: Population,
        harmless: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._crew, self._harmless = crew, harmless
        self._population: Population | None = population
        self._names: dict[str, str] = {}
        known: dict[int, dict[str, Value]] = {}  # members of one design share its levers
        self._runs: list[Run] = []
        for i, (member, design) in enumerate(zip(population.members, crew.designs, strict=True)):
            own = known.get(id(design))
            if own is None:
                own = known[id(design)] = levers(design)
            config = {**own, **_own(member), **(crew.more[i] if crew.more else {})}
            name, group = crew.names[i], crew.group
            self._runs.append(lab.run(name, config, kind="member", parent=parent, group=group))
        self._sent, self._sent_s = [0] * len(self._runs), [0.0] * len(self._runs)
        self._open = deque(range(len(self._runs)))
        self._looked_s = time.monotonic()
        self._traces: Sequence[Trace] = ()

    def look(self) -> None:
        """Write down what is new, if the last look is old enough: of many a few, turn about."""
        since_s = time.monotonic() - self._looked_s
        if since_s < LOOK_S:
            return
        self._looked_s += since_s
        with self._harmless():
            self._send(min(len(self._open), math.ceil(since_s * SHARE / COST_S)))

    def end(self, outcome: Outcome) -> None:
        """The training came to its end: write down what is left.

        Args:
            outcome: What it came to.
        """
        self._traces = outcome.traces
        with self._harmless():
            self._send(len(self._open))
        self._population = None  # its weights are not kept for the lab's sake

    def leave(self, state: str) -> None:
        """The journey is over, whether the training came to its end or not.

        Args:
            state: "finished", "failed" or "interrupted".
        """
        self._send(len(self._open))  # what was reached is kept
        while self._open:
            self._runs[self._open.popleft()].finish(state)

    def tried(self, tried: Sequence[Tried]) -> None:
        """A round of a search is over.

        Args:
            tried: What became of its configurations.
        """
        fates = {one.number: {"fate": one.fate, "metric": one.metric} for one in tried}
        for run, more in zip(self._runs, self._crew.more, strict=False):
            number = more.get("number")
            if isinstance(number, int) and number in fates:
                run.summarise(fates[number])

    def diagnosed(self, traces: Sequence[Trace], findings: Sequence[Sequence[Finding]]) -> None:
        """What the doctor says of a training, if it is this one.

        Args:
            traces: Traces of its members.
            findings: Of each.
        """
        if self._traces is not traces:
            return
        for run, own in zip(self._runs, findings, strict=True):
            for finding in own:
                run.find(finding)

    def _send(self, n: int) -> None:
        """Hand over what the next few wrote down since their last turn, and end who has ended."""
        if self._population is None:
            return
        turn = {self._open.popleft() for _ in range(n)}
        for i, course in self._population.courses(turn).items():
            self._hand_over(i, course)
            if course.stopped:
                self._runs[i].summarise(_came_to(course))
                self._runs[i].finish()
            else:
                self._open.append(i)

    def _hand_over(self, i: int, course: Course) -> None:
        begin, end = self._sent[i], len(course.steps)
        if begin == end:
            return
        self._sent[i] = end
        values = {}
        for name, curve in course.curves.items():
            if " " in name and self._crew.group in BRIEF:
                continue
            told = self._names.get(name)
            if told is None:
                told = self._names[name] = curve_name(name)
            values[told] = curve[begin:end]
        run, since_s = self._runs[i], self._sent_s[i]
        self._sent_s[i] = now_s = time.time() - run.created
        seconds = np.linspace(since_s, now_s, end - begin + 1)[1:]
        run.curves(course.steps[begin:end], values, seconds)


def _own(member: Member) -> dict[str, Value]:
    """What a member is by itself, whatever its design says."""
    return {
        "learning_rate": member.learning_rate,
        "batch_size": member.batch_size,
        "seed": member.seed,
        "fold": member.view.fold,
        "steps": member.total_steps,
    }


def _came_to(course: Course) -> dict[str, Value | None]:
    """What became of a member."""
    return {
        "stopped": course.stopped,
        "best_score": course.best if math.isfinite(course.best) else None,
        "best_step": course.best_step,
        "n_parameters": total(parameter_slots(course.member.spec)),
    }

"""The population: many members trained together. The one training loop there is."""

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from justright.kinds import Trace
from justright.train.budget import Budget
from justright.train.calibration import members_per_step
from justright.train.course import Course
from justright.train.dataset import Dataset
from justright.train.member import Member
from justright.train.pack import Pack, State
from justright.train.planner import Bucket, plan

TURN_STEPS = 32  # steps of a pack between two looks at who is behind; a turn is then milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What is told after each evaluation.

    Attributes:
        done_share: Share of the planned steps that is made, over all members.
        running: Members that still train.
        best_score: Lowest stopping score of any member so far.
    """

    done_share: float
    running: int
    best_score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a training leaves behind.

    Attributes:
        thetas: Best weights of every member, each of shape (parameters,), in its slots' order.
        statistics: Their batch-norm statistics and bin edges, each of shape (statistics,).
        scores: Best stopping score of every member; infinite for one that was never finite.
        traces: One per member.
        steps: Steps that the longest member made.
    """

    thetas: tuple[Tensor, ...]
    statistics: tuple[Tensor, ...]
    scores: tuple[float, ...]
    traces: tuple[Trace, ...]
    steps: int


def _ignore(_: Epoch) -> None:
    pass


class Population:
    """Members trained together, each with its own network, rates, seed and view of the data.

    A member's result does not depend on the others: neither on who they are, nor on their order,
    nor on how they are laid out for computation, nor on when they stop.

    Args:
        members: The members, at least one. They may differ in everything.
        data: All rows. Its dtype is the dtype of the computation.
        together: Members computed in one step at most; None to measure what is fastest.
        workers: Threads that each take packs of members, one core each.

    Attributes:
        buckets: Who is computed together, and why.
        packs: Members that still train, as they are computed.
        numbers: Their numbers in `members`, pack by pack.

    Example:
        >>> import numpy as np
        >>> from justright.kinds import View
        >>> from justright.nets.spec import DenseSpec
        >>> x = torch.linspace(-1, 1, 64).view(-1, 1)
        >>> data = Dataset(task="regression", x=x, y=2 * x.squeeze(1))
        >>> view = View(train=np.arange(0, 64, 2), validation=np.arange(1, 64, 2))
        >>> members = [
        ...     Member(spec=DenseSpec(n_numeric=1, n_plain=0, cardinalities=(), n_outputs=1,
        ...                           depth=depth, width=8),
        ...            view=view, seed=0, order_seed=0, batch_size=8, epoch_steps=20,
        ...            total_steps=300, loss="mse", learning_rate=0.03)
        ...     for depth in range(2)]
        >>> outcome = Population(members, data).run()
        >>> [round(score, 2) for score in outcome.scores]
        [0.0, 0.0]
    """

    def __init__(
        self,
        members: Sequence[Member],
        data: Dataset,
        *,
        together: int | None = None,
        workers: int = 1,
    ) -> None:
        self.members, self._data, self._workers = tuple(members), data, workers
        self.buckets: tuple[Bucket, ...] = plan(self.members, value_bytes=data.x.element_size())
        self.numbers: list[tuple[int, ...]] = []
        for bucket in self.buckets:
            own = [self.members[i] for i in bucket.members]
            most = together or members_per_step(own, data)
            # As many packs as workers, where there are members enough to go round.
            size = max(1, min(most, -(-len(own) // workers)))
            parts = range(0, len(own), size)
            self.numbers += [bucket.members[i : i + size] for i in parts]
        self.packs = [Pack(self._own(numbers), data) for numbers in self.numbers]
        self._ended: dict[int, State] = {}

    def _own(self, numbers: Sequence[int]) -> list[Member]:
        return [self.members[i] for i in numbers]

    @property
    def n_steps(self) -> int:
        """Steps that the longest member made."""
        ended = max((int(s["n_steps"]) for s in self._ended.values()), default=0)
        return max((pack.n_steps for pack in self.packs), default=ended)

    def step(self, n_steps: int = 1) -> None:
        """Make some steps of every member that still trains, without evaluating any."""

        def steps(pack: Pack) -> None:
            for _ in range(n_steps):
                pack.step()

        self._each(steps)

    def scores(self) -> tuple[float, ...]:
        """Stopping score of every member as it stands, before any has ended."""
        scores: dict[int, float] = {}
        for numbers, pack in zip(self.numbers, self.packs, strict=True):
            scores |= zip(numbers, pack.scores()[1].tolist(), strict=True)
        return tuple(scores[i] for i in range(len(self.members)))

    def _each(self, work: Callable[[Pack], Any]) -> None:
        """Work on every pack, by as many workers as there are."""
        if self._workers == 1 or len(self.packs) == 1:
            for pack in self.packs:
                work(pack)
            return
        with ThreadPoolExecutor(self._workers, initializer=_single) as pool:
            for future in [pool.submit(work, pack) for pack in self.packs]:
                future.result()

    def run(
        self,
        budget: Budget | None = None,
        tell: Callable[[Epoch], None] = _ignore,
        save: Callable[["Population"], None] | None = None,
    ) -> Outcome:
        """Train until the steps, the patience of all members, or the budget end.

        The pack that is furthest behind its plan has the next turn, so that whenever the budget
        ends, all have had the same share of theirs.

        Args:
            budget: When to end whatever was reached; None for no limit.
            tell: Called after each turn that ended in an evaluation. It may prune.
            save: Called between turns, to save the population now and then.

        Returns:
            The best weights of every member, and what happened on the way.
        """
        budget = budget or Budget()
        workers = max(1, min(self._workers, len(self.packs)))  # all may have ended before
        with ThreadPoolExecutor(workers, initializer=_single if workers > 1 else None) as pool:
            while self.packs and budget.over() is None:
                turn = sorted(self.packs, key=lambda pack: pack.done_share)[:workers]
                if workers == 1:
                    looked = [_turn(turn[0], budget)]
                else:
                    looked = list(pool.map(lambda pack: _turn(pack, budget), turn))
                if any(looked):
                    self._let_go()
                    tell(self._epoch())
                if save is not None:
                    save(self)
        why = budget.over()
        if self.packs and why is not None:
            self._each(_end)
            for pack in self.packs:
                for course in pack.courses:
                    course.stopped = course.stopped or why
            self._let_go()
            tell(self._epoch())
        return self._outcome()

    @property
    def best_scores(self) -> tuple[float, ...]:
        """Best stopping score of every member so far; infinite before its first finite one."""
        best = {i: float(state["course"]["best"]) for i, state in self._ended.items()}
        for own, pack in zip(self.numbers, self.packs, strict=True):
            best |= {i: course.best for i, course in zip(own, pack.courses, strict=True)}
        return tuple(best[i] for i in range(len(self.members)))

    def courses(self, members: Collection[int]) -> dict[int, Course]:
        """What is written down so far of some members, by number; to be read only.

        Args:
            members: Their numbers; also of those that have ended.
        """
        found = {
            i: course
            for own, pack in zip(self.numbers, self.packs, strict=True)
            for i, course in zip(own, pack.courses, strict=True)
            if i in members
        }
        for i in members:
            if i in self._ended:
                found[i] = Course.from_state(self.members[i], self._ended[i]["course"])
        return found

    def prune(self, members: Iterable[int]) -> None:
        """Let members go before their next turn, with their best weights so far.

        Args:
            members: Their numbers; who has ended already stays as it is.
        """
        lost = set(members)
        for own, pack in zip(self.numbers, self.packs, strict=True):
            for i, course in zip(own, pack.courses, strict=True):
                if i in lost and not course.stopped:
                    course.stopped = "pruned"
        self._let_go()

    def _let_go(self) -> None:
        """Members that are at an end leave, and the others close ranks."""
        packs, numbers = [], []
        for own, pack in zip(self.numbers, self.packs, strict=True):
            stopped = [k for k, course in enumerate(pack.courses) if course.stopped]
            if not stopped:
                packs.append(pack)
                numbers.append(own)
                continue
            self._ended |= {own[k]: _epitaph(pack.state(k)) for k in stopped}
            going = [k for k, course in enumerate(pack.courses) if not course.stopped]
            if going:
                packs.append(pack.keep(going))
                numbers.append(tuple(own[k] for k in going))
        self.packs, self.numbers = packs, numbers

    def _epoch(self) -> Epoch:
        planned = sum(m.total_steps for m in self.members)
        done = sum(self.members[i].total_steps for i in self._ended)
        done += sum(min(pack.n_steps, m.total_steps) for pack in self.packs for m in pack.members)
        running = sum(len(pack.members) for pack in self.packs)
        return Epoch(done_share=done / planned, running=running, best_score=min(self.best_scores))

    def _outcome(self) -> Outcome:
        ended = [self._ended[i] for i in range(len(self.members))]
        courses = [
            Course.from_state(m, s["course"]) for m, s in zip(self.members, ended, strict=True)
        ]
        return Outcome(
            thetas=tuple(s["best_theta"] for s in ended),
            statistics=tuple(s["best_statistics"] for s in ended),
            scores=tuple(course.best for course in courses),
            traces=tuple(course.trace() for course in courses),
            steps=max(int(s["n_steps"]) for s in ended),
        )

    def state(self) -> dict[str, Any]:
        """All that decides what the members come to: `load` goes on from it, bit for bit."""
        packs = [
            {"numbers": list(numbers), "states": [pack.state(k) for k in range(len(numbers))]}
            for numbers, pack in zip(self.numbers, self.packs, strict=True)
        ]
        return {"packs": packs, "ended": dict(self._ended)}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a state of the same members on the same data, laid out as it was."""
        self.numbers = [tuple(pack["numbers"]) for pack in state["packs"]]
        self.packs = [
            Pack(self._own(pack["numbers"]), self._data, pack["states"]) for pack in state["packs"]
        ]
        self._ended = dict(state["ended"])


def _single() -> None:
    """A worker has one core: torch must not start threads beneath it."""
    torch.set_num_threads(1)


def _turn(pack: Pack, budget: Budget) -> bool:
    """Some steps of a pack, up to its next evaluation; whether there was one."""
    for _ in range(TURN_STEPS):
        if pack.step_and_look():
            return True
        if budget.over() is not None:
            break
    return False


def _end(pack: Pack) -> None:
    """A last evaluation, of at least one step."""
    if pack.n_steps == 0:
        pack.step()
    late = [k for k, c in enumerate(pack.courses) if not c.steps or c.steps[-1] < pack.n_steps]
    if late:
        pack.look(late)


def _epitaph(state: State) -> State:
    """What is kept of a member that ended."""
    return {k: state[k] for k in ("n_steps", "course", "best_theta", "best_statistics")}

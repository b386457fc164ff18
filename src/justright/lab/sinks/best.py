"""Thinning: of a population's members, only the best hand on their curves."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from justright.lab.sinks.sink import Beginning, Column, Scalar, Sink

#: Members of each group whose curves are handed on (house convention: as many as a chart
#: shows apart).
K_BEST = 10
#: What members are ranked by, the first that they have; the less the better.
RANKED_BY = ("validation_loss", "train_loss", "loss")
#: Values that may be held for members; beyond, every second point of theirs is left out
#: (64 MB; house convention).
MOST_HELD = 8_000_000
#: Groups that stand beside the others to compare with, and keep their curves.
BASELINES = frozenset({"baseline", "baselines"})


#: Steps, a column a metric, and seconds.
_Piece: TypeAlias = tuple[Column, Mapping[str, Column], Column]


@dataclass(slots=True)
class _Held:
    """A member whose words wait until it is known whether it is among the best."""

    family: tuple[str, str]
    words: list[Callable[[], None]] = field(default_factory=list)
    curves: list[_Piece] = field(default_factory=list)
    least: dict[str, float] = field(default_factory=dict)
    state: str = ""

    @property
    def score(self) -> float:
        """The least value of the first metric it can be ranked by; infinite without one."""
        known = (self.least[name] for name in RANKED_BY if name in self.least)
        return next(known, float("inf"))

    @property
    def n_values(self) -> int:
        """Values of its curves."""
        return sum(len(steps) * (len(values) + 2) for steps, values, _ in self.curves)

    def take(self, steps: Column, values: Mapping[str, Column], seconds: Column) -> None:
        """Keep a piece of its curves, and the least values in it."""
        self.curves.append((steps, values, seconds))
        for name in RANKED_BY:
            if name in values and np.isfinite(values[name]).any():
                least = float(np.min(values[name][np.isfinite(values[name])]))
                self.least[name] = min(least, self.least.get(name, least))

    def halve(self) -> None:
        """Leave out every second point, never the last of a piece."""
        self.curves = [
            (
                steps[::-2][::-1],
                {name: column[::-2][::-1] for name, column in values.items()},
                seconds[::-2][::-1],
            )
            for steps, values, seconds in self.curves
        ]


class Best:
    """A sink before which members queue: they are told of when their parent ends.

    The best of each group come first, with their curves; those whom K_BEST others have beaten
    come last, with config, findings and summary only. Runs that are no members pass at once.

    Args:
        sink: Who is told.

    Attributes:
        n_told: Members that were handed on.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink, self.n_told = sink, 0
        self._held: dict[str, _Held] = {}
        self._n_held = 0
        self._ended: dict[tuple[str, str], list[str]] = defaultdict(list)

    @property
    def name(self) -> str:
        """What the user knows the sink by."""
        return self._sink.name

    def begin(self, run: Beginning) -> None:
        """A run began; a member waits."""
        if run.kind == "member" and run.parent and run.group not in BASELINES:
            begin = partial(self._sink.begin, run)
            self._held[run.uid] = _Held((run.parent, run.group), [begin])
        else:
            self._sink.begin(run)

    def configure(self, uid: str, config: Mapping[str, Scalar]) -> None:
        """Its config got these fields."""
        self._pass(uid, partial(self._sink.configure, uid, config))

    def tag(self, uid: str, tags: Sequence[str]) -> None:
        """It got these tags."""
        self._pass(uid, partial(self._sink.tag, uid, tags))

    def note(self, uid: str, text: str) -> None:
        """The user's words about it."""
        self._pass(uid, partial(self._sink.note, uid, text))

    def points(
        self, uid: str, steps: Column, values: Mapping[str, Column], seconds: Column
    ) -> None:
        """Its curves go on."""
        held = self._held.get(uid)
        if held is None:
            self._sink.points(uid, steps, values, seconds)
            return
        held.take(steps, values, seconds)
        self._n_held += len(steps) * (len(values) + 2)
        if self._n_held > MOST_HELD:
            for each in self._held.values():
                each.halve()
            self._n_held = sum(each.n_values for each in self._held.values())

    def event(self, uid: str, kind: str, data: Any) -> None:
        """Something happened, or a paper came."""
        self._pass(uid, partial(self._sink.event, uid, kind, data))

    def keep(self, uid: str, path: str, sha256: str) -> None:
        """A file belongs to it."""
        self._pass(uid, partial(self._sink.keep, uid, path, sha256))

    def summarise(self, uid: str, summary: Mapping[str, Scalar]) -> None:
        """Its summary got these fields."""
        self._pass(uid, partial(self._sink.summarise, uid, summary))

    def end(self, uid: str, state: str) -> None:
        """It ended: a member is ranked, a parent lets its members go."""
        held = self._held.get(uid)
        if held is not None:
            held.state = state
            self._rank(uid, held.family)
            return
        beaten = self._release({h.family for h in self._held.values() if h.family[0] == uid})
        self._sink.end(uid, state)
        for each in beaten:  # last, as they are many and tell little
            self._hand_on(each)

    def close(self) -> None:
        """No more runs come: whoever still waits is handed on."""
        for each in self._release({held.family for held in self._held.values()}):
            self._hand_on(each)
        self._sink.close()

    def _pass(self, uid: str, work: Callable[[], None]) -> None:
        if uid in self._held:
            self._held[uid].words.append(work)
        else:
            work()

    def _rank(self, uid: str, family: tuple[str, str]) -> None:
        """Take the curves off the one whom K_BEST others have beaten."""
        ended = self._ended[family]
        ended.append(uid)
        if len(ended) > K_BEST:
            beaten = max(ended, key=lambda each: self._held[each].score)
            ended.remove(beaten)
            self._drop_curves(beaten)

    def _release(self, families: set[tuple[str, str]]) -> list[str]:
        """Hand on the best members of these families; the others are handed back, bare."""
        beaten: list[str] = []
        for family in sorted(families):
            self._ended.pop(family, None)
            uids = [uid for uid, held in self._held.items() if held.family == family]
            ranked = sorted(uids, key=lambda uid: self._held[uid].score)
            for uid in ranked[:K_BEST]:
                self._hand_on(uid)
            for uid in ranked[K_BEST:]:
                self._drop_curves(uid)
            beaten += ranked[K_BEST:]
        return beaten

    def _drop_curves(self, uid: str) -> None:
        held = self._held[uid]
        self._n_held -= held.n_values
        held.curves.clear()

    def _hand_on(self, uid: str) -> None:
        held = self._held.pop(uid)
        self._n_held -= held.n_values
        for work in held.words:
            work()
        for steps, values, seconds in held.curves:
            self._sink.points(uid, steps, values, seconds)
        if held.state:
            self._sink.end(uid, held.state)
        self.n_told += 1

"""Overfit, then regularise: the search as the guides tell it, stage by stage.

A network grows, without regularisation, until it learns a few rows by heart: less could not tell
what there is to tell. Then it is regularised, as what is learnt by heart does not hold elsewhere;
then the learning rate is found anew, and the schedule comes last.

Source:
    chollet2017, section 4.5; goodfellow2016, chapter 11; Karpathy 2019, A Recipe for Training
    Neural Networks, https://karpathy.github.io/2019/04/25/recipe/
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from justright.designer.levers import check, lever
from justright.kinds import SearchStage, Value
from justright.kinds.search import Idea
from justright.recipes.classic_words import Told, best_words, grown_words, singles_words
from justright.recipes.contender import Contender
from justright.recipes.overfit import Constant, overfit
from justright.recipes.search_round import Field, run_round
from justright.search.samplers import Proposal
from justright.search.samplers.sampler import Ledger
from justright.search.space import Point, Space

NEAR_ZERO = 0.05  # of the best constant's loss: rows are learnt by heart below it (house)
#: Depth and width of the ladder, each about four times the weights of the one before; channels of
#: convolutions are `CHANNELS` times fewer.
LADDER = ((1, 32), (2, 64), (3, 128), (3, 256), (4, 512))
CHANNELS = 4
AT_ONCE = 3  # of the ladder that grow together; larger ones only where these do not suffice
RACERS, FINALISTS = 3, 2  # of a stage that go on to other folds, and to all of them
GROWTH = 16  # times: what the larger of the ladder cost beside the smaller (weights)
FEWEST = 2  # configurations that a stage can choose from
DROPOUTS, INPUT_DROPOUTS, SMOOTHINGS = (0.25, 0.5, 0.1), (0.1,), (0.05,)
DECAYS, COUPLED_DECAYS = (0.01, 0.1), (1e-4, 1e-3)  # beside the gradient, and in it
DECOUPLED = ("adamw", "nadam")
RATES = (0.5, 2.0, 0.25, 4.0)  # times the rate so far
SCHEDULES = ("cosine", "one_cycle", "linear", "constant", "exponential")
AVERAGES = ("ema", "swa", "none")
#: What regularises by a number that is 0 for nothing.
OFF = ("dropout", "weight_decay", "input_dropout", "label_smoothing")
MOVED = ("depth", "width", *OFF, "normalisation", "learning_rate", "schedule", "averaging")

#: The stages, the idea of their configurations, and the share of those left that each may take.
STAGES: tuple[tuple[str, Idea, float], ...] = (
    ("grow", "grow", 1 / 3),
    ("regularise", "regularise", 1 / 2),
    ("combine", "regularise", 1 / 2),
    ("rate", "rate", 1 / 2),
    ("schedule", "schedule", 1.0),
)


class Classic:
    """The stages, as a `Strategy`.

    Args:
        field: The data and the time.
        space: Levers that may move; what the user set is not among them.
    """

    def __init__(self, field: Field, space: Space) -> None:
        # Nobody is cut early: each stage is small, and tells of everything in it.
        self._field = replace(field, rungs=(), racers=RACERS, finalists=FINALISTS)
        self._space, self._ledger = space, Ledger()
        self.levers = tuple(name for name in MOVED if name in space.levers)
        self.sampler, self.has_end = "", True
        self._at = -1  # the stage whose configurations were proposed last; -1 for none
        self._own: dict[str, list[int]] = {name: [] for name, _, _ in STAGES}
        self._ladder: list[dict[str, Value]] = []  # what is left of it
        self._events: list[list[Any]] = []
        self._told: dict[int, Told] = {}
        self._constant: Constant | None = None  # once the ladder was trained

    def size(self, left_s: float, one_s: float) -> int:
        """As `Strategy.size`: what fits into all the time left, of which a stage takes its part."""
        n_folds = len(self._field.folds)
        more = RACERS * min(2, n_folds - 1) + FINALISTS * max(0, n_folds - 3)
        if self._ladder and (FEWEST + more) * GROWTH * one_s > left_s:
            self._stop_growing()  # what cannot be regularised in the time left is not grown
            self._events.append(["enough"])
        n = int(left_s / max(one_s, 1e-9)) - more
        return n if n >= FEWEST else 0

    def _stop_growing(self) -> None:
        self._ladder = []

    def propose(self, n: int) -> tuple[Proposal, ...]:
        """As `Strategy.propose`: the configurations of the next stage that has any."""
        self._events.append(["ask", n])
        if not self._ledger.proposals:
            centre = {name: self._space.base[name] for name in self.levers}
            return (self._ledger.propose(centre, "rule book"),)
        if self._ladder and not self._overfits:
            return self._climb(n)
        while self._at + 1 < len(STAGES):
            self._at += 1
            name, _, share = STAGES[self._at]
            points = [p for p in self._points(name) if self._space.works(p)]
            most = min(n, max(FEWEST, math.ceil(share * n)))
            if name == "grow" and points:
                self._ladder = _spread(points, most)
                return self._climb(n)
            if points:
                return self._proposed(points[:most])
        return ()

    def _climb(self, n: int) -> tuple[Proposal, ...]:
        """The next few of the ladder."""
        now = self._ladder[: min(n, AT_ONCE)]
        self._ladder = self._ladder[len(now) :]
        return self._proposed(now)

    def _proposed(self, points: Sequence[Point]) -> tuple[Proposal, ...]:
        name, idea, _ = STAGES[self._at]
        parent = self._parent(name)
        made = tuple(self._ledger.propose(p, idea, parent) for p in points)
        self._own[name] += [one.number for one in made]
        return made

    def train(self, contenders: Sequence[Contender], n_rounds: int) -> None:
        """As `Strategy.train`: growing takes a few rows; the other stages race over all folds."""
        folds = self._field.folds
        fold = folds[n_rounds % len(folds)]
        if STAGES[self._at][0] == "grow":
            self._constant = overfit(self._field, contenders, fold)
        else:
            run_round(self._field, contenders, fold)

    def begin(self, number: int) -> None:
        """As `Strategy.begin`."""
        self._tell(number, 0.0, 1.0, 0.0)

    def learn(self, contenders: Sequence[Contender]) -> tuple[SearchStage, ...]:
        """As `Strategy.learn`: of what grows, the training loss that is left; else the score."""
        name, n_folds = STAGES[self._at][0], len(self._field.folds)
        for contender in contenders:
            whole = sum(e.whole for e in contender.ended.values()) / n_folds
            growing = name == "grow"
            score = contender.fit if growing else self._field.relative(contender)
            self._tell(contender.number, score, 1.0 if growing else whole, self._first(contender))
        return self._stages(name, contenders)

    def state(self) -> dict[str, Any]:
        """As `Strategy.state`."""
        return {"events": [list(event) for event in self._events]}

    def go_on(self, state: Mapping[str, Any]) -> None:
        """As `Strategy.go_on`."""
        for kind, *rest in state["events"]:
            if kind == "ask":
                self.propose(*rest)
            elif kind == "enough":
                self._stop_growing()
                self._events.append(["enough"])
            else:
                self._tell(*rest)

    def _tell(self, number: int, score: float | None, share: float, first: float | None) -> None:
        self._events.append(["tell", number, score, share, first])
        if score is not None and first is not None:
            self._told[number] = Told(score=score, share=share, first=first)

    def _first(self, contender: Contender) -> float | None:
        """Its score against the rule book's on the fold that all of its stage were trained on."""
        first = next(iter(contender.ended.items()), None)
        return first and self._field.relative(replace(contender, ended=dict([first])))

    def _points(self, stage: str) -> list[dict[str, Value]]:
        """What a stage tries, the most telling first; nothing twice."""
        ways: dict[str, Callable[[], Iterable[Point]]] = {
            "grow": self._capacities,
            "regularise": self._singles,
            "combine": self._together,
            "rate": self._rates,
            "schedule": self._endings,
        }
        found: list[dict[str, Value]] = []
        for point in ways[stage]():
            own = {name: check(name, point[name]) for name in self.levers}
            if own not in found and not self._is_known(own):
                found.append(own)
        return found

    def _is_known(self, point: Point) -> bool:
        """Whether it was trained on whole folds already."""
        grown = self._own["grow"]
        return any(one.levers == point for one in self._ledger.proposals if one.number not in grown)

    def _parent(self, stage: str) -> int | None:
        if stage == "grow":
            return None
        return self._grown if stage in ("regularise", "combine") else self._best

    def _point(self, number: int | None) -> dict[str, Value]:
        return dict(self._ledger.proposals[number or 0].levers)

    @property
    def _bare(self) -> dict[str, Value]:
        """The rule book's own values, with nothing that regularises."""
        return self._point(0) | {name: check(name, 0.0) for name in OFF if name in self.levers}

    def _capacities(self) -> Iterable[Point]:
        """The ladder; where depth or width was set, the other one grows alone."""
        channels = CHANNELS if self._space.base.word("family") == "conv" else 1
        for depth, width in LADDER:
            own: dict[str, Value] = {"depth": depth, "width": width // channels}
            yield self._bare | {k: v for k, v in own.items() if k in self.levers}

    @property
    def _grown(self) -> int | None:
        """The smallest that over-fits, or who came nearest; None where none came to anything."""
        told = {n: self._told[n].score for n in self._own["grow"] if n in self._told}
        over = [n for n, left in told.items() if left <= NEAR_ZERO]
        return over[0] if over else min(told, key=lambda n: told[n], default=None)

    @property
    def _overfits(self) -> bool:
        return self._grown is not None and self._told[self._grown].score <= NEAR_ZERO

    @property
    def _start(self) -> dict[str, Value]:
        """The capacity that was found, bare."""
        return self._bare if self._grown is None else self._point(self._grown)

    def _singles(self) -> Iterable[Point]:
        """The capacity bare, then with each means of regularisation alone."""
        start, decoupled = self._start, self._space.base.word("optimizer") in DECOUPLED
        decays = DECAYS if decoupled else COUPLED_DECAYS
        yield start
        ways: tuple[tuple[str, Value], ...] = (
            ("dropout", DROPOUTS[0]),
            ("weight_decay", decays[0]),
            ("normalisation", "batch"),
            ("dropout", DROPOUTS[1]),
            ("label_smoothing", SMOOTHINGS[0]),
            ("input_dropout", INPUT_DROPOUTS[0]),
            ("weight_decay", decays[1]),
            ("dropout", DROPOUTS[2]),
        )
        for name, value in ways:
            if name in self.levers:
                yield start | {name: value}

    def _together(self) -> Iterable[Point]:
        """What helped alone, all of it and the two best; and what the rule book itself takes."""
        start, told = self._start, self._told
        bare = next((n for n in self._own["regularise"] if self._point(n) == start), None)
        limit = told[bare].first if bare in told else math.inf
        better = sorted(
            (n for n in self._own["regularise"] if n in told and told[n].first < limit),
            key=lambda n: told[n].first,
        )
        gains: dict[str, Value] = {}
        for number in better:
            for name, value in self._point(number).items():
                if value != start[name]:
                    gains.setdefault(name, value)  # the best value of each comes first
        yield start | gains
        yield start | dict(list(gains.items())[:2])
        book = self._point(0)
        yield start | {name: book[name] for name in (*OFF, "normalisation") if name in self.levers}

    @property
    def _best(self) -> int:
        """The best so far: of those on the most folds the lowest score, the book's own included."""
        grown = self._own["grow"]
        whole = {n: told for n, told in self._told.items() if n not in grown}
        return min(whole, key=lambda n: (-whole[n].share, whole[n].score, n))

    def _rates(self) -> Iterable[Point]:
        if "learning_rate" in self.levers:
            best, bounds = self._point(self._best), lever("learning_rate")
            for factor in RATES:
                rate = factor * float(best["learning_rate"])
                yield best | {"learning_rate": min(max(rate, bounds.low), bounds.high)}

    def _endings(self) -> Iterable[Point]:
        """Schedules and averages in turn."""
        best = self._point(self._best)
        for i in range(max(len(SCHEDULES), len(AVERAGES))):
            for name, words in (("schedule", SCHEDULES), ("averaging", AVERAGES)):
                if name in self.levers and i < len(words):
                    yield best | {name: words[i]}

    def _stages(self, name: str, contenders: Sequence[Contender]) -> tuple[SearchStage, ...]:
        """What a stage came to, in words."""
        numbers = tuple(c.number for c in contenders)
        if name == "grow":
            if self._constant is None:
                return ()  # nothing in it could work
            first = numbers[0] == self._own["grow"][0]
            over, more = self._overfits, bool(self._ladder)
            words = grown_words(contenders, self._constant, self._grown, over=over, more=more)
            return words if first else words[1:]
        if name == "regularise":
            said = singles_words(self._start, contenders, self._told)
        else:
            best = self._best
            said = best_words(name, best, self._point(best), contenders, self._told)
        return (SearchStage(name=name, said=said, numbers=numbers),)


def _spread(points: list[dict[str, Value]], most: int) -> list[dict[str, Value]]:
    """Some of the points, evenly, with the last one."""
    if len(points) <= most:
        return points
    step = (len(points) - 1) / max(1, most - 1)
    return [points[round(len(points) - 1 - step * i)] for i in reversed(range(most))]

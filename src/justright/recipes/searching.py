"""The search over designs: rounds of many, until the time is over or nothing more is gained.

The rule book's own design is trained before it begins, so that there is a model of use at every
moment. What the search trains on every fold joins an ensemble, chosen on out-of-fold predictions.
"""

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from justright.designer.conflicts import refuse_conflicts
from justright.designer.measured import measured
from justright.errors import DesignError
from justright.kinds import Design, Search, Tried
from justright.recipes.classic import Classic
from justright.recipes.committee import Committee
from justright.recipes.contender import Contender
from justright.recipes.encoded import Encoded
from justright.recipes.evaluation import groups_of
from justright.recipes.ground import Ground
from justright.recipes.hunt import Hunt
from justright.recipes.journey import Journey
from justright.recipes.members import batch_size_of, epoch_of
from justright.recipes.metrics import METRICS
from justright.recipes.network import spec_of
from justright.recipes.predictor import Predictor
from justright.recipes.search_round import RUNGS, Field, rungs_of
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.strategy import Rounds, Strategy
from justright.recipes.wish import Wish
from justright.search.importance import importance
from justright.search.luck import luck
from justright.search.samplers import Proposal, sampler
from justright.search.space import Space
from justright.train.population import Outcome

LEAST_LEFT_S = 8.0  # seconds left, below which a search is not begun: two small rounds
TRIALS_A_ROUND = 48  # where their number is given and not the time
UNLIKE = 1.0  # times: what one of many unlike members costs, beside one of few that are alike
MARGIN = 0.9  # of the time left is planned with
MOST_WEIGHED = 400  # designs that the importance of levers is told from: a second or so
GAIN = 1e-3  # of the score: less is no gain
ROOM = 2.5  # times the step of the best weights of the rule book's design: enough for most others
LEAST_HORIZON = 0.1  # of its epochs
PATIENCE = 4  # rounds without a gain, after which a search ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to.

    Attributes:
        predictor: The ensemble, not calibrated yet.
        search: Its record.
        design: The design that weighs most in it.
    """

    predictor: Predictor
    search: Search
    design: Design


def is_wanted(wish: Wish, journey: Journey) -> bool:
    """Whether to search: when asked, or where time is left and nobody said no."""
    if wish.search is not None:
        return wish.search
    if wish.trials is not None or journey.hunt is not None:  # one that was cut off goes on
        return True
    return journey.deadline_s - time.monotonic() >= LEAST_LEFT_S


def search(
    ground: Ground,
    design: Design,
    encoded: Encoded,
    outcome: Outcome,
    base: Predictor,
    *,
    wish: Wish,
    journey: Journey,
    watch: Stopwatch,
) -> Found | None:
    """Search for designs beside the one that was trained, and choose an ensemble.

    Args:
        ground: The table; its test part is not looked at.
        design: The design that was trained.
        encoded: The data.
        outcome: What its training came to.
        base: Its predictor.
        wish: What the user asks for.
        journey: Where the search is kept on its way, and goes on from.
        watch: Takes the time, and passes on what is told.

    Returns:
        What was found; None where the design leaves nothing to search, the validation rows cannot
        tell designs apart, or there is no time.
    """
    space = Space.of(design, ground.profile, rate=_rate(journey), fixed=STAY)
    if not space.levers:
        watch.say("search: every lever is set, so there is nothing to search")
        return None
    hunter = _Hunter(ground, design, encoded, outcome, base, space, wish, journey, watch)
    if not math.isfinite(hunter.committee.together):
        watch.say("search: the validation rows are all alike, so they cannot tell designs apart")
        return None
    hunter.run()
    if hunter.hunt.n_rounds == 0:
        watch.say("search: the time left is too short for a round")
        return None
    record = hunter.record()  # it goes back to the rule book's design where the gain is none
    predictor = hunter.committee.predictor()
    return Found(predictor=predictor, search=record, design=hunter.heaviest())


def _rate(journey: Journey) -> tuple[float, float, float] | None:
    found = journey.sweep
    return None if found is None else (found.usable_low, found.chosen, found.usable_high)


#: Levers that stay. Scaler and text decide how rows are encoded, which they are already. Batch size
#: decides on the speed and not on the best score that can be reached, where the other levers are
#: tuned for it (Godbole et al. 2023, Deep Learning Tuning Playbook), and networks of one batch size
#: share a step. A network of TabM is a population of its own, which shares a step with no other.
STAY = ("scaler", "text", "text_features", "batch_size", "family")


class _Hunter:
    """One search on its way."""

    def __init__(
        self,
        ground: Ground,
        design: Design,
        encoded: Encoded,
        outcome: Outcome,
        base: Predictor,
        space: Space,
        wish: Wish,
        journey: Journey,
        watch: Stopwatch,
    ) -> None:
        self._ground, self._design, self._encoded = ground, design, encoded
        self._space, self._wish, self._journey, self._watch = space, wish, journey, watch
        if journey.layout is None:
            raise ValueError("a search follows the training of the rule book's design")
        pace, metric = journey.layout.pace, design.word("metric")
        self.committee = Committee(base, encoded, metric)
        self._begin_s = time.monotonic()
        horizon = _horizon(outcome, design, encoded)
        self._field = Field(
            encoded=encoded,
            seed=wish.seed,
            base_scores=_by_fold(outcome),
            pace=pace,
            deadline_s=journey.deadline_s,
            begin_s=self._begin_s,
            progress=watch,
            horizon=horizon,
            rungs=rungs_of(horizon * design.count("epochs")),
        )
        self._strategy = self._way(space, wish)
        self.hunt = journey.hunt or Hunt()
        self._begin(outcome)

    def _way(self, space: Space, wish: Wish) -> Strategy:
        if wish.strategy == "classic":
            return Classic(self._field, space)
        asked = sampler(wish.sampler, space, wish.seed, wish.storage)
        return Rounds(self._field, asked, wish.sampler, space.levers)

    def _begin(self, outcome: Outcome) -> None:
        """Begin with the rule book's own design, or go on from where it was."""
        if self.hunt.n_rounds or self.hunt.tried:
            self._strategy.go_on(self.hunt.events)
            for contender in self.hunt.kept:
                self.committee.add(contender)
            self.committee.choose()
            self._begin_s -= self.hunt.spent_s
            self._field.begin_s = self._begin_s
            return
        own = self._strategy.propose(1)[0]
        self._strategy.begin(own.number)
        spent_s = self._watch.so_far_s.get("training", 0.0)
        self.hunt.one_s = UNLIKE * spent_s / len(outcome.scores)
        self.hunt.tried.append(self._own(own, outcome, spent_s))
        self.hunt.curve.append((0.0, self.committee.together))
        self._note()

    def _own(self, own: Proposal, outcome: Outcome, spent_s: float) -> Tried:
        """The rule book's design as the first that was tried."""
        contender = self._contender(own)
        finite = [score for score in outcome.scores if math.isfinite(score)]
        contender.fate, contender.cost_s = "kept", spent_s
        contender.metric = self.committee.together
        told = contender.tried()
        return replace(told, score=statistics.fmean(finite), step_share=1.0, rung=len(RUNGS))

    def run(self) -> None:
        """Round after round, until one of the ends is reached."""
        hunt = self.hunt
        scores = [self.committee.score]
        while not hunt.ended:
            n = self._size()
            if n == 0:
                hunt.ended = "trials" if self._left_trials() == 0 else "time"
                break
            proposals = self._strategy.propose(n)
            if not proposals:
                hunt.ended = "done"
                break
            self._round([self._contender(own) for own in proposals])
            scores.append(self.committee.score)
            hunt.ended = self._over(scores)
            self._journey.hunt = hunt
            self._journey.reach()
        hunt.spent_s = time.monotonic() - self._begin_s

    def _round(self, contenders: list[Contender]) -> None:
        """Train one round, tell the sampler, and choose the ensemble anew."""
        hunt, begin_s = self.hunt, time.monotonic()
        able = [c for c in contenders if self._works(c)]
        if able:
            self._strategy.train(able, hunt.n_rounds)
        for stage in self._strategy.learn(contenders):
            hunt.stages.append(stage)
            self._watch.say(f"search, {stage.name}: {stage.said}")
        for contender in contenders:
            if contender.fate == "kept":
                self.committee.add(contender)
                hunt.kept.append(contender)
        self.committee.choose()
        hunt.n_rounds += 1
        tried = [contender.tried() for contender in contenders]
        hunt.tried += tried
        self._watch.tried(tried)
        at_s = time.monotonic() - self._begin_s
        hunt.curve.append((at_s, self.committee.together))
        hunt.spent_s = at_s
        units = sum(e.share for c in able for e in c.ended.values())
        hunt.one_s = (time.monotonic() - begin_s) / max(units, 1e-9)
        self._note()
        self._tell()

    def _works(self, contender: Contender) -> bool:
        """Whether its levers go together, which the space sees to but for odd cases."""
        try:
            refuse_conflicts(contender.design, self._ground.profile)
        except DesignError:
            return False
        return True

    def _note(self) -> None:
        self.hunt.events = self._strategy.state()

    def _tell(self) -> None:
        hunt, higher = self.hunt, METRICS[self.committee.metric].higher_is_better
        values = [t.metric for t in hunt.tried if t.metric is not None]
        best = (max if higher else min)(values)
        self._watch.say(
            f"search, round {hunt.n_rounds}: {len(hunt.tried)} designs tried, {len(hunt.kept)} of"
            f" them on every fold; {self.committee.metric} {best:.4g} the best,"
            f" {self.committee.together:.4g} together"
        )

    def _contender(self, own: Proposal) -> Contender:
        design = self._space.design(self._design, own.levers)
        return Contender(
            number=own.number,
            idea=own.idea,
            parent=own.parent,
            levers=dict(own.levers),
            design=design,
            spec=spec_of(design, self._encoded.layout),
        )

    def _left_trials(self) -> int | None:
        """Configurations that may still be tried, where their number is given."""
        if self._wish.trials is None:
            return None
        return max(0, self._wish.trials - (len(self.hunt.tried) - 1))

    def _size(self) -> int:
        """Configurations of the next round; 0 where the time or their number is over."""
        left, left_s = self._left_trials(), self._journey.deadline_s - time.monotonic()
        if left_s <= 0 or self._watch.should_stop():
            return 0
        if left is not None:
            return min(left, TRIALS_A_ROUND)
        return self._strategy.size(MARGIN * left_s, self.hunt.one_s)

    def _over(self, scores: Sequence[float]) -> str:
        """Why the search is over after this round; empty to go on."""
        if self._watch.should_stop():
            return "interrupted"
        if self._wish.trials is not None:
            return "" if self._left_trials() else "trials"
        if self._strategy.has_end or len(scores) <= PATIENCE:
            return ""
        before, now = scores[-1 - PATIENCE], scores[-1]
        return "no gain" if before - now < GAIN * abs(before) else ""

    def heaviest(self) -> Design:
        """The design that weighs most in the ensemble, over the epochs that it was trained."""
        number = self.committee.told()[0].number
        kept = next((c for c in self.hunt.kept if c.number == number), None)
        if kept is None:
            return self._design
        return measured(
            kept.design,
            "epochs",
            max(1, round(self._field.horizon * kept.design.count("epochs"))),
            reason="as long as the search trained it",
            source="measured on your data: search",
        )

    def record(self) -> Search:
        """What was tried, and what is to be believed of its gain."""
        hunt, committee = self.hunt, self.committee
        groups = _codes(self._ground)
        truly = committee.honest(self._wish.seed, groups)
        if truly is not None and truly.gain <= 0:
            committee.alone()
        higher = METRICS[committee.metric].higher_is_better
        values = [t.metric for t in hunt.tried if t.metric is not None]
        relative = {event[1]: event[2] for event in hunt.events["events"] if event[0] == "tell"}
        whole = [t for t in hunt.tried if t.fate != "grown"]  # on a few rows, other scores
        whole = whole[:: max(1, len(whole) // MOST_WEIGHED)]
        return Search(
            strategy=self._wish.strategy,
            sampler=self._strategy.sampler,
            metric=committee.metric,
            higher_is_better=higher,
            levers=self._strategy.levers,
            tried=tuple(hunt.tried),
            picks=committee.told(),
            base=hunt.tried[0].metric,
            best=(max if higher else min)(values) if values else None,
            together=committee.together,
            luck=luck(committee.by_fold(), base=0) if len(self._field.folds) > 1 else None,
            gain=None if truly is None else truly.gain,
            low=None if truly is None else truly.low,
            high=None if truly is None else truly.high,
            importance=importance(
                [t.levers for t in whole],
                [relative.get(t.number) for t in whole],  # other folds, other scores
                seed=self._wish.seed,
            ),
            curve=tuple(hunt.curve),
            stages=tuple(hunt.stages),
            seconds=hunt.spent_s,
            ended=hunt.ended,
        )


def _horizon(outcome: Outcome, design: Design, encoded: Encoded) -> float:
    """Share of the design's epochs that is enough, going by when its own weights were best."""
    best = [trace.best_step for trace in outcome.traces if trace.best_step is not None]
    planned = epoch_of(encoded, batch_size_of(design, encoded)) * design.count("epochs")
    return float(np.clip(ROOM * statistics.median(best) / planned, LEAST_HORIZON, 1.0))


def _by_fold(outcome: Outcome) -> dict[int, float]:
    """Mean stopping score of the members of each fold that came to a finite one."""
    found: dict[int, list[float]] = {}
    for score, trace in zip(outcome.scores, outcome.traces, strict=True):
        if math.isfinite(score):
            found.setdefault(trace.fold, []).append(score)
    return {fold: statistics.fmean(own) for fold, own in found.items()}


def _codes(ground: Ground) -> NDArray[np.int64] | None:
    """The group of each development row as a number; None without a group column."""
    groups = groups_of(ground, ground.prepared.frame)
    if groups is None:
        return None
    return np.unique(groups[ground.development], return_inverse=True)[1].astype(np.int64)

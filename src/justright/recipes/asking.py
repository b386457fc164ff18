"""What every question starts from: a table, a design with its measured rate, and the time."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from justright.designer.design_text import exact, write_design
from justright.designer.measured import measured
from justright.designer.planner import plan
from justright.designer.questions import Topic
from justright.errors import BudgetError
from justright.kinds import Design, Picture, Reply, Value
from justright.recipes import views
from justright.recipes.candidates import Choice, plain
from justright.recipes.encoded import Encoded, encode
from justright.recipes.ground import Ground
from justright.recipes.metrics import METRICS
from justright.recipes.network import spec_of
from justright.recipes.population_data import Parted, parted_ground
from justright.recipes.preflight import look_over
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.training import sweep, with_rate
from justright.recipes.wish import Wish

PLACES = 5  # validation sets of a round: folds, or stretches of time
MOST_ROUNDS = 6  # repeats of the folds; more add little, as they share their rows
RATE_SHARE = 0.2  # of the time that is left, for the learning rate; as in a fit
LEAST_SHARE = 0.02  # of the epochs, below which a comparison says nothing
RESERVE_S = 0.5  # seconds kept for the last scores and the answer


@dataclass(slots=True, kw_only=True)
class Asking:
    """One question on its way to an answer.

    Attributes:
        topic: The question.
        wish: What the user asks for.
        ground: The table, its test part set aside, and the design that the question is about.
        values: Values to compare, in place of the usual ones; None for those.
        designs: The designs of the question `any`.
        begin_s: Moment on the monotonic clock at which it was asked.
        deadline_s: Moment at which the answer is due.
        watch: Takes the time of each stage, and passes on what is told.
        n_networks: Networks that were trained so far.
        cautions: What a reader must know, so far.
        how: How it was measured, in sentences, so far.
    """

    topic: Topic
    wish: Wish
    ground: Ground
    values: tuple[Value, ...] | None = None
    designs: tuple[Choice, ...] = ()
    begin_s: float
    deadline_s: float
    watch: Stopwatch
    n_networks: int = 0
    cautions: list[str] = field(default_factory=list)
    how: list[str] = field(default_factory=list)

    @property
    def seed(self) -> int:
        """Seed of all chance."""
        return self.wish.seed

    @property
    def left_s(self) -> float:
        """Seconds left for training."""
        return self.deadline_s - RESERVE_S - time.monotonic()

    @property
    def metric(self) -> str:
        """Name of the metric that the answer is in."""
        return self.ground.design.word("metric")

    def encoded(self) -> Encoded:
        """The rows as a fit has them, each fold encoded by its own training rows."""
        return encode(self.ground, self.seed, self.watch)

    def rated(self, encoded: Encoded | None = None, share: float = RATE_SHARE) -> Design:
        """The design with its learning rate measured, unless the user set it or time is short.

        Args:
            encoded: The rows, where they are encoded already.
            share: Share of the time left that the sweep may take.
        """
        design = self.ground.design
        rows = encoded or self.encoded()
        spec = spec_of(design, rows.layout)
        self.watch.stage("preflight")
        look_over(design, spec, rows, self.seed)
        if design.decision("learning_rate").is_given:
            return design
        self.watch.stage("learning rate")
        found = sweep(
            design,
            spec,
            rows,
            seed=self.seed,
            deadline_s=self.deadline_s - RESERVE_S,
            progress=self.watch,
            share=share,
        )
        if found is None:
            self.cautions.append(
                "the learning rate is the rule book's, as there was no time to measure it"
            )
            return design
        self.n_networks += len(found.rates) * len(found.by_fold)
        return with_rate(design, found)

    def parted(self, repeats: int = MOST_ROUNDS, places: int = PLACES) -> Parted:
        """The development rows in folds, dealt out anew for each repeat; or in stretches of time.

        Args:
            repeats: Times that folds are dealt out. Stretches of time have one.
            places: Folds, or stretches.
        """
        if self.ground.schema.order is not None:
            return parted_ground(self.ground, views.time_ordered(places), self.seed)
        return parted_ground(self.ground, views.k_fold(places, repeats=repeats), self.seed)

    def with_value(self, design: Design, lever: str, value: Value) -> Design:
        """A design with one lever at another value, and everything else equal.

        Another family of networks has levers of its own: then the rule book decides on these.
        """
        if design[lever] == value:
            return design
        if lever == "family":
            wanted = {**self.wish.overrides, lever: value}
            task, profile = self.ground.schema.task, self.ground.profile
            return plan(profile, task, wanted, design=self.wish.design)
        return measured(
            design,
            lever,
            value,
            reason="what the question is about; everything else is equal",
            source=f"asked: {self.topic.name}",
        )

    def reply(
        self,
        *,
        sentence: str,
        clear: bool,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        picture: Picture,
        numbers: Mapping[str, float] | None = None,
        ended: str = "done",
        advice: str = "",
        **more: Any,
    ) -> Reply:
        """The answer, with what all answers have.

        Args:
            sentence: The answer in one sentence.
            clear: Whether the data answer it.
            columns: Heads of the table.
            rows: Its lines.
            picture: The picture.
            numbers: Figures by name.
            ended: Why it ended.
            advice: What to do.
            more: Other fields of a `Reply`.
        """
        cautions = list(self.cautions)
        if self.watch.should_stop():
            ended = "interrupted"
        return Reply(
            question=self.topic.name,
            asked=self.topic.asked,
            sentence=sentence,
            clear=clear,
            target=self.ground.schema.target,
            source=self.ground.table.source,
            metric=self.metric,
            higher_is_better=METRICS[self.metric].higher_is_better,
            columns=tuple(columns),
            rows=tuple(tuple(row) for row in rows),
            picture=picture,
            numbers=dict(numbers or {}),
            advice=advice,
            how=tuple(self.how),
            cautions=tuple(dict.fromkeys(cautions)),
            n_networks=self.n_networks,
            seconds=time.monotonic() - self.begin_s,
            ended=ended,
            command=self.command(),
            **more,
        )

    def command(self) -> str:
        """The command line that asks it again."""
        designs = (write_design(plain(choice)) for choice in self.designs)
        line = self.wish.command("ask", self.topic.name, *designs)
        if self.values is None:
            return line
        return f"{line} --values {','.join(exact(value) for value in self.values)}"

    def tell_share(self, share: float) -> None:
        """Say that schedules are shorter than the design's, if they are.

        Args:
            share: Share of their epochs that networks can make, at most 1.
        """
        if share < LEAST_SHARE:
            self.cautions.append(
                f"the time allows {share:.2g} of the epochs: the answer is about networks that"
                " have hardly begun to learn; more --time tells more"
            )
        elif share < 1:
            self.cautions.append(
                f"the time allows {share:.2g} of the epochs; all schedules are shorter by that"
            )

    def refuse_late(self, needed: str) -> None:
        """Refuse to begin where no time is left.

        Raises:
            BudgetError: If there is none.
        """
        if self.left_s <= 0:
            raise BudgetError(
                f"{self.wish.time_s:g} s are over before any network is trained",
                needed,
                try_=f"--time {max(10, round(4 * self.wish.time_s))}s",
            )

    def sharp(self) -> None:
        """Compare classes by log-loss where the user names no metric: it tells the most."""
        design = self.ground.design
        if self.ground.schema.task.is_classification and self.wish.metric is None:
            if design.decision("metric").origin == "user":
                return
            design = measured(
                design,
                "metric",
                "log_loss",
                reason="differences of probabilities show where counts of right answers do not",
                source="house convention",
            )
            self.ground = replace(self.ground, design=design)
            self.how.append(
                "Classes are compared by log-loss, which shows differences that accuracy is too"
                " coarse for; --metric names another."
            )

"""Designs × views × seeds, trained together and compared: the population by itself."""

import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import index
from typing import Any

import numpy as np

from justright.errors import BudgetError, DesignError
from justright.kinds import Design, View
from justright.recipes.candidates import Choice, candidates, one_output
from justright.recipes.judging import Entry, judged
from justright.recipes.metrics import METRICS
from justright.recipes.network import spec_of
from justright.recipes.population_data import Laid, Parted, laid, parted
from justright.recipes.progress import Progress, Silent
from justright.recipes.scores import Scores
from justright.recipes.speed import Pace, speed
from justright.recipes.stop import asked_to_stop
from justright.recipes.text import one_text_plan
from justright.recipes.training import LOOKS, MARGIN, MIN_LOOK_STEPS
from justright.recipes.views import Views
from justright.recipes.wish import Wish, apart
from justright.report.words import count, number, plural
from justright.train.budget import Budget
from justright.train.member import Member
from justright.train.planner import Bucket, plan
from justright.train.population import Epoch, Outcome
from justright.train.population import Population as Trainer
from justright.train.threads import threads

_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
MOST_SEEDS = 10_000  # seeds; more are a mistake


@dataclass(frozen=True, slots=True)
class _Run:
    """A training that ended: what came out, its members, and the share of their epochs."""

    outcome: Outcome
    members: tuple[Member, ...]
    share: float
    seconds: float


class Population:
    """Designs to compare on one data set: each on every view, with every seed, all together.

    Networks of one view and seed start alike and see the same batches, so that designs are compared
    on the same noise. The rows are encoded once, by an encoder that learns scales and levels from
    all development rows without the target, and are gathered by number: no fold has a copy. A
    test part is set aside as in `fit`, and is never looked at here.

    Args:
        designs: A list of designs, or a dict from names to designs. A design is a dict of levers
            to set, `{"depth": 4, "optimizer": "sgd"}`, where the rule book decides on the others;
            the name of a design, "realmlp", or a dict with it, `{"design": "realmlp", "depth": 4}`;
            or what `justright.design` returns.
        data: A path, a frame, a dict of columns, an array, images: all that `fit` takes.
        target: Name of the column to predict, or the labels of the rows. None is "label".
        views: How the rows are parted: a word ("hold_out", "k_fold", "bootstrap", "time_ordered",
            "shares", "shuffled"), one of `justright.views` with its numbers, or a list of `View`,
            whose rows count within the data as it was given.
        seeds: Seeds of each design on each view.
        seed: Seed of all chance: the test part, the views, weights and batches.
        epochs: Epochs of all designs; None for each its own.
        task: "binary", "multiclass" or "regression", where the guess is wrong.
        metric: What to compare by, in place of the rule book's.
        drop: Columns to leave out.
        group: Column whose equal values must not cross a split.
        order: Column that orders the rows.
        test_share: Share of the rows to set aside, 0 to 1; 0 to compare on all rows. Views of your
            own set aside what none of them names.

    Attributes:
        designs: The designs by name.
        members: The networks, in the order of designs, views and seeds.
        plan: The buckets that they are computed in, with reasons and estimates.

    Raises:
        DataError: If the data cannot be used, or the views do not fit it.
        DesignError: If a lever, a value or a design cannot work.

    Example:
        >>> rows = {"x": [i % 20 for i in range(100)], "y": [i % 20 * 2.0 for i in range(100)]}
        >>> population = Population([{"depth": 0}, {"depth": 1}], rows, "y", epochs=3)
        >>> [row.n_members for row in population.run().rows]
        [1, 1]
    """

    def __init__(
        self,
        designs: Sequence[Choice] | Mapping[str, Choice],
        data: Any,
        target: Any = None,
        *,
        views: str | Views | Sequence[View] = "hold_out",
        seeds: int = 1,
        seed: int = 0,
        epochs: int | None = None,
        task: str | None = None,
        metric: str | None = None,
        drop: Sequence[str] = (),
        group: str | None = None,
        order: str | None = None,
        test_share: float = 0.2,
    ) -> None:
        if not 1 <= index(seeds) <= MOST_SEEDS:
            raise DesignError(f"seeds = {seeds}", f"1 to {MOST_SEEDS:,} seeds", try_="seeds=5")
        data, target = apart(data, target)
        wish = Wish(
            data=data,
            target=target,
            seed=index(seed),
            overrides={} if metric is None else {"metric": metric},
            drop=tuple(drop),
            group=group,
            order=order,
            task=task,
        )
        self._parted = parted(wish, views, test_share=test_share)
        self._seed, self._ways = wish.seed, views
        self.designs: dict[str, Design] = candidates(designs, self._parted.ground, epochs)
        scalers = [design.word("scaler") for design in self.designs.values()]
        text, output = one_text_plan(self.designs.values()), one_output(self.designs.values())
        self._laid = laid(self._parted, scalers, text, output, wish.seed)
        self._entries = _entries(self.designs, self._parted, self._laid, seeds, wish.seed)
        self.members: tuple[Member, ...] = tuple(entry.member for entry in self._entries)
        self.plan: tuple[Bucket, ...] = plan(self.members)

    def run(self, budget: float | str | None = None, progress: Progress | None = None) -> Scores:
        """Train all members and score them on their validation rows.

        Each trains over its own schedule and keeps its best weights. Where the budget is too
        short for all epochs, all schedules are shortened by the same share, and the scores say
        so. Ctrl-C ends soon and scores what was reached; a second one leaves at once. Running
        again begins anew, and comes to the same.

        Args:
            budget: Time for the training, "60s", "5m", or seconds; None for all epochs.
            progress: Who listens, and may ask to stop soon.

        Returns:
            The scores.

        Raises:
            BudgetError: If the budget is not a time above 0.
        """
        begin, limit_s = time.monotonic(), _seconds(budget)
        listener = progress or Silent()
        listener.stage("training")
        done = self._train(begin, limit_s, listener)
        listener.stage("evaluation")
        members = judged(self._entries, done.outcome, self._laid.encoded, self._parted, self._seed)
        notes = _notes(done)
        for note in notes:
            listener.warn(note)
        metric = self._parted.ground.design.word("metric")
        return Scores(
            metric=metric,
            higher_is_better=METRICS[metric].higher_is_better,
            members=members,
            traces=done.outcome.traces,
            designs=self.designs,
            overlap=self._overlap(),
            notes=notes,
            seconds=done.seconds,
        )

    def _train(self, begin: float, limit_s: float, listener: Progress) -> _Run:
        encoded, deadline_s = self._laid.encoded, begin + limit_s

        def tell(epoch: Epoch) -> None:
            left_s = max(0.0, deadline_s - time.monotonic())
            words = f"{plural(epoch.running, 'network')} in training"
            listener.training(done_share=epoch.done_share, best=words, left_s=left_s)

        with asked_to_stop() as asked:
            pace = speed(list(self.members), encoded)
            share = min(1.0, MARGIN * (deadline_s - time.monotonic()) / self._expected_s(pace))
            members = tuple(_shortened(member, share) for member in self.members)
            with threads(pace.n_threads):
                outcome = Trainer(members, encoded.data, workers=pace.n_workers).run(
                    Budget(deadline_s, lambda: asked() or listener.should_stop()), tell
                )
        return _Run(outcome, members, share, time.monotonic() - begin)

    def _expected_s(self, pace: Pace) -> float:
        """Seconds that all epochs take, at a measured pace of one step of all members."""
        of_step = sum(bucket.step_s for bucket in self.plan)
        steps = sum(self._steps(bucket) * bucket.step_s for bucket in self.plan) / of_step
        looks = max(member.total_steps / member.epoch_steps for member in self.members)
        return max(1e-9, steps * pace.step_s + looks * pace.look_s)

    def _steps(self, bucket: Bucket) -> float:
        """Steps of a member of a bucket, on average."""
        return float(np.mean([self.members[i].total_steps for i in bucket.members]))

    def _overlap(self) -> dict[str, float]:
        """Validation rows over training rows, by variant."""
        found: dict[str, list[float]] = {}
        for part in self._parted.parts:
            share = len(part.view.validation) / len(np.unique(part.view.train))
            found.setdefault(part.variant, []).append(share)
        return {variant: float(np.mean(ratios)) for variant, ratios in found.items()}

    def __repr__(self) -> str:
        ground, n_views = self._parted.ground, len(self._parted.parts)
        seeds = len(self.members) // (len(self.designs) * n_views)
        way = f" ({self._ways!r})" if isinstance(self._ways, Views) else ""
        sets = (
            f"{count(ground.n_test)} set aside and never looked at"
            if ground.n_test
            else "none set aside"
        )
        said = [
            f"Population of {plural(len(self.members), 'network')}:"
            f" {plural(len(self.designs), 'design')} × {plural(n_views, 'view')}{way}"
            f" × {plural(seeds, 'seed')}",
            f"{ground.prepared.source}: {count(len(ground.development))} rows to train and validate"
            f" on, {sets}; compared by {ground.design.word('metric')}",
        ]
        for i, bucket in enumerate(self.plan, 1):
            most_s = self._steps(bucket) * bucket.step_s
            said.append(
                f"bucket {i}: {bucket.why}; about {number(most_s, 2)} s of one core and"
                f" {number(bucket.n_bytes / 1e6, 2)} MB"
            )
        return "\n".join(said)


def _seconds(budget: float | str | None) -> float:
    if budget is None:
        return math.inf
    pattern = r"(\d+\.?\d*|\.\d+)\s*([smh]?)"
    match = re.fullmatch(pattern, str(budget).strip().lower(), re.ASCII)
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if not 0.0 < seconds < math.inf:
        raise BudgetError(
            f"a budget of {budget!r}",
            "a time above 0, as 60, '60s', '5m' or '1h'",
            try_="run('2m')",
        )
    return seconds


def _entries(
    designs: Mapping[str, Design], data: Parted, rows: Laid, seeds: int, seed: int
) -> tuple[Entry, ...]:
    """Every design on every view with every seed."""
    found = []
    for name, design in designs.items():
        spec = spec_of(design, rows.encoded.layout)
        views = rows.views[design.word("scaler")]
        for part, view in zip(data.parts, views, strict=True):
            batch, epoch = _batch_and_epoch(design, data, part.variant)
            for own in range(seeds):
                member = Member.of(
                    design,
                    spec,
                    view,
                    # The same for all designs: they start alike, and see the same batches.
                    seed=_seed(seed, part.place, own),
                    order_seed=_seed(seed, part.place, own),
                    batch_size=batch,
                    epoch_steps=epoch,
                    total_steps=epoch * design.count("epochs"),
                )
                found.append(Entry(name, design, part, own, epoch, _with_looks(member, design)))
    return tuple(found)


def _seed(seed: int, place: int, own: int) -> int:
    return int(np.random.SeedSequence([seed, place, own]).generate_state(1)[0])


def _batch_and_epoch(design: Design, data: Parted, variant: str) -> tuple[int, int]:
    """Rows of a batch, and steps that visit each training row once: alike on all folds."""
    n_rows = [len(part.view.train) for part in data.parts if part.variant == variant]
    batch = max(1, min(design.count("batch_size"), *n_rows))
    return batch, max(1, round(float(np.median(n_rows)) / batch))


def _with_looks(member: Member, design: Design) -> Member:
    """The member with its evaluations: one an epoch; fewer where epochs are short, or more."""
    total, epoch = member.total_steps, member.epoch_steps
    natural = design.count("epochs") if epoch >= MIN_LOOK_STEPS else total // MIN_LOOK_STEPS
    looks = max(1, total // max(LOOKS, natural))
    patience = max(1, round(design.count("patience") * epoch / looks))
    return replace(member, epoch_steps=looks, patience=patience)


def _shortened(member: Member, share: float) -> Member:
    """The member with a schedule over a share of its steps, and as many evaluations."""
    if share >= 1:
        return member
    total = max(1, int(share * member.total_steps))
    looks = max(1, int(share * member.epoch_steps))
    return replace(member, total_steps=total, epoch_steps=looks)


def _notes(done: _Run) -> tuple[str, ...]:
    said = []
    if done.share < 1:
        said.append(
            f"The budget allows {done.share:.2g} of the epochs: all schedules are shorter by that."
        )
    cut = [t.stopped for t in done.outcome.traces if t.stopped in ("time", "interrupted")]
    if cut:
        said.append(
            f"{len(cut)} of {plural(len(done.members), 'network')} were cut off before the end of"
            f" their schedules ({cut[0]})."
        )
    return tuple(said)

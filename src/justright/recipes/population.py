"""Designs × views × seeds, trained together and compared: the population by itself."""

import math
import re
import time
from collections.abc import Mapping, Sequence
from operator import index
from typing import Any

from justright.errors import BudgetError, DesignError
from justright.kinds import Design, View
from justright.recipes.arena import Arena, mean_steps
from justright.recipes.candidates import Choice, candidates
from justright.recipes.population_data import parted
from justright.recipes.progress import Progress, Silent
from justright.recipes.scores import Scores
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.views import Views
from justright.recipes.wish import Wish, apart
from justright.report.words import count, number, plural
from justright.train.member import Member
from justright.train.planner import Bucket, plan

_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
MOST_SEEDS = 10_000  # seeds; more are a mistake


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
        self._arena = Arena(self._parted, self.designs, wish.seed)
        self._entries = self._arena.entries(seeds=range(seeds))
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
        listener = Stopwatch(progress or Silent())
        listener.stage("training")
        done = self._arena.train(self._entries, listener, deadline_s=begin + limit_s)
        listener.stage("evaluation")
        found = self._arena.scores([done])
        for note in found.notes:
            listener.warn(note)
        return found

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
            most_s = mean_steps(self.members, bucket) * bucket.step_s
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

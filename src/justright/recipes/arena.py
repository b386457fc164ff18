"""Designs on views of one data set that is read and encoded once, trained in as many rounds as pay.

Networks of one view and seed start alike and see the same batches, whatever their design: what
chance does to one of them it does to all, and falls out of their differences.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from justright.data.balance import balanced
from justright.kinds import Design, View
from justright.recipes.candidates import one_output
from justright.recipes.crew import Crew, trained
from justright.recipes.judging import Entry, Judge
from justright.recipes.metrics import METRICS
from justright.recipes.network import spec_of
from justright.recipes.population_data import Parted, Without, laid
from justright.recipes.progress import Listener
from justright.recipes.score_lines import MemberScore
from justright.recipes.scores import Scores
from justright.recipes.speed import Pace, speed
from justright.recipes.stop import asked_to_stop
from justright.recipes.text import one_text_plan
from justright.recipes.training import LOOKS, MARGIN, MIN_LOOK_STEPS
from justright.recipes.views import Part
from justright.report.words import plural
from justright.train.budget import Budget
from justright.train.member import Member
from justright.train.planner import Bucket, plan
from justright.train.population import Epoch, Outcome
from justright.train.population import Population as Trainer
from justright.train.threads import threads


@dataclass(frozen=True, slots=True)
class Trained:
    """A training that ended: who, what came out, the share of their epochs, and the seconds."""

    entries: tuple[Entry, ...]
    outcome: Outcome
    share: float
    seconds: float

    @property
    def cut(self) -> bool:
        """Whether some networks were cut off before the end of their schedules."""
        return any(t.stopped in ("time", "interrupted") for t in self.outcome.traces)


class Arena:
    """Designs on one data set.

    Args:
        data: The data, parted.
        designs: The designs by name.
        seed: Seed of all chance.
        without: Columns that a design is to do without, by its name.
        calibrated: Whether probabilities are scored as they are after calibration.

    Attributes:
        data: The data, parted.
        designs: The designs by name.
        laid: The rows as tensors.
        judge: What networks are judged by.
    """

    def __init__(
        self,
        data: Parted,
        designs: Mapping[str, Design],
        seed: int,
        *,
        without: Mapping[str, Without] | None = None,
        calibrated: bool = False,
    ) -> None:
        self.data, self.designs, self._seed = data, dict(designs), seed
        self._without = dict(without or {})
        self._judged: dict[int, tuple[Trained, tuple[MemberScore, ...]]] = {}
        scalers = [design.word("scaler") for design in designs.values()]
        text, output = one_text_plan(designs.values()), one_output(designs.values())
        sets = tuple(dict.fromkeys(self._without.get(name, ()) for name in designs))
        self.laid = laid(data, scalers, text, output, seed, without=sets)
        self.judge = Judge(
            data=data, rows=self.laid, seed=seed, without=self._without, calibrated=calibrated
        )

    def entries(
        self,
        names: Sequence[str] | None = None,
        parts: Sequence[Part] | None = None,
        seeds: Sequence[int] = (0,),
    ) -> tuple[Entry, ...]:
        """Every design on every view with every seed.

        Args:
            names: Names of the designs; None for all.
            parts: Views of the data; None for all.
            seeds: Numbers of the seeds, from 0.
        """
        found = []
        wanted = self.data.parts if parts is None else parts
        place_of = {id(part): i for i, part in enumerate(self.data.parts)}
        for name in self.designs if names is None else names:
            design = self.designs[name]
            spec = spec_of(design, self.laid.encoded.layout)
            views = self.laid.views[design.word("scaler"), self._without.get(name, ())]
            for part in wanted:
                view = self._sampled(views[place_of[id(part)]], design)
                batch, epoch = self._batch_and_epoch(design, part.variant)
                for own in seeds:
                    member = Member.of(
                        design,
                        spec,
                        view,
                        # The same for all designs: they start alike, and see the same batches.
                        seed=_seed(self._seed, part.place, own),
                        order_seed=_seed(self._seed, part.place, own),
                        batch_size=batch,
                        epoch_steps=epoch,
                        total_steps=epoch * design.count("epochs"),
                    )
                    found.append(Entry(name, design, part, own, epoch, _with_looks(member, design)))
        return tuple(found)

    def _sampled(self, view: View, design: Design) -> View:
        """The view as the design samples it."""
        if design.word("sampling") != "balanced":
            return view
        copies = len(self.laid.copies)
        labels = np.tile(self.laid.encoded.targets.astype(np.int64), copies)
        return balanced(view, labels, seed=self._seed)

    def _batch_and_epoch(self, design: Design, variant: str) -> tuple[int, int]:
        """Rows of a batch, and steps that visit each training row once: alike on all folds."""
        n_rows = [len(part.view.train) for part in self.data.parts if part.variant == variant]
        batch = max(1, min(design.count("batch_size"), *n_rows))
        return batch, max(1, round(float(np.median(n_rows)) / batch))

    def expected_s(self, entries: Sequence[Entry], pace: Pace) -> float:
        """Seconds that all epochs take, at a measured pace of one step of all members."""
        members = [entry.member for entry in entries]
        buckets = plan(members)
        of_step = sum(bucket.step_s for bucket in buckets)
        steps = sum(mean_steps(members, bucket) * bucket.step_s for bucket in buckets) / of_step
        looks = max(member.total_steps / member.epoch_steps for member in members)
        return max(1e-9, steps * pace.step_s + looks * pace.look_s)

    def pace(self, entries: Sequence[Entry]) -> Pace:
        """How fast they run here."""
        return speed([entry.member for entry in entries], self.laid.encoded)

    def train(
        self,
        entries: Sequence[Entry],
        listener: Listener,
        *,
        deadline_s: float = math.inf,
        share: float | None = None,
        pace: Pace | None = None,
        best: Callable[[Epoch], str] | None = None,
    ) -> Trained:
        """Train some of them together.

        Args:
            entries: Who.
            listener: Who listens.
            deadline_s: Moment on the monotonic clock at which training ends whatever was reached.
            share: Share of their epochs that schedules are laid out for; None for what fits in.
            pace: How fast they run here, where it is known.
            best: What is told of an evaluation, in words.
        """
        begin = time.monotonic()
        words = best or (lambda epoch: f"{plural(epoch.running, 'network')} in training")

        def tell(epoch: Epoch) -> None:
            left_s = max(0.0, deadline_s - time.monotonic())
            listener.training(done_share=epoch.done_share, best=words(epoch), left_s=left_s)

        with asked_to_stop() as asked:
            pace = pace or self.pace(entries)
            if share is None:
                left_s = deadline_s - time.monotonic()
                share = min(1.0, MARGIN * left_s / self.expected_s(entries, pace))
            members = tuple(_shortened(entry.member, share) for entry in entries)
            budget = Budget(deadline_s, lambda: asked() or listener.should_stop())
            population = Trainer(members, self.laid.encoded.data, workers=pace.n_workers)
            with threads(pace.n_threads):
                outcome = trained(population, _crew(entries), listener, budget, tell)
        return Trained(tuple(entries), outcome, share, time.monotonic() - begin)

    def scores(self, trainings: Sequence[Trained]) -> Scores:
        """What came out on the validation rows.

        Args:
            trainings: One for each round; no design, view and seed is in two of them.
        """
        metric = self.data.ground.design.word("metric")
        for own in trainings:
            if id(own) not in self._judged:
                self._judged[id(own)] = own, self.judge.scores(own.entries, own.outcome)
        return Scores(
            metric=metric,
            higher_is_better=METRICS[metric].higher_is_better,
            members=tuple(m for own in trainings for m in self._judged[id(own)][1]),
            traces=tuple(t for own in trainings for t in own.outcome.traces),
            designs=self.designs,
            overlap=self.overlap(),
            notes=_notes(trainings),
            seconds=sum(own.seconds for own in trainings),
        )

    def overlap(self) -> dict[str, float]:
        """Validation rows over training rows, by variant."""
        found: dict[str, list[float]] = {}
        for part in self.data.parts:
            share = len(part.view.validation) / len(np.unique(part.view.train))
            found.setdefault(part.variant, []).append(share)
        return {variant: float(np.mean(ratios)) for variant, ratios in found.items()}


def mean_steps(members: Sequence[Member], bucket: Bucket) -> float:
    """Steps of a member of a bucket, on average."""
    return float(np.mean([members[i].total_steps for i in bucket.members]))


def _crew(entries: Sequence[Entry]) -> Crew:
    """What the members stand for."""
    return Crew(
        group="compared",
        names=[entry.name for entry in entries],
        designs=[entry.design for entry in entries],
        more=[
            {"choice": entry.name, "place": entry.part.place, "rows": entry.part.variant or "all"}
            for entry in entries
        ],
    )


def _seed(seed: int, place: int, own: int) -> int:
    return int(np.random.SeedSequence([seed, place, own]).generate_state(1)[0])


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


def _notes(trainings: Sequence[Trained]) -> tuple[str, ...]:
    said = []
    share = min(own.share for own in trainings)
    if share < 1:
        said.append(
            f"The budget allows {share:.2g} of the epochs: all schedules are shorter by that."
        )
    traces = [trace for own in trainings for trace in own.outcome.traces]
    cut = [t.stopped for t in traces if t.stopped in ("time", "interrupted")]
    if cut:
        said.append(
            f"{len(cut)} of {plural(len(traces), 'network')} were cut off before the end of"
            f" their schedules ({cut[0]})."
        )
    return tuple(said)

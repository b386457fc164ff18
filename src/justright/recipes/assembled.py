"""Ensembles of several sizes, all made of the same networks of one design."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from justright.kinds import Design
from justright.recipes.arena import Arena
from justright.recipes.judging import Entry, Judge
from justright.recipes.population_data import Parted
from justright.recipes.score_lines import MemberScore
from justright.recipes.views import Part
from justright.train.population import Outcome


class Assembled(Arena):
    """Designs that differ in `ensemble_size` alone: one set of networks serves them all.

    Each seed of a view stands for as many networks as the largest ensemble has.

    Args:
        data: The data, parted.
        designs: The designs by name.
        seed: Seed of all chance.
    """

    def __init__(self, data: Parted, designs: Mapping[str, Design], seed: int) -> None:
        super().__init__(data, designs, seed, calibrated=True)
        self.sizes = {name: design.count("ensemble_size") for name, design in designs.items()}
        self.judge = Panel(
            data=data, rows=self.laid, seed=seed, without={}, calibrated=True, sizes=self.sizes
        )

    def entries(
        self,
        names: Sequence[str] | None = None,
        parts: Sequence[Part] | None = None,
        seeds: Sequence[int] = (0,),
    ) -> tuple[Entry, ...]:
        """The networks that all ensembles are made of.

        Args:
            names: Without effect, as all designs have the same networks.
            parts: Views of the data; None for all.
            seeds: Numbers of the seeds, from 0.
        """
        largest = max(self.sizes.values())
        own = [largest * seed + i for seed in seeds for i in range(largest)]
        return super().entries(list(self.designs)[:1], parts, own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel(Judge):
    """Judges ensembles: a size by the mean over all that can be made of the networks of a seed.

    Attributes:
        sizes: Networks of each ensemble, by its name.
    """

    sizes: Mapping[str, int]

    def scores(self, entries: Sequence[Entry], outcome: Outcome) -> tuple[MemberScore, ...]:
        """The metric of the mean prediction of each ensemble, for each view and seed.

        Args:
            entries: The networks, of the first design.
            outcome: What they came to.
        """
        largest = max(self.sizes.values())
        teams: dict[tuple[int, int], list[int]] = {}
        for i, entry in enumerate(entries):
            teams.setdefault((entry.part.place, entry.seed // largest), []).append(i)
        return tuple(
            score
            for (_, seed), team in teams.items()
            for score in self._of_team(entries, outcome, team, seed)
        )

    def _of_team(
        self, entries: Sequence[Entry], outcome: Outcome, team: Sequence[int], seed: int
    ) -> list[MemberScore]:
        known = {i for i in team if math.isfinite(outcome.scores[i])}
        said = {i: self.predictions(entries[i], outcome, i) for i in known}
        first = entries[team[0]]
        found = []
        for name, size in self.sizes.items():
            starts = range(0, len(team) - size + 1, size)
            groups = [[said[i] for i in team[at : at + size] if i in known] for at in starts]
            values = [self.value(first, np.mean(group, axis=0)) for group in groups if group]
            found.append(
                MemberScore(
                    design=name,
                    variant=first.part.variant,
                    place=first.part.place,
                    view=first.part.view.name,
                    seed=seed,
                    value=float(np.mean(values)) if values else math.nan,
                    stopping_score=float(np.mean([outcome.scores[i] for i in team])),
                    epochs=float(np.mean([_epochs(entries[i], outcome, i) for i in team])),
                    stopped=outcome.traces[team[0]].stopped,
                )
            )
        return found


def _epochs(entry: Entry, outcome: Outcome, i: int) -> float:
    steps = outcome.traces[i].steps
    return steps[-1] / entry.epoch if steps else 0.0

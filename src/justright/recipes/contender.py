"""One configuration in a search: its design, its networks, and what became of them."""

import math
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from justright.kinds import Design, Tried, Value
from justright.kinds.search import Fate, Idea
from justright.nets.family import Spec, parameter_slots
from justright.nets.slots import total
from justright.recipes.encoded import Encoded
from justright.recipes.members import batch_size_of, epoch_of, member_of
from justright.recipes.predictor import Squad
from justright.train.member import Member
from justright.train.population import Outcome

MOST_LOOKS = 40  # evaluations of a network: enough to cut by, and cheap beside the steps
LEAST_LOOKS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A network of a contender that was trained, to the end or not.

    Attributes:
        fold: Its fold.
        theta: Its best weights, shape (parameters,).
        statistics: Their statistics.
        score: Its best stopping score; infinite where it was never finite.
        share: Share of its planned steps that it made, 0 to 1.
        whole: Whether it went all the way.
    """

    fold: int
    theta: Tensor
    statistics: Tensor
    score: float
    share: float
    whole: bool


@dataclass(slots=True, kw_only=True)
class Contender:
    """One configuration.

    Attributes:
        number: Its number, from 0.
        idea: Where it came from.
        parent: Number of the one that it was perturbed from.
        levers: The levers that the search chose.
        design: Its design.
        spec: Shape of its network.
        ended: Its networks by fold.
        rung: Rungs that it survived.
        cost_s: Its share of the seconds so far.
        at_s: Seconds from the beginning of the search to its end.
        fate: Why it ended.
        metric: Out-of-fold metric; None before.
        fit: Training loss on a few rows as a share of the best constant's; None where that was not
            measured, or the network diverged.
    """

    number: int
    idea: Idea
    parent: int | None
    levers: dict[str, Value]
    design: Design
    spec: Spec
    ended: dict[int, Ended] = field(default_factory=dict)
    rung: int = 0
    cost_s: float = 0.0
    at_s: float = 0.0
    fate: Fate = "cut"
    metric: float | None = None
    fit: float | None = None

    def member(self, encoded: Encoded, fold: int, seed: int, horizon: float = 1.0) -> Member:
        """Its network on one fold.

        Args:
            encoded: The data.
            fold: The fold.
            seed: Seed of the search.
            horizon: Share of the design's epochs that its schedule has.
        """
        batch = batch_size_of(self.design, encoded)
        epoch, epochs = epoch_of(encoded, batch), self.design.count("epochs")
        n_steps = max(LEAST_LOOKS, round(horizon * epoch * epochs))
        looks = max(1, n_steps // max(LEAST_LOOKS, min(MOST_LOOKS, round(horizon * epochs))))
        own = int(np.random.SeedSequence([seed, self.number, fold]).generate_state(1)[0])
        return replace(
            member_of(self.design, self.spec, encoded.views[fold], own, batch=batch),
            total_steps=n_steps,
            epoch_steps=looks,
            patience=max(1, round(self.design.count("patience") * epoch / looks)),
        )

    def take(self, outcome: Outcome, i: int, member: Member) -> Ended:
        """Keep what one of its networks came to.

        Args:
            outcome: What was trained.
            i: Its number there.
            member: What was planned.
        """
        trace = outcome.traces[i]
        made = trace.steps[-1] / member.total_steps if trace.steps else 0.0
        found = Ended(
            fold=member.view.fold,
            theta=outcome.thetas[i],
            statistics=outcome.statistics[i],
            score=outcome.scores[i],
            share=min(1.0, made),
            whole=trace.stopped in ("epochs", "patience", "diverged"),
        )
        self.ended[found.fold] = found
        return found

    @property
    def squad(self) -> Squad | None:
        """Its networks that came to a finite loss; None if there are none."""
        kept = [e for e in self.ended.values() if math.isfinite(e.score)]
        if not kept:
            return None
        return Squad(
            spec=self.spec,
            theta=torch.stack([e.theta for e in kept]),
            statistics=torch.stack([e.statistics for e in kept]),
            folds=tuple(e.fold for e in kept),
        )

    def tried(self) -> Tried:
        """What the record of the search keeps of it."""
        scores = [e.score for e in self.ended.values() if math.isfinite(e.score)]
        shares = [e.share for e in self.ended.values()]
        return Tried(
            number=self.number,
            idea=self.idea,
            parent=self.parent,
            levers=self.levers,
            rung=self.rung,
            step_share=max(shares, default=0.0),
            score=float(np.mean(scores)) if scores else None,
            metric=self.metric,
            n_parameters=total(parameter_slots(self.spec)),
            cost_s=self.cost_s,
            at_s=self.at_s,
            fate=self.fate,
        )

"""The course of one member's training: its schedule, its patience, and what is written down."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from justright.kinds import Trace
from justright.train.member import Member
from justright.train.schedules import Pace, Plateau, pace, strength


def finite(values: Sequence[float]) -> tuple[float | None, ...]:
    """None in the place of what is not finite.

    Example:
        >>> finite([1.0, float("nan")])
        (1.0, None)
    """
    return tuple(v if math.isfinite(v) else None for v in values)


@dataclass(slots=True)
class Course:
    """Follows one member. Scores: lower is better.

    Attributes:
        member: The member.
        best: Lowest stopping score so far; infinite before the first finite one.
        best_step: Step of the best score.
        stopped: Why it ended; empty while it trains.
        waited: Evaluations since the last gain.
        plateau: Follows the scores for the plateau schedule.
        steps: Steps made at each evaluation.
        curves: Figures by name, one at each evaluation.
        loss_sum: Training losses summed since the last evaluation.
        n_summed: How many they are.
    """

    member: Member
    best: float = math.inf
    best_step: int | None = None
    stopped: str = ""
    waited: int = 0
    plateau: Plateau = field(default_factory=Plateau)
    steps: list[int] = field(default_factory=list)
    curves: dict[str, list[float]] = field(default_factory=dict)
    loss_sum: float = 0.0
    n_summed: int = 0

    def pace(self, step: int) -> Pace:
        """Where its schedule stands, as shares of its peak rate and momentum."""
        m = self.member
        now = pace(
            m.schedule,
            step,
            total=m.total_steps,
            epoch_steps=m.epoch_steps,
            warmup_share=m.warmup_share,
        )
        if m.schedule == "plateau":
            return Pace(now.rate * self.plateau.factor, now.momentum_drop)
        return now

    def decay_share(self, step: int) -> float:
        """Share of its weight decay that is in force."""
        return strength(self.member.weight_decay_schedule, step, self.member.total_steps)

    def dropout_share(self, step: int) -> float:
        """Share of its dropout that is in force."""
        return strength(self.member.dropout_schedule, step, self.member.total_steps)

    def due(self, step: int) -> bool:
        """Whether it is evaluated after this many steps."""
        return step % self.member.epoch_steps == 0 or step >= self.member.total_steps

    def see(self, step: int, score: float, figures: Mapping[str, float]) -> bool:
        """Take in an evaluation, and stop if it diverged, waits too long, or is at its end.

        Args:
            step: Steps made.
            score: Stopping score.
            figures: What else is written down, by name.

        Returns:
            Whether it reached its best so far.
        """
        self.steps.append(step)
        self._add("train_loss", self.loss_sum / max(1, self.n_summed))
        self.loss_sum, self.n_summed = 0.0, 0
        for name, value in figures.items():
            self._add(name, value)
        # Where the budget ends between two evaluations, the last has no figures of a step.
        for values in self.curves.values():
            values += [math.nan] * (len(self.steps) - len(values))
        gained = math.isfinite(score) and score < self.best
        if gained:
            self.best, self.best_step, self.waited = score, step, 0
        else:
            self.waited += 1
        self.plateau.see(score)
        if not math.isfinite(score):
            self.stopped = "diverged"
        elif self.waited >= self.member.patience:
            self.stopped = "patience"
        elif step >= self.member.total_steps:
            self.stopped = "epochs"
        return gained

    def _add(self, name: str, value: float) -> None:
        self.curves.setdefault(name, []).append(value)

    def trace(self) -> Trace:
        """What was written down."""
        curves = {name: finite(values) for name, values in self.curves.items()}

        def by_layer(kind: str) -> dict[str, tuple[float | None, ...]]:
            start = f"{kind} "
            return {n.removeprefix(start): v for n, v in curves.items() if n.startswith(start)}

        return Trace(
            seed=self.member.seed,
            fold=self.member.view.fold,
            learning_rate=self.member.learning_rate,
            steps=tuple(self.steps),
            train_loss=curves.get("train_loss", ()),
            validation_loss=curves.get("validation_loss", ()),
            validation_score=curves.get("validation_score", ()),
            rate=tuple(v or 0.0 for v in curves.get("rate", ())),
            gradient_norm=by_layer("gradient"),
            update_ratio=by_layer("update"),
            best_step=self.best_step,
            stopped=self.stopped,
        )

    def state(self) -> dict[str, Any]:
        """All of it but the member, as plain values."""
        return {
            "best": self.best,
            "best_step": self.best_step,
            "stopped": self.stopped,
            "waited": self.waited,
            "plateau": self.plateau.state(),
            "steps": list(self.steps),
            "curves": {name: list(values) for name, values in self.curves.items()},
            "loss_sum": self.loss_sum,
            "n_summed": self.n_summed,
        }

    @classmethod
    def from_state(cls, member: Member, state: Mapping[str, Any]) -> "Course":
        """Go on from a state."""
        own = {
            "plateau": Plateau(**state["plateau"]),
            "steps": list(state["steps"]),
            "curves": {name: list(values) for name, values in state["curves"].items()},
        }
        return cls(member=member, **{**state, **own})

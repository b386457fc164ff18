"""The final training: once over the planned schedule, once more over a shorter one if that pays."""

import math
import statistics
import time
from dataclasses import replace

from justright.designer.measured import measured
from justright.errors import TrainingError
from justright.kinds import Design
from justright.recipes.crew import Crew, trained
from justright.recipes.encoded import Encoded
from justright.recipes.journey import Journey
from justright.recipes.progress import Listener, Progress
from justright.recipes.teller import teller
from justright.recipes.training import Plan
from justright.train.budget import Budget
from justright.train.member import Member
from justright.train.population import Outcome
from justright.train.threads import threads

EARLY = 0.4  # of the schedule: weights that are best before it were taken at a high rate
ROOM = 1.5  # times the best step: the shorter schedule, so that the rate has come down by then
SPARE = 1.3  # times its expected seconds must be left for a second training


def train(
    plan: Plan,
    encoded: Encoded,
    *,
    deadline_s: float,
    progress: Listener,
    journey: Journey | None = None,
) -> tuple[Outcome, Design]:
    """Train the final population.

    Where the best weights come early, over-fitting set in while the rate was still high. Then the
    same members are trained once more over a schedule that ends soon after, and the better of the
    two, by the mean validation score, is kept.

    Args:
        plan: Members and recipe.
        encoded: The data.
        deadline_s: Moment on the monotonic clock at which the whole fit should end.
        progress: Who listens.
        journey: Where the training is kept on its way, and goes on from; None to begin, unkept.

    Returns:
        What was trained, and the design with the epochs that were used.

    Raises:
        TrainingError: If no member came to a finite loss.
    """
    journey = journey or Journey(deadline_s=deadline_s)
    journey.design = plan.design
    if journey.outcome is None:
        if journey.left is None:
            journey.begin_s = time.monotonic()
        journey.outcome = _run(plan, encoded, progress, journey)
        journey.again = _again(plan, journey.outcome, progress, journey)
    outcome = journey.outcome
    if journey.again:
        shorter = replace(plan, members=tuple(_with_steps(m, journey.again) for m in plan.members))
        second = _run(shorter, encoded, progress, journey)
        if _mean(second) < _mean(outcome):
            journey.design = _shortened(plan, journey.again, _mean(outcome), _mean(second))
            outcome = second
    journey.outcome, journey.again = outcome, 0
    journey.reach()
    return outcome, journey.design


def _run(plan: Plan, encoded: Encoded, progress: Listener, journey: Journey) -> Outcome:
    begins, pace = journey.left is None, plan.layout.pace
    population = journey.population(plan.members, encoded.data, pace)
    if begins:
        journey.reach(population)
    deadline_s = journey.deadline_s
    tell = teller(progress, encoded, plan.design, deadline_s)
    budget = Budget(deadline_s, progress.should_stop)
    with threads(pace.n_threads):
        return trained(population, _crew(plan, journey), progress, budget, tell, journey.save)


def _crew(plan: Plan, journey: Journey) -> Crew:
    """What the members stand for: those of a second training are named apart."""
    again = f", over {journey.again} steps" if journey.again else ""
    names = [f"network {i}{again}" for i in range(1, len(plan.members) + 1)]
    return Crew(group="final", names=names, designs=[plan.design] * len(names))


def _again(plan: Plan, outcome: Outcome, progress: Progress, journey: Journey) -> int:
    """Steps of a second training, over a shorter schedule; 0 if it does not pay, or in no time."""
    if not any(map(math.isfinite, outcome.scores)):
        raise TrainingError(
            f"all {len(plan.members)} networks diverged at learning rate"
            f" {plan.design.number('learning_rate'):g}",
            "at least one with a finite loss",
            try_="--set learning_rate=0.001, or leave the rate to be measured",
        )
    shorter = _shorter(plan, outcome)
    if shorter is None or progress.should_stop():
        return 0
    spent_s = time.monotonic() - journey.begin_s
    needed_s = SPARE * spent_s * shorter / outcome.steps
    return 0 if time.monotonic() + needed_s > journey.deadline_s else shorter


def _shorter(plan: Plan, outcome: Outcome) -> int | None:
    """Steps of a schedule that ends soon after the best weights.

    None if they came late, if the rate does not come down, or if the epochs were given.
    """
    best = [t.best_step for t in outcome.traces if t.best_step is not None]
    member = plan.members[0]
    if member.schedule in ("constant", "plateau"):
        return None
    if plan.design.decision("epochs").is_given:
        return None
    typical = statistics.median(best)
    if typical > EARLY * member.total_steps:
        return None
    return max(member.epoch_steps, math.ceil(ROOM * typical))


def _with_steps(member: Member, n_steps: int) -> Member:
    looks = max(1, min(member.epoch_steps, n_steps // 10))
    return replace(member, total_steps=n_steps, epoch_steps=looks)


def _mean(outcome: Outcome) -> float:
    return statistics.fmean(outcome.scores)


def _shortened(plan: Plan, n_steps: int, first: float, second: float) -> Design:
    """The design with the epochs as measured."""
    old = plan.design.decision("epochs")
    epochs = n_steps * plan.design.count("epochs") / plan.members[0].total_steps
    return measured(
        plan.design,
        "epochs",
        max(1, round(epochs)),
        reason=f"over {old.value} epochs the best weights came early, at a high rate; over"
        f" {epochs:.3g} the mean validation score is {second:.4g} instead of {first:.4g}",
        source="measured on your data: the final population, trained over both",
        evidence={"score_long": first, "score_short": second},
    )

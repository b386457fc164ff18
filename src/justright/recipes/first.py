"""The first networks of a fit: the rule book's own design, checked, measured and trained."""

import time
from dataclasses import dataclass

from justright.kinds import Design, Sweep
from justright.nets.family import Spec
from justright.recipes.encoded import Encoded, balanced, encode
from justright.recipes.final import train
from justright.recipes.ground import Ground
from justright.recipes.imbalance import contest, is_uneven, with_way
from justright.recipes.journey import Journey
from justright.recipes.network import spec_of
from justright.recipes.preflight import look_over
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.training import Plan, laid_out, lay_out, sweep, with_rate
from justright.recipes.wish import Wish
from justright.train.population import Outcome

GRACE_S = 3.0  # seconds of training for who stops before it began
SCORING_SHARE = 0.25  # of the seconds that reading and encoding took, kept besides for scoring


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The rule book's own design, trained.

    Attributes:
        encoded: The development rows.
        spec: Shape of the network.
        outcome: What its training came to.
        design: The design with what was measured.
    """

    encoded: Encoded
    spec: Spec
    outcome: Outcome
    design: Design


def train_first(ground: Ground, wish: Wish, watch: Stopwatch, journey: Journey) -> First:
    """Check, measure and train the rule book's own design.

    Args:
        ground: The table and its design.
        wish: What the user asks for.
        watch: Takes the time of each stage.
        journey: How far the fit has come.
    """
    watch.stage("preflight")
    encoded = encode(ground, wish.seed, watch)
    spec = spec_of(ground.design, encoded.layout)
    if journey.design is None:
        _look_over(ground, spec, encoded, wish, watch, journey)
    else:
        journey.go_on()
    if not journey.swept:
        _find_rate(ground.design, spec, encoded, wish, watch, journey)
    watch.stage("training")
    encoded = _weigh_classes(ground, spec, encoded, wish, watch, journey)
    plan = _plan(journey.design or ground.design, spec, encoded, wish, journey)
    outcome, design = train(
        plan, encoded, deadline_s=journey.deadline_s, progress=watch, journey=journey
    )
    return First(encoded=encoded, spec=spec, outcome=outcome, design=design)


def _look_over(
    ground: Ground, spec: Spec, encoded: Encoded, wish: Wish, watch: Stopwatch, journey: Journey
) -> None:
    """Preflight."""
    journey.deadline_s -= SCORING_SHARE * watch.elapsed_s
    journey.findings = look_over(ground.design, spec, encoded, wish.seed)
    for finding in journey.findings:
        watch.warn(f"preflight: {finding.sign}; {finding.meaning}")
    journey.design = ground.design
    journey.reach()


def _find_rate(
    design: Design, spec: Spec, encoded: Encoded, wish: Wish, watch: Stopwatch, journey: Journey
) -> None:
    """Measure the learning rate, unless the user or the named design set it."""
    if not design.decision("learning_rate").is_given:
        watch.stage("learning rate")
        journey.sweep = sweep(
            design,
            spec,
            encoded,
            seed=wish.seed,
            deadline_s=journey.deadline_s,
            progress=watch,
            journey=journey,
        )
        if journey.sweep is None:
            watch.say("learning rate: no time to measure it, so the rule book's is taken")
        else:
            journey.design = with_rate(design, journey.sweep)
            watch.say(_rate_in_words(journey.sweep))
    if watch.should_stop():
        # Nothing is trained yet: a moment of training makes the difference to a model of use.
        journey.deadline_s = min(journey.deadline_s, time.monotonic() + GRACE_S)
        watch.deaf = True
    journey.swept = True
    journey.reach()


def _weigh_classes(
    ground: Ground, spec: Spec, encoded: Encoded, wish: Wish, watch: Stopwatch, journey: Journey
) -> Encoded:
    """Measure what to do about uneven classes; the rows as the design then samples them."""
    design = journey.design or ground.design
    if not journey.contested and is_uneven(design, ground.profile):
        journey.contest = contest(
            ground, design, spec, encoded, seed=wish.seed, progress=watch, journey=journey
        )
        if journey.contest is not None:
            design = journey.design = with_way(design, journey.contest)
            watch.say(f"uneven classes: {journey.contest.ways[journey.contest.chosen].name}")
    if not journey.contested:
        journey.contested = True
        journey.reach()
    if design.word("sampling") == ground.design.word("sampling"):
        return encoded
    return balanced(encoded, wish.seed)


def _plan(design: Design, spec: Spec, encoded: Encoded, wish: Wish, journey: Journey) -> Plan:
    """The final population, fitted into the time once."""
    if journey.layout is not None:
        return laid_out(journey.layout, design, spec, encoded, seed=wish.seed)
    plan = lay_out(design, spec, encoded, seed=wish.seed, deadline_s=journey.deadline_s)
    journey.layout = plan.layout
    return plan


def _rate_in_words(found: Sweep) -> str:
    diverges = "" if found.diverges_at is None else f", diverges at {found.diverges_at:.2g}"
    return (
        f"learning rate {found.chosen:g} (usable {found.usable_low:.2g} to"
        f" {found.usable_high:.2g}{diverges})"
    )

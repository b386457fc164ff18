"""Which columns matter, and which can go?"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from justright.data.associated import bunches
from justright.errors import BudgetError, DesignError
from justright.kinds import Design, Effect, Reply
from justright.recipes.arena import Arena
from justright.recipes.asking import MOST_ROUNDS, Asking
from justright.recipes.column_costs import costs
from justright.recipes.metrics import METRICS
from justright.recipes.passes import Pass, fitted, passes
from justright.recipes.population_data import Parted, Without
from justright.recipes.questions.column_words import Drop, Found, reply
from justright.recipes.rounds import FEWEST_PLACES, Round, Rounds, compete, rounds_of
from justright.report.words import plural
from justright.search.effects import effects

MARGIN = 0.002  # of the base's score: a gain that matters to nobody (house convention)
LOSS = 0.005  # of the base's score: a loss, clear or not, for which a column is kept
NOISE = 0.3  # of half an interval, about a standard error: a smaller loss may well be chance
REPEATS = 2 * MOST_ROUNDS  # of the folds: some for the costs, some for each retraining
COST_ROUNDS = 3  # of networks whose columns are shuffled
COST_SHARE, DEAL_SHARE = 0.25, 0.15  # of the time: for these networks, for the shuffling
DROP_SHARE = 0.55  # of the time that is left then, for networks without one bunch of columns
MOST_DROPS = 60  # bunches that networks are trained without, one at a time
MOST_CELLS = 200_000_000  # of the input, over its copies without columns; 800 MB
SETUP_S = 1.0  # seconds before a population trains, and for its scores (house run)
LEAST_EPOCHS = 0.3  # share of the epochs below which fewer bunches are tried
FULL = "all columns"


def answer(asking: Asking) -> Reply:
    """Shuffle each column, train without bunches of them, then without all that can go.

    Args:
        asking: The question.

    Raises:
        DesignError: If the input is images.
        BudgetError: If no time is left.
    """
    schema = asking.ground.schema
    if schema.image is not None:
        raise DesignError(
            "images, whose columns are pixels", "a table", try_="justright ask --list"
        )
    asking.sharp()
    design = asking.rated()
    data = asking.parted(repeats=REPEATS)
    asking.refuse_late("time for one round of networks")
    asking.watch.stage("training")
    arena = Arena(data, {FULL: design}, asking.seed)
    rounds = rounds_of(arena, asking)
    together = _bunches(asking)
    blocks: dict[str, Without] = {name: (name,) for own in together for name in own}
    blocks |= {_name(own): own for own in together if len(own) > 1}
    networks, ended = _networks(arena, asking, rounds[:COST_ROUNDS])
    matter, n_deals = _matter(arena, asking, networks, blocks)
    found = Found(
        base=_mean(networks),
        higher_is_better=METRICS[asking.metric].higher_is_better,
        bunches=tuple(together),
        costs=matter,
        n_deals=n_deals,
        n_networks=sum(len(one.scores) for one in networks),
    )
    if ended != "interrupted" and len(together) > 1:
        found = _dropped(asking, data, design, found, rounds[COST_ROUNDS:], networks)
    return reply(asking, found)


def _bunches(asking: Asking) -> list[Without]:
    """Bunches of columns that say much the same; free text stands alone."""
    frame = asking.ground.prepared.frame[asking.ground.development]
    inputs = asking.ground.schema.inputs
    alone = [(column.name,) for column in inputs if column.kind == "text"]
    found = bunches({c.name: frame[c.name] for c in inputs if c.kind != "text"})
    return found + alone


def _networks(arena: Arena, asking: Asking, rounds: Sequence[Round]) -> tuple[list[Pass], str]:
    limit_s = COST_SHARE * asking.left_s
    until_s = time.monotonic() + limit_s
    # All at once: the intervals of many columns need more places than one round has.
    entries = [e for parts, seeds in rounds for e in arena.entries(parts=parts, seeds=seeds)]
    share, kept = fitted(arena, asking, [entries], limit_s)
    return passes(arena, asking, kept, share=share, until_s=until_s)


def _matter(
    arena: Arena, asking: Asking, networks: Sequence[Pass], blocks: Mapping[str, Without]
) -> tuple[tuple[Effect, ...], int]:
    until_s = time.monotonic() + DEAL_SHARE * max(0.0, asking.left_s)
    losses, n_deals = costs(arena, networks, blocks, seed=asking.seed, until_s=until_s)
    overlap = next(iter(arena.overlap().values()))
    return effects(losses, base="shuffled", overlap=overlap), n_deals


def _mean(networks: Sequence[Pass]) -> float:
    values = [s.value for one in networks for s in one.scores if math.isfinite(s.value)]
    return sum(values) / len(values) if values else math.nan


def _dropped(
    asking: Asking,
    data: Parted,
    design: Design,
    found: Found,
    rounds: Sequence[Round],
    networks: Sequence[Pass],
) -> Found:
    """Networks without each bunch, the least important first; then without all that can go."""
    tried = _tried(asking, found, networks, data)
    alone: dict[Without, Effect] = {}
    if tried:
        limited = replace(asking, deadline_s=time.monotonic() + DROP_SHARE * asking.left_s)
        # One look at all of them: several looks would make the intervals of the first ones wide.
        one = _retrained(limited, data, design, tried, rounds[:1])
        asking.n_networks = limited.n_networks
        if one is not None:
            by_name = {e.name: e for e in one.effects}
            alone = {own: by_name[_without(own)] for own in tried}
            rounds = rounds[1:]
    found = replace(found, alone=alone)
    can_go = _can_go(found)
    if not can_go or asking.watch.should_stop():
        return found
    sets = [can_go, can_go[: len(can_go) // 2]] if len(can_go) > 1 else [can_go]
    joint = [tuple(name for own in one for name in own) for one in sets]
    needed_s = SETUP_S + (1 + len(joint)) * FEWEST_PLACES * _network_s(networks)
    last = None
    if asking.left_s > needed_s:
        last = _retrained(asking, data, design, joint, rounds)
    if last is None:
        asking.cautions.append(
            "there is no time to train without all columns together that seem idle: more --time"
            " tells whether they can go"
        )
        return found
    by_name = {e.name: e for e in last.effects}
    drops = tuple(Drop(columns=own, effect=by_name[_without(own)]) for own in joint)
    return replace(found, joint=drops, ended=last.ended)


def _tried(asking: Asking, found: Found, networks: Sequence[Pass], data: Parted) -> list[Without]:
    """Bunches to train without, the least important first, as many as time and memory allow."""
    time_s = DROP_SHARE * asking.left_s - SETUP_S
    in_time = int(time_s / (FEWEST_PLACES * _network_s(networks))) - 1
    cells = len(data.ground.development) * max(1, data.ground.profile.n_inputs)
    n_tried = max(0, min(MOST_DROPS, in_time, MOST_CELLS // cells - 1))
    ordered = found.by_importance
    if n_tried < len(ordered):
        asking.cautions.append(
            f"networks are trained without each of the {n_tried} least important of"
            f" {plural(len(ordered), 'bunch', 'bunches')} of columns; more --time tries more"
            if n_tried
            else "there is no time to train networks without each column by itself"
        )
    return ordered[:n_tried]


def _network_s(networks: Sequence[Pass]) -> float:
    """Seconds of the fewest epochs that tell something, of one network."""
    last = networks[-1].trained
    return LEAST_EPOCHS / max(last.share, 1e-9) * last.seconds / len(last.entries)


def _can_go(found: Found) -> list[Without]:
    """Bunches without which networks are not worse, the least important first; never all."""
    allowed = LOSS * abs(found.base)

    def fine(own: Without) -> bool:
        if found.alone:
            effect = found.alone.get(own)
            if effect is None or effect.verdict == "harmful":
                return False
            noise = NOISE * (effect.high - effect.low) / 2
            if found.cost(own).verdict == "useful" or not math.isfinite(noise):
                noise = 0.0  # what matters is not let go for want of networks
            return effect.value >= -max(allowed, noise)
        cost = found.cost(own)
        return cost.verdict == "no clear effect" and cost.value <= allowed

    ordered = found.by_importance
    return [own for own in ordered[:-1] if fine(own)]


def _retrained(
    asking: Asking,
    data: Parted,
    design: Design,
    without: Sequence[Without],
    rounds: Sequence[Round],
) -> Rounds | None:
    """The design on all columns, and without some; None where encoding them took all the time."""
    names = {_without(own): own for own in without}
    designs = {FULL: design} | dict.fromkeys(names, design)
    arena = Arena(data, designs, asking.seed, without=names, calibrated=True)
    try:
        return compete(arena, asking, FULL, rounds, MARGIN)
    except BudgetError:
        return None


def _without(columns: Without) -> str:
    return f"without {', '.join(columns)}"


def _name(columns: Without) -> str:
    return " + ".join(columns)

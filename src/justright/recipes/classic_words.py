"""What each stage of the classic search came to, in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from justright.designer.levers import words
from justright.kinds import SearchStage, Value
from justright.recipes.contender import Contender
from justright.recipes.overfit import Constant
from justright.report.words import count, lever_name, number, percent

_WHAT = {
    "combine": "what helped alone, put together",
    "rate": "the learning rate, anew",
    "schedule": "schedules and averages, last of all",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a configuration came to, against the rule book's design on the same folds.

    Attributes:
        score: How much higher its score is, as a share, lower is better; of one that grows, the
            training loss that is left as a share of the best constant's.
        share: Share of the folds that it was trained on to the end.
        first: As `score`, on the fold that all of its stage were trained on.
    """

    score: float
    share: float
    first: float


def grown_words(
    contenders: Sequence[Contender],
    constant: Constant,
    chosen: int | None,
    *,
    over: bool,
    more: bool,
) -> tuple[SearchStage, ...]:
    """Whether a small network learns anything, and which capacity learns a few rows by heart.

    Args:
        contenders: The ladder, the smallest first.
        constant: What the best constant loses.
        chosen: Number of the best of the ladder so far; None where none came to anything.
        over: Whether it learnt the rows by heart.
        more: Whether larger ones are left.
    """
    return (
        SearchStage(name="begin", said=_begun(contenders[0], constant), numbers=()),
        SearchStage(
            name="grow",
            said=_grown(contenders, constant, chosen, over=over, more=more),
            numbers=tuple(c.number for c in contenders),
        ),
    )


def _begun(first: Contender, constant: Constant) -> str:
    score = min((e.score for e in first.ended.values()), default=float("inf"))
    verb = "beats" if score < constant.validation else "does not beat"
    return (
        f"a small network, {_size(first)}, taught {count(constant.n_rows)} rows, {verb} the best"
        f" constant on validation rows: a loss of {number(score)} against"
        f" {number(constant.validation)}"
    )


def _grown(
    contenders: Sequence[Contender],
    constant: Constant,
    chosen: int | None,
    *,
    over: bool,
    more: bool,
) -> str:
    rows = f"without regularisation, the training loss of {count(constant.n_rows)} rows"
    if chosen is None:
        return f"{rows} falls nowhere, as every network diverged"
    left = ", ".join(f"{percent(c.fit)} at {_size(c)}" for c in contenders if c.fit is not None)
    said = f"{rows} falls to these shares of the best constant's: {left}"
    if more and not over:
        return f"{said}; none learns them by heart yet"
    taken = next((f"{_size(c)} is" for c in contenders if c.number == chosen), "a smaller one is")
    if over:
        return f"{said}; {taken} the smallest that learns them by heart"
    return f"{said}; none learns them by heart, and {taken} taken, which came nearest"


def singles_words(
    start: Mapping[str, Value], contenders: Sequence[Contender], told: Mapping[int, Told]
) -> str:
    """What each means of regularisation does alone, beside none.

    Args:
        start: Levers of the capacity without any.
        contenders: It, and those with one each.
        told: What each came to.
    """
    bare = next((told[c.number] for c in contenders if c.levers == start if c.number in told), None)
    if bare is None:
        return "the network without regularisation came to no score, so nothing can be told of it"
    alone = []
    for contender in contenders:
        if contender.levers != start:
            found = told.get(contender.number)
            # Scores are shares of the rule book's, whose own is 1.
            change = "diverges" if found is None else _change(found.first - bare.first)
            alone.append(f"{_changes(contender.levers, start)} {change}")
    if not alone:
        return "every means of regularisation is set, or no trial was left for one"
    moved = "beside none, the validation score moves by these shares of the rule book's own"
    return f"{moved}: {', '.join(alone)}"


def best_words(
    stage: str,
    best: int,
    levers: Mapping[str, Value],
    contenders: Sequence[Contender],
    told: Mapping[int, Told],
) -> str:
    """What a stage tried, and what is the best now.

    Args:
        stage: "combine", "rate" or "schedule".
        best: Number of the best so far.
        levers: Its levers.
        contenders: What the stage tried.
        told: What each came to.
    """
    if best == 0:
        return f"{_WHAT[stage]}: the rule book's own design is still ahead"
    mine = next((c for c in contenders if c.number == best), None)
    score = f"{_change(told[best].score)} against the rule book's own design"
    if mine is None:
        return f"{_WHAT[stage]}: nothing gains, and no. {best} stays ({score})"
    named = {"rate": ("learning_rate",), "schedule": ("schedule", "averaging")}.get(stage)
    shown = ", ".join(f"{lever_name(n)} {words(levers[n])}" for n in named or levers if n in levers)
    return f"{_WHAT[stage]}: no. {best} is the best ({shown}; {score})"


def _size(contender: Contender) -> str:
    return f"{contender.design.count('depth')} × {contender.design.count('width')}"


def _changes(levers: Mapping[str, Value], start: Mapping[str, Value]) -> str:
    changed = [n for n in levers if levers[n] != start[n]]
    return " and ".join(f"{lever_name(n)} {words(levers[n])}" for n in changed)


def _change(share: float) -> str:
    """A change as a percentage with its sign; lower is better."""
    return f"{100 * share:+.1f} %".replace("-", "−")

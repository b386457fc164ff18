"""Run the rule book on a profile, and let the user overrule it."""

from collections.abc import Collection, Mapping

from justright.designer.conflicts import refuse_conflicts
from justright.designer.levers import check, lever, nearest, words
from justright.designer.rule import Case, Chapter, Rule
from justright.designer.rulebook import RULE_BOOK
from justright.errors import DesignError
from justright.kinds.decision import Decision, Value
from justright.kinds.design import Design
from justright.kinds.profile import Profile
from justright.kinds.task import Task


def plan(
    profile: Profile,
    task: Task,
    overrides: Mapping[str, Value] | None = None,
    *,
    asked: Collection[str] = (),
) -> Design:
    """Choose a value for every lever, each with its reason.

    Args:
        profile: Facts measured from the data.
        task: What is predicted.
        overrides: Lever (snake or kebab case) to the value that the user wants.
        asked: Ids of rules that the user wants to decide, the classic ones among them, as
            "optimizer-92". An override of the same lever comes first.

    Returns:
        A design with one decision for each lever, in the order of the rule book.

    Raises:
        DesignError: If a lever, value or rule does not exist, or cannot work here.
        ValueError: If the profile and the task are of different kinds.

    Example:
        >>> task = Task(kind="regression", target="price")
        >>> design = plan(Profile(task="regression", n_rows=2_000, n_numeric=8), task)
        >>> design["depth"], design["width"], design["activation"]
        (2, 128, 'silu')
        >>> mine = plan(Profile(task="regression", n_rows=2_000), task, {"width": 64})
        >>> mine["width"], mine.decision("width").origin
        (64, 'user')
    """
    if profile.task != task.kind:
        raise ValueError(f"{profile.task=} and {task.kind=} differ")
    wanted = {lever(name).name: check(name, value) for name, value in (overrides or {}).items()}
    _check_rules(asked)
    decided: dict[str, Value] = {}
    decisions: list[Decision] = []
    for chapter in RULE_BOOK:
        case = Case(profile, decided)
        if chapter.lever in wanted:
            decision = _overruled(chapter, case, wanted[chapter.lever])
        else:
            decision = chapter.decide(case, asked)
        decisions.append(decision)
        decided[chapter.lever] = decision.value
    design = Design(task=task, decisions=tuple(decisions))
    refuse_conflicts(design, profile)
    return design


def rule(rule_id: str) -> Rule:
    """The rule of this id.

    Raises:
        DesignError: If there is none.

    Example:
        >>> rule("dropout-20").source
        'li2018'
    """
    known = {found.id: found for chapter in RULE_BOOK for found in chapter.rules}
    if rule_id not in known:
        raise DesignError(
            f"no rule is called {rule_id!r}",
            "the id of a rule, as the rule book prints it",
            try_=nearest(rule_id, tuple(known)),
        )
    return known[rule_id]


def _check_rules(asked: Collection[str]) -> None:
    """Refuse a rule that does not exist."""
    for rule_id in asked:
        rule(rule_id)


def _overruled(chapter: Chapter, case: Case, value: Value) -> Decision:
    """The user's value, beside what the book would have chosen."""
    book = chapter.decide(case)
    winner = rule(book.rule)
    if book.value == value:
        reason = f"you set it; the book chooses the same ({book.rule}: {book.reason})"
    else:
        reason = (
            f"you set it; the book would have chosen {words(book.value)} "
            f"({book.rule}: {book.reason})"
        )
    return Decision(
        lever=chapter.lever,
        value=value,
        unit=book.unit,
        origin="user",
        rule="user",
        reason=reason,
        source="you",
        passed_over=chapter.passed_over(case, winner, keep_winner=True),
    )

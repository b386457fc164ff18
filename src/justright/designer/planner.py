"""Run the rule book on a profile, and let the user overrule it."""

from collections.abc import Collection, Mapping

from justright.designer.chapter import Chapter
from justright.designer.conflicts import refuse_conflicts
from justright.designer.levers import check, lever, nearest, words
from justright.designer.named import NamedDesign, named_design
from justright.designer.rule import Case, Rule
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
    design: str | None = None,
    asked: Collection[str] = (),
) -> Design:
    """Choose a value for every lever, each with its reason.

    Args:
        profile: Facts measured from the data.
        task: What is predicted.
        overrides: Lever (snake or kebab case) to the value that the user wants.
        design: Name of the design to start from; its settings come before the rule book's, and an
            override before both. None for the rule book's own.
        asked: Ids of rules that the user wants to decide, the classic ones among them, as
            "optimizer-92". An override of the same lever comes first.

    Returns:
        A design with one decision for each lever, in the order of the rule book.

    Raises:
        DesignError: If a lever, value, rule or design does not exist, or cannot work here.
        ValueError: If the profile and the task are of different kinds.

    Example:
        >>> task = Task(kind="regression", target="price")
        >>> design = plan(Profile(task="regression", n_rows=2_000, n_numeric=8), task)
        >>> design["depth"], design["width"], design["activation"]
        (2, 128, 'silu')
        >>> mine = plan(Profile(task="regression", n_rows=2_000), task, {"width": 64})
        >>> mine["width"], mine.decision("width").origin
        (64, 'user')
        >>> plan(Profile(task="regression", n_rows=2_000), task, design="fast")["activation"]
        'relu'
    """
    if profile.task != task.kind:
        raise ValueError(f"{profile.task=} and {task.kind=} differ")
    wanted = {lever(name).name: check(name, value) for name, value in (overrides or {}).items()}
    _check_rules(asked)
    start = None if design is None else _for_tables(named_design(design), profile)
    decided: dict[str, Value] = {}
    decisions: list[Decision] = []
    for chapter in RULE_BOOK:
        case = Case(profile, decided)
        if chapter.lever in wanted:
            decision = _overruled(chapter, case, wanted[chapter.lever], start)
        else:
            decision = _unset(chapter, case, start, asked)
        decisions.append(decision)
        decided[chapter.lever] = decision.value
    planned = Design(task=task, decisions=tuple(decisions))
    refuse_conflicts(planned, profile)
    return planned


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


def _for_tables(start: NamedDesign, profile: Profile) -> NamedDesign:
    """Refuse a named design for images, which none of them is made for."""
    if profile.height > 0:
        raise DesignError(
            f"design {start.name} for images",
            "a table: the named designs are dense networks",
            try_="leave the design out: the rule book has one for images",
        )
    return start


def _unset(
    chapter: Chapter, case: Case, start: NamedDesign | None, asked: Collection[str] = ()
) -> Decision:
    """What the rules asked for say, then the named design, then the book."""
    setting = None if start is None else start.setting(chapter.lever, case)
    if setting is None or any(each.id in asked for each in chapter.rules):
        return chapter.decide(case, asked)
    return chapter.decide_named(case, setting.rule, standing_for=setting.row)


def _overruled(chapter: Chapter, case: Case, value: Value, start: NamedDesign | None) -> Decision:
    """The user's value, beside what would have been chosen without it."""
    instead = _unset(chapter, case, start)
    if instead.named:
        who, why = f"the design {instead.named}", f"({instead.reason})"
    else:
        who, why = "the book", f"({instead.rule}: {instead.reason})"
    same = instead.value == value
    what = "chooses the same" if same else f"would have chosen {words(instead.value)}"
    return Decision(
        lever=chapter.lever,
        value=value,
        unit=instead.unit,
        origin="user",
        rule="user",
        reason=f"you set it; {who} {what} {why}",
        source="you",
        passed_over=chapter.passed_over(case, rule(chapter.decide(case).rule), keep_winner=True),
    )

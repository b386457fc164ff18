"""Which rule of a lever holds on given data: each condition beside the fact that it meets."""

from dataclasses import dataclass

from justright.designer.levers import lever
from justright.designer.rule import Case
from justright.designer.rulebook import RULE_BOOK
from justright.kinds.design import Design
from justright.kinds.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A rule, held against the facts.

    Attributes:
        rule: Id of the rule.
        when: Its condition, in words.
        seen: The facts that the answer rests on; empty for a rule without a condition.
        holds: Whether the condition holds.
        choice: What the rule chooses, or would.
        decides: Whether it decided.
    """

    rule: str
    when: str
    seen: str
    holds: bool
    choice: str
    decides: bool


def why(name: str, design: Design, profile: Profile) -> tuple[Held, ...]:
    """Hold every rule of a lever against the facts.

    Args:
        name: The lever, in snake or kebab case.
        design: What was decided on these facts; it says who decided, and what the rules of later
            levers read.
        profile: Facts measured from the data.

    Raises:
        DesignError: If there is no such lever.

    Example:
        >>> from justright.designer.planner import plan
        >>> from justright.kinds.task import Task
        >>> facts = Profile(task="regression", n_rows=569)
        >>> held = why("epochs", plan(facts, Task(kind="regression", target="price")), facts)
        >>> [(each.rule, each.seen, each.decides) for each in held if each.holds][0]
        ('epochs-10', 'rows = 569', True)
    """
    wanted = lever(name).name
    names = [decision.lever for decision in design.decisions]
    before = {each: design[each] for each in names[: names.index(wanted)]}
    case = Case(profile, before)
    chapter = next(chapter for chapter in RULE_BOOK if chapter.lever == wanted)
    decided = design.decision(wanted).rule
    return tuple(
        Held(
            rule=rule.id,
            when=rule.when_text,
            seen=rule.when.seen(case),
            holds=rule.when.holds(case),
            choice=rule.choose.words_for(case),
            decides=rule.id == decided,
        )
        for rule in chapter.rules
    )

"""A design as one types it: `realmlp`, `depth=3 dropout=0.1`, `realmlp width=128`."""

from collections.abc import Mapping

from justright.designer.levers import lever, parse, words
from justright.designer.named import design_names, named_design
from justright.errors import DesignError
from justright.kinds.decision import Value

#: What stands for the rule book's own design, with nothing set.
RULE_BOOK = "rule-book"


def read_design(text: str) -> str | Mapping[str, Value]:
    """Read a design: the name of one, levers that are set, or both.

    Args:
        text: Words, parted by spaces: a name first, or none; then `lever=value`. "rule-book" is
            the rule book's own design.

    Returns:
        The name alone, or levers by name, with "design" for the one to start from.

    Raises:
        DesignError: If the text is empty, or a name, a lever or a value cannot be read.

    Example:
        >>> read_design("realmlp"), read_design("depth=3 dropout=off"), read_design("rule-book")
        ('realmlp', {'depth': 3, 'dropout': 0.0}, {})
        >>> read_design("realmlp width=128")
        {'design': 'realmlp', 'width': 128}
    """
    parts = text.split()
    if not parts:
        raise _unread("a design without words")
    start, *rest = parts if "=" not in parts[0] else ("", *parts)
    choice: dict[str, Value] = {}
    if start.lower().replace("_", "-") not in ("", RULE_BOOK):
        choice["design"] = _name(start)
    for part in rest:
        name, equals, value = part.partition("=")
        if not (name and equals and value):
            raise _unread(f"{part!r} in a design")
        found = lever(name).name
        if found in choice:
            raise DesignError(
                f"{found} is set twice in {text!r}", "each lever once", try_=f"{found}={value}"
            )
        choice[found] = parse(found, value)
    return str(choice["design"]) if [*choice] == ["design"] else choice


def write_design(choice: str | Mapping[str, Value]) -> str:
    """Write a design so that `read_design` reads the same.

    Args:
        choice: The name of one, or levers by name, with "design" for the one to start from.

    Example:
        >>> write_design({"dropout": 0.1, "design": "realmlp"}), write_design({})
        ('realmlp dropout=0.1', 'rule-book')
    """
    if isinstance(choice, str):
        return choice
    start = [str(value) for name, value in choice.items() if name == "design"]
    levers = [f"{name}={exact(value)}" for name, value in choice.items() if name != "design"]
    return " ".join(start + levers) or RULE_BOOK


def exact(value: Value) -> str:
    """A value as one types it, with all its digits.

    Example:
        >>> exact(1 / 3), exact(True)
        ('0.3333333333333333', 'on')
    """
    return repr(value) if isinstance(value, float) else words(value)


def _name(text: str) -> str:
    """The name of a design; what is like a lever is told apart from what is like a name."""
    try:
        return named_design(text).name
    except DesignError as error:
        raise DesignError(
            f"no design is called {text!r}",
            f"one of: {', '.join((RULE_BOOK, *design_names()))}; or levers, as depth=3",
            try_=error.try_.removeprefix("--design "),
        ) from error


def _unread(seen: str) -> DesignError:
    return DesignError(
        seen,
        "a name, levers as lever=value, or both, parted by spaces",
        try_='"depth=3 dropout=0.1", "realmlp", "realmlp width=128"',
    )

"""The levers that can be played with: what each may be, is, and usually is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from justright.designer.draw import Near, Words, ZeroOr
from justright.designer.levers import Lever, lever
from justright.designer.levers import words as in_words
from justright.designer.planner import plan
from justright.designer.rule import Case
from justright.designer.rulebook import RULE_BOOK
from justright.errors import DesignError, JustrightError
from justright.kinds import Design, Value
from justright.recipes.population_data import Parted

#: Levers on the page, in its order.
OFFERED = (
    "depth", "width", "activation", "init", "normalisation", "residual", "dropout", "weight_decay",
    "optimizer", "learning_rate", "momentum", "batch_size", "schedule", "clip", "clip_threshold",
)  # fmt: skip
#: What is held, so that each lever is felt by itself: a plain dense network, its own weights.
HELD: dict[str, Value] = {
    "family": "dense",
    "numeric_embedding": "none",
    "input_scaling": False,
    "activation_blend": False,
    "bias_init": "zero",
    "parametrisation": "standard",
    "sampling": "plain",
    "dropout_schedule": "constant",
    "weight_decay_schedule": "constant",
    "averaging": "none",
}
WIDEST = 256  # units; wider ones make a step too slow to watch (house convention)
LARGEST_BATCH = 512  # rows; the same
#: How an error tells which setting would mend it.
_SETTING = re.compile(r"--set ([\w-]+)=(\S+)")
_CHAPTERS = {chapter.lever: chapter for chapter in RULE_BOOK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A lever as the page shows it.

    Attributes:
        lever: The lever, its range cut to what is quick enough to watch.
        value: What it is now.
        book: What the rule book would choose, the other levers being as they are.
        why: The rule book's reason.
        set_here: Whether the user moved it.
        usual: The range or the words that a search draws from, in words; empty where it draws none.
        low: Lower end of the usual range; None for words.
        high: Upper end of it.
    """

    lever: Lever
    value: Value
    book: Value
    why: str
    set_here: bool
    usual: str
    low: float | None
    high: float | None

    def plain(self) -> dict[str, Any]:
        """For the page."""
        own = self.lever
        ends = {} if own.kind in ("word", "switch") else {"low": own.low, "high": own.high}
        return {
            "name": own.name, "kind": own.kind, "words": list(own.words), "log": own.log,
            "unit": own.unit, "help": own.help, **ends, "value": self.value, "book": self.book,
            "why": self.why, "set": self.set_here, "usual": self.usual,
            "usual_low": self.low, "usual_high": self.high,
        }  # fmt: skip


def designed(parted: Parted, moved: Mapping[str, Any]) -> Design:
    """The design of a try: the levers moved, the held ones, and the rule book on the others.

    Args:
        parted: The data.
        moved: Levers that the user moved, by name.

    Raises:
        DesignError: If a lever is not offered, or cannot take its value, or values clash.

    Example:
        >>> from pathlib import Path
        >>> from justright.recipes.play.sets import scene
        >>> moons = scene("moons", folder=Path()).parted
        >>> designed(moons, {"depth": 8, "activation": "logistic"})["depth"]
        8
    """
    ground = parted.ground
    for name in moved:
        if name not in OFFERED:
            raise DesignError(f"{name} cannot be moved here", f"one of: {', '.join(OFFERED)}",
                              try_=f"justright design FILE --set {name}=VALUE")  # fmt: skip
    for name, value in moved.items():
        own = _cut(name, parted)
        if isinstance(value, (int, float)) and own.high < value <= lever(name).high:
            raise DesignError(
                f"{name} = {in_words(value)}", f"at most {own.high:g}: more is too slow to watch",
                try_=f"--set {name}={own.high:g}",
            )  # fmt: skip
    held = dict(HELD)
    held["metric"] = ground.design["metric"]
    return plan(ground.profile, ground.schema.task, held | dict(moved))


def offers(parted: Parted, design: Design, moved: Mapping[str, Any]) -> list[Offer]:
    """Every lever on the page.

    Args:
        parted: The data.
        design: The design of the try.
        moved: Levers that the user moved, by name.
    """
    case = Case(parted.ground.profile, {own.lever: own.value for own in design.decisions})
    found = []
    for name in OFFERED:
        book = _book(parted, design, moved, name)
        usual, low, high = _usual(case, name)
        found.append(
            Offer(
                lever=_cut(name, parted), value=design[name], book=book[0],
                why=book[1], set_here=name in moved, usual=usual, low=low, high=high,
            )
        )  # fmt: skip
    return found


def refusal(error: JustrightError) -> dict[str, Any]:
    """An error for the page, with the setting that would mend it where there is one.

    Example:
        >>> refusal(DesignError("momentum = 0", "more", try_="--set momentum=0.9"))["mend"]
        {'momentum': '0.9'}
    """
    mend = _SETTING.search(error.try_)
    at = error.seen.partition(" = ")[0]
    return {
        "seen": error.seen,
        "needed": error.needed,
        "try": _SETTING.sub(r"\1 = \2", error.try_),
        "lever": at if at in OFFERED else (mend[1] if mend and mend[1] in OFFERED else None),
        "mend": {mend[1]: mend[2]} if mend and mend[1] in OFFERED else None,
    }


def _book(parted: Parted, design: Design, moved: Mapping[str, Any], name: str) -> tuple[Value, str]:
    """What the rule book says of one lever, the others being as they are."""
    if name in moved:
        try:
            design = designed(parted, {k: v for k, v in moved.items() if k != name})
        except DesignError:  # the others need this one as it is
            return design[name], "the other levers need it so"
    decision = design.decision(name)
    return decision.value, decision.reason


def _cut(name: str, parted: Parted) -> Lever:
    """The lever with a range that is quick enough to watch."""
    own = lever(name)
    if name == "width":
        return replace(own, high=WIDEST)
    if name == "batch_size":
        return replace(own, high=max(own.low, min(LARGEST_BATCH, len(parted.parts[0].view.train))))
    return own


def _usual(case: Case, name: str) -> tuple[str, float | None, float | None]:
    """What a search would try: in words, and as the ends of a range."""
    likely = _CHAPTERS[name].prior.of(case)
    if likely is None:
        return "", None, None
    draw = likely.draw
    if isinstance(draw, Words):
        return ", ".join(in_words(value) for value in draw.values), None, None
    if isinstance(draw, Near):
        draw = draw.around(float(case.decided[name]))
    span = draw.range if isinstance(draw, ZeroOr) else draw
    zero = "0, or " if isinstance(draw, ZeroOr) else ""
    return f"{zero}{span.low:.3g} to {span.high:.3g}", span.low, span.high

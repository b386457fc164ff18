"""A decision in words, and decisions under the headings of a design."""

from collections.abc import Mapping
from dataclasses import dataclass

from justright.designer.chapter import FAILS
from justright.designer.levers import words
from justright.kinds.decision import Decision, PassedOver, Turn
from justright.kinds.design import Design

#: Heading to the levers that stand under it.
HEADINGS: Mapping[str, str] = {
    "Evaluation": "evaluation folds repeats split metric",
    "Data": "scaler text text_features sampling loss output_activation numeric_embedding"
    " embedding_size frequency_scale category_size input_scaling",
    "Structure": "family heads depth width shape residual kernel pool head_width activation"
    " activation_blend init bias_init last_layer_init parametrisation",
    "Regularisation": "normalisation dropout dropout_schedule input_dropout weight_decay"
    " weight_decay_schedule label_smoothing averaging ema_decay ensemble_size",
    "Optimisation": "batch_size optimizer learning_rate bias_rate embedding_rate scaling_rate"
    " blend_rate momentum beta2 epochs schedule"
    " warmup_share clip clip_threshold patience",
}

_HEADING_OF = {lever: heading for heading, names in HEADINGS.items() for lever in names.split()}

#: How a failed condition begins that no choice could make hold: the data is of another kind.
_GIVEN = ("task is ", "no: the input is images", "family is ")

#: How the reason of a rule begins whose lever does nothing in this design.
UNUSED = "not used"


@dataclass(frozen=True, slots=True)
class Part:
    """The decisions under one heading.

    Attributes:
        heading: The heading.
        used: Decisions on levers that do something in this design.
        unused: The others.
    """

    heading: str
    used: tuple[Decision, ...]
    unused: tuple[Decision, ...]


def parts(design: Design) -> tuple[Part, ...]:
    """The decisions of a design under its headings, each once.

    Args:
        design: A design; one of an older version may hold other levers.

    Example:
        >>> from justright.kinds.task import Task
        >>> depth = Decision(lever="depth", value=2, origin="rule", rule="depth-30",
        ...                  reason="few rows", source="a paper")
        >>> [part.heading for part in parts(Design(task=Task(kind="binary", target="sick"),
        ...                                        decisions=(depth,)))]
        ['Structure']
    """
    found: dict[str, list[Decision]] = {heading: [] for heading in HEADINGS}
    for decision in design.decisions:
        found[heading_of(decision.lever)].append(decision)
    return tuple(
        Part(
            heading,
            tuple(each for each in decisions if is_used(each)),
            tuple(each for each in decisions if not is_used(each)),
        )
        for heading, decisions in found.items()
        if decisions
    )


def heading_of(lever: str) -> str:
    """The heading that a lever stands under; "Structure" for one that is not known.

    Example:
        >>> heading_of("dropout")
        'Regularisation'
    """
    return _HEADING_OF.get(lever, "Structure")


def is_used(decision: Decision) -> bool:
    """Whether the lever does something in this design."""
    return not decision.reason.startswith(UNUSED)


def origin(decision: Decision) -> str:
    """Where a value comes from, in words.

    Example:
        >>> origin(Decision(lever="width", value=8, origin="user", rule="user",
        ...                 reason="", source=""))
        'you'
    """
    if decision.origin == "measurement":
        return "measured"
    if decision.rule == "user":
        return "you"
    if decision.named:
        return f"design {decision.named}"
    return f"rule {decision.rule}" + (", asked for by you" if decision.origin == "user" else "")


def value(decision: Decision) -> str:
    """A decision's value with its unit.

    Example:
        >>> value(Decision(lever="width", value=8, unit="neurons", origin="user", rule="user",
        ...                reason="", source=""))
        '8 neurons'
    """
    return f"{words(decision.value)} {decision.unit}".rstrip()


def evidence(decision: Decision) -> str:
    """The figures behind a measurement."""
    return ", ".join(f"{name} = {figure:.4g}" for name, figure in decision.evidence.items())


def turn_words(turn: Turn) -> str:
    """What would change a choice, in words.

    Example:
        >>> turn_words(Turn(when="rows ≥ 3,000", seen="rows = 569", rule="batch_size-30",
        ...                 choice="128"))
        'with rows ≥ 3,000 (here rows = 569) it would be 128 [batch_size-30]'
    """
    return f"with {turn.when} (here {turn.seen}) it would be {turn.choice} [{turn.rule}]"


def set_aside(decision: Decision) -> dict[str, tuple[str, ...]]:
    """The rules passed over, by what became of them.

    Returns:
        "not here" (the condition does not hold), "elsewhere" (it is for other data), "later" (an
        earlier rule decided), "classic" or "set aside" (by the user or a named design), to what
        each rule would have chosen.

    Example:
        >>> small = PassedOver(rule="depth-10", choice="1", when="rows < 200",
        ...                    because="condition does not hold: rows = 569")
        >>> set_aside(Decision(lever="depth", value=3, origin="rule", rule="depth-90",
        ...                    reason="", source="", passed_over=(small,)))
        {'not here': ('1 when rows < 200 (rows = 569) [depth-10]',)}
    """
    found: dict[str, tuple[str, ...]] = {}
    for each in decision.passed_over:
        label, line = _set_aside(each)
        found[label] = (*found.get(label, ()), line)
    return found


def _set_aside(passed: PassedOver) -> tuple[str, str]:
    """What became of one rule, and the rule."""
    brief = f"{passed.choice} [{passed.rule}]"
    if passed.because.startswith(FAILS):
        seen = passed.because.removeprefix(FAILS)
        if seen.startswith(_GIVEN):
            return "elsewhere", brief
        but = "" if seen == f"no: {passed.when}" else f" ({seen})"
        return "not here", f"{passed.choice} when {passed.when}{but} [{passed.rule}]"
    if passed.because.startswith("an earlier"):
        return "later", brief
    return ("classic" if passed.because.startswith("classic") else "set aside"), brief

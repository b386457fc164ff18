"""The questions that can be asked of a table, and the values that each compares."""

import difflib
from dataclasses import dataclass
from typing import Literal

from justright.designer.compared import NOT_ASKED, how_found
from justright.designer.levers import LEVERS, Lever
from justright.errors import DesignError

#: What answers a question: designs that differ in one lever, or something of its own.
Kind = Literal[
    "lever",
    "learning-rate",
    "capacity",
    "more-data",
    "signal",
    "features",
    "noise",
    "why-vanish",
    "any",
    "reserved",
]
#: Names shown where a question is not known.
_NEAR = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One question.

    Attributes:
        name: As it is asked for: "dropout".
        asked: In words: "Is dropout useful here?"
        line: What it finds out, in one line.
        lever: The lever that it is about; None where it is about no single one.
        values: How the values to compare are found, in words; empty where it compares none.
        kind: What answers it.
    """

    name: str
    asked: str
    line: str
    lever: str | None = None
    values: str = ""
    kind: Kind = "lever"


def _own(name: str, kind: Kind, asked: str, line: str) -> Topic:
    """A question with an answer of its own."""
    return Topic(name=name, kind=kind, asked=asked, line=line)


def _about(name: str, asked: str, lever: str = "", kind: Kind = "lever") -> Topic:
    """A question about one lever, by the name that the field has for it."""
    found = _LEVERS[lever or name.replace("-", "_")]
    return Topic(
        name=name, kind=kind, asked=asked, line=found.help, lever=found.name,
        values=how_found(found),
    )  # fmt: skip


def _by_name(one: Lever) -> Topic:
    """A question about a lever by its own name."""
    name, said = one.name.replace("_", "-"), one.name.replace("_", " ")
    asked = f"Is {said} useful here?" if one.kind == "switch" else f"What should {said} be here?"
    return _about(name, asked, one.name)


_LEVERS = {one.name: one for one in LEVERS}

_MAIN = (
    Topic(
        name="learning-rate",
        kind="learning-rate",
        asked="What learning rate?",
        line="the best constant rate, the usable range, where training diverges",
        lever="learning_rate",
    ),
    _about("depth", "How many layers?", kind="capacity"),
    _about("width", "How many neurons a layer?", kind="capacity"),
    _own(
        "size",
        "capacity",
        "How large a network?",
        "depths and widths: more layers against more neurons at equal parameters",
    ),
    _own(
        "more-data",
        "more-data",
        "Would more rows help?",
        "what twice the rows should bring, from a curve over shares of the rows",
    ),
    _own(
        "signal",
        "signal",
        "Is there anything to learn?",
        "the true target against shuffled ones, with a p-value",
    ),
    _own(
        "features",
        "features",
        "Which columns matter?",
        "each column shuffled, and columns left out; which can go",
    ),
    _own(
        "noise",
        "noise",
        "How large a difference means anything?",
        "the spread over seeds and folds, and how large a batch pays",
    ),
    _own(
        "why-vanish",
        "why-vanish",
        "Where does the gradient vanish, and what mends it?",
        "the gradient by layer, for the design and its remedies",
    ),
    _own("any", "any", "Which of two designs is better?", 'two designs: any "depth=3" "realmlp"'),
    _about("dropout", "Is dropout useful here?"),
    _about("batch-norm", "Is batch normalisation useful here?", "normalisation"),
    _about("activation", "Which activation is best here?"),
    _about("init", "Which start of the weights is best here?"),
    _about("optimizer", "Which optimizer is best here?"),
    _about("momentum", "How much momentum is best here?"),
    _about("schedule", "Which schedule of the learning rate is best here?"),
    _about("batch-size", "Which batch size is best here?"),
    _about("weight-decay", "Is weight decay useful here?"),
    _about("clipping", "Is clipping the gradient useful here?", "clip"),
    _about("scaling", "Which scaling of the inputs is best here?", "scaler"),
    _about("embedding", "Are embeddings of numbers useful here?", "numeric_embedding"),
    _about("averaging", "Is averaging the weights useful here?"),
    _about("label-smoothing", "Is label smoothing useful here?"),
    _about("ensemble", "How many networks should be averaged?", "ensemble_size"),
    _about("residual", "Are residual connections useful here?"),
    _about("input-dropout", "Is dropout on the inputs useful here?"),
)
_RESERVED = (
    _own("pretrained", "reserved", "Is a pretrained network useful here?", "not for tables"),
    _own("architecture", "reserved", "Which architecture is best here?", "not for tables"),
)
_NAMED = {one.lever for one in _MAIN}

#: Every question: the main ones, every other lever by its own name, and what is not for tables.
QUESTIONS: tuple[Topic, ...] = (
    *_MAIN,
    *(_by_name(one) for one in LEVERS if one.name not in _NAMED and one.name not in NOT_ASKED),
    *_RESERVED,
)

_BY_NAME = {one.lever.replace("_", "-"): one for one in QUESTIONS if one.lever is not None} | {
    one.name: one for one in QUESTIONS
}


def topic(name: str) -> Topic:
    """The question of this name, or about the lever of this name.

    Args:
        name: In kebab or snake case; capitals do not matter.

    Raises:
        DesignError: If there is none, it is about a lever that no network has by itself, or it is
            not for tables.

    Example:
        >>> topic("batch_norm").lever, topic("normalisation").name
        ('normalisation', 'batch-norm')
    """
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    refused = NOT_ASKED.get(wanted.replace("-", "_"))
    if refused is not None:
        raise DesignError(
            f"{wanted} is no question: it is decided for all networks of a comparison at once",
            "a lever of one network",
            try_=refused,
        )
    found = _BY_NAME.get(wanted)
    if found is None:
        near = difflib.get_close_matches(wanted, tuple(_BY_NAME), n=_NEAR, cutoff=0.5)
        raise DesignError(
            f"no question is called {name!r}",
            f"one of: {', '.join(near)}" if near else "a question that 'justright ask' lists",
            try_=f"justright ask {near[0]} FILE --target COL" if near else "justright ask --list",
        )
    if found.kind == "reserved":
        raise DesignError(
            f"{found.name} is not for tables: it is kept for images and text",
            "a question about a table",
            try_="justright ask --list",
        )
    return found

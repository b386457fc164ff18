"""One error that PyTorch raises, recognised by its words and told in the model's terms."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import prod

from justright.doctor.evidence import Evidence, Failure

#: Layers that carry a state from step to step.
RECURRENT = frozenset({"RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"})


@dataclass(frozen=True, slots=True)
class Told:
    """What an error means.

    Attributes:
        sign: What happened, with shapes.
        meaning: Why.
        remedy: What to change.
        confidence: How sure this is, 0 to 1.
    """

    sign: str
    meaning: str
    remedy: str
    confidence: float = 0.97


Tell = Callable[[Failure, re.Match[str]], Told | None]


def always(evidence: Evidence) -> bool:
    """Hold for any training."""
    return True


def recurrent(evidence: Evidence) -> bool:
    """Whether a recurrent layer was trained before the error came."""
    step = evidence.failure.step if evidence.failure else 0
    return step > 0 and any(layer.kind in RECURRENT for layer in evidence.layers)


@dataclass(frozen=True, slots=True)
class Case:
    """A pattern of an error's text and what it tells.

    Attributes:
        fault: Row of the table of faults.
        pattern: Regular expression sought in "ErrorClass: message".
        tell: From the failure and the match to the words; None where this case does not hold
            after all and the next is to be tried.
        when: What else must hold of the training.
    """

    fault: int
    pattern: str
    tell: Tell
    when: Callable[[Evidence], bool] = always


def fixed(sign: str, meaning: str, remedy: str, confidence: float = 0.97) -> Tell:
    r"""Words that are always the same; "{0}" in them stands for the first group matched.

    Example:
        >>> tell = fixed("{0} is missing", "it is not there", "make it")
        >>> tell(Failure(error="E", message="no a"), re.search("no (.)", "no a")).sign
        'a is missing'
    """

    def tell(failure: Failure, found: re.Match[str]) -> Told:
        groups = [group or "" for group in found.groups()]
        said = (text.format(*groups) for text in (sign, meaning, remedy))
        return Told(next(said), next(said), next(said), confidence)

    return tell


def first_told(cases: Iterable[Case], evidence: Evidence) -> tuple[int, Told] | None:
    """Row and words of the first case that holds; None without a failure or a case."""
    failure = evidence.failure
    if failure is None:
        return None
    text = f"{failure.error}: {failure.message}"
    for case in cases:
        found = re.search(case.pattern, text)
        if found is None or not case.when(evidence):
            continue
        told = case.tell(failure, found)
        if told is not None:
            return case.fault, told
    return None


def place(failure: Failure) -> str:
    """Where it happened, as the subject of a sentence.

    Example:
        >>> place(Failure(error="E", message="", layer="fc1", kind="Linear"))
        'fc1 (Linear)'
    """
    if failure.layer:
        return f"{failure.layer} ({failure.kind})" if failure.kind else failure.layer
    if failure.loss:
        return failure.loss
    return f"line {failure.line}" if failure.line else "the script"


def came_from(failure: Failure) -> str:
    """What ran before, in brackets; "" where the data went straight in."""
    return f" (from {failure.before})" if failure.before else ""


def came_in(failure: Failure) -> tuple[int, ...]:
    """Shape of the first tensor that went in; () where it is not known."""
    return failure.in_shapes[0] if failure.in_shapes else ()


def before_shape(failure: Failure) -> tuple[int, ...]:
    """Shape of what the layer before put out; () where it is not known.

    Example:
        >>> before_shape(Failure(error="E", message="", before="pool: MaxPool2d -> (8, 16, 4, 4)"))
        (8, 16, 4, 4)
    """
    found = re.search(r"\(([\d, ]+)\)\s*$", failure.before)
    return sizes(found[1]) if found else ()


def sizes(text: str) -> tuple[int, ...]:
    """Read the whole numbers of a shape.

    Example:
        >>> sizes("[4, 1, 28, 28]")
        (4, 1, 28, 28)
    """
    return tuple(int(word) for word in re.findall(r"-?\d+", text))


def row_size(shape: tuple[int, ...]) -> int:
    """Numbers in one example of a batch of this shape."""
    return prod(shape[1:])

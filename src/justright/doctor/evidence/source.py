"""The user's script, read and not run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A place in the source that may be a fault that leaves no trace in figures.

    Attributes:
        what: Name of the pattern ("loss-appended", "softmax-before-cross-entropy").
        line: Its line.
        text: The line.
        detail: What was found there, in words ("losses.append(loss)").
        better: The line as it should be; "" where it cannot be told.
    """

    what: str
    line: int
    text: str
    detail: str = ""
    better: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the script's text shows.

    Attributes:
        path: The script, as the user named it.
        lines: Its lines.
        hints: Places that may be at fault, in the order of the lines.
        layer_lines: Line that builds each layer, by the name the layer has in its class ("fc1")
            or its place in a Sequential ("0").
        call_lines: First line that calls each name ("CrossEntropyLoss", "Adam", "zero_grad",
            "step", "backward", "DataLoader", "softmax").
    """

    path: str
    lines: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    layer_lines: tuple[tuple[str, int], ...] = ()
    call_lines: tuple[tuple[str, int], ...] = ()

"""Read a script: where it builds and calls what, and where it may be at fault."""

import ast
from collections.abc import Iterator
from pathlib import Path

from justright.doctor.evidence import Hint, Source
from justright.doctor.reading import images, kept, layers, modes, order, rows, series, wiring
from justright.doctor.reading.script import Script, calls, parse, short

#: Readers of one family of faults each.
READERS = (layers, wiring, order, modes, rows, images, series, kept)

#: Bytes of a script that are read; longer ones are no scripts (house convention).
LONGEST = 2_000_000


def read(path: str | Path) -> Source:
    """Read a script.

    It is parsed and never run. What cannot be read or parsed gives no hints.

    Args:
        path: The script.

    Example:
        >>> read("no such file").hints
        ()
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(LONGEST)
    except OSError:
        return Source(path=str(path))
    return read_text(data.decode("utf-8", errors="replace"), path=str(path))


def read_text(text: str, *, path: str = "") -> Source:
    """Read a script's text.

    Example:
        >>> source = read_text("model = nn.Sequential(nn.Linear(2, 1))")
        >>> source.layer_lines
        (('0', 1),)
    """
    lines = tuple(text.splitlines())
    script = parse(text)
    if script is None:
        return Source(path=path, lines=lines)
    return Source(
        path=path,
        lines=lines,
        hints=_hints(script),
        layer_lines=_first(layers.layer_lines(script)),
        call_lines=_first((short(c), c.lineno) for c in _calls(script)),
    )


def _hints(script: Script) -> tuple[Hint, ...]:
    """Every hint once, in the order of the lines."""
    found: dict[tuple[str, int], Hint] = {}
    for reader in READERS:
        try:
            for hint in reader.find(script):
                found.setdefault((hint.what, hint.line), hint)
        except RecursionError:  # an expression nested deeper than Python can walk
            continue
    return tuple(sorted(found.values(), key=lambda hint: (hint.line, hint.what)))


def _calls(script: Script) -> list[ast.Call]:
    return sorted(
        (c for c in calls(script.tree, functions=True) if short(c)),
        key=lambda call: (call.lineno, call.col_offset),
    )


def _first(lines: Iterator[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The first line of each name."""
    found: dict[str, int] = {}
    for name, line in lines:
        found.setdefault(name, line)
    return tuple(found.items())

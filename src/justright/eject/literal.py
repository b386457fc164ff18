"""Values as Python code, set as ruff sets it."""

from collections.abc import Mapping, Sequence

from justright.eject.template import WIDTH


class Name(str):
    """A name of the script, which stands without quotes."""


def literal(value: object) -> str:
    """A value as code.

    Example:
        >>> literal("it's"), literal(0.001), literal(["a", 1])
        ('"it\\'s"', '0.001', '["a", 1]')
    """
    if isinstance(value, Name):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(literal, value)) + "]"
    return repr(value)


def _quoted(text: str) -> str:
    """In double quotes, unless single ones save escapes."""
    plain = repr(text)
    if plain.startswith('"') or '"' in text:
        return plain
    return '"' + plain[1:-1] + '"'


def assigned(name: str, value: object, note: str = "", *, indent: str = "") -> str:
    """A line `name = value  # note`, or one line for each entry where it would be too long.

    Example:
        >>> assigned("CLASSES", ["no", "yes"], "in the order of the outputs")
        'CLASSES = ["no", "yes"]  # in the order of the outputs'
    """
    tail = f"  # {note}" if note else ""
    line = f"{indent}{name} = {literal(value)}"
    if len(line + tail) <= WIDTH or not isinstance(value, (Mapping, Sequence)) or not value:
        return line + tail
    if isinstance(value, str):
        return f"{line}  # noqa: E501" if len(line) > WIDTH else line
    return "\n".join([f"{indent}{name} = {_open(value)}{tail}", *_entries(value, indent)])


def _open(value: object) -> str:
    return "{" if isinstance(value, Mapping) else "["


def _entries(value: Mapping[object, object] | Sequence[object], indent: str) -> list[str]:
    """The entries of a list or dict, one to a line, and what closes it."""
    inner = indent + "    "
    if isinstance(value, Mapping):
        lines = [
            line
            for key, own in value.items()
            for line in _entry(f"{inner}{literal(key)}: ", own, inner)
        ]
        return [*lines, indent + "}"]
    lines = [line for own in value for line in _entry(inner, own, inner)]
    return [*lines, indent + "]"]


def _entry(start: str, value: object, indent: str) -> list[str]:
    line = f"{start}{literal(value)},"
    if len(line) <= WIDTH:
        return [line]
    if isinstance(value, (Mapping, Sequence)) and not isinstance(value, str):
        *inner, last = _entries(value, indent)
        return [start + _open(value), *inner, last + ","]
    return [f"{line}  # noqa: E501"]

"""Places where an augmentation spoils the data."""

import ast
import re
from collections.abc import Iterator

from justright.doctor.evidence import Hint
from justright.doctor.reading.script import FunctionNode, Script, assigned, calls, dotted, short

DIGITS = re.compile(r"MNIST|load_digits|SVHN|digits", re.IGNORECASE)
PLACES = re.compile(
    r"landmark|keypoint|point|coord|bbox|boxes|xy\b|steer|angle|centre|center", re.IGNORECASE
)
FLIPS = ("hflip", "flip", "fliplr")


def find(script: Script) -> Iterator[Hint]:
    """Edits of the stored data, and flips that the labels do not follow."""
    for owner in script.classes.values():
        item = next(
            (n for n in owner.body if isinstance(n, FunctionNode) and n.name == "__getitem__"), None
        )
        if item is not None:
            yield from _in_place(script, item)
            yield from _flipped_item(script, item)
    yield from _flipped_digits(script)


def _in_place(script: Script, item: FunctionNode) -> Iterator[Hint]:
    """x = self.x[i]; x += …: the stored row changes each time that it is read."""
    views: set[str] = set()
    for node in ast.walk(item):
        for name, value in assigned(node):
            if isinstance(value, ast.Subscript) and dotted(value.value).startswith("self."):
                views.add(name)
    for node in ast.walk(item):
        for name, value in assigned(node):
            plain = isinstance(value, ast.Subscript) and dotted(value.value).startswith("self.")
            if name in views and not plain and not _same_memory(value, name):
                views.discard(name)
    for node in ast.walk(item):
        name = _edited(node)
        if name in views:
            yield script.hint(
                "edited-in-place", node, f"{ast.unparse(node)} changes the stored data"
            )
            return
        target = node.target if isinstance(node, ast.AugAssign) else None
        if isinstance(target, ast.Subscript) and re.match(
            r"self\.(x|data|images?|features?|inputs?)\b", dotted(target.value)
        ):
            yield script.hint(
                "edited-in-place", node, f"{ast.unparse(node)} changes the stored data"
            )
            return


def _same_memory(value: ast.AST, name: str) -> bool:
    """Whether an expression is only another look at the same numbers."""
    inner = value
    while isinstance(inner, ast.Call) and short(inner) in (
        "view",
        "unsqueeze",
        "squeeze",
        "reshape",
    ):
        inner = getattr(inner.func, "value", inner)
        if isinstance(inner, ast.Name):
            return inner.id == name
    return False


def _edited(node: ast.AST) -> str:
    if isinstance(node, ast.AugAssign):
        target = node.target
        return dotted(target.value if isinstance(target, ast.Subscript) else target)
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return dotted(node.targets[0].value)
    if isinstance(node, ast.Call) and re.fullmatch(
        r"(add|mul|sub|div|clamp|normal|fill)_", short(node)
    ):
        return dotted(getattr(node.func, "value", None))
    return ""


def _flipped_item(script: Script, item: FunctionNode) -> Iterator[Hint]:
    """A flip of the image in a Dataset whose targets are places, which stay as they were."""
    text = ast.unparse(item)
    if not PLACES.search(text):
        return
    flips = [c for c in calls(item) if short(c) in FLIPS]
    if not flips:
        return
    changed = [
        name
        for node in ast.walk(item)
        for name in _changed(node)
        if PLACES.search(name) or re.match(r"(y|target)\b", name)
    ]
    read = [n for node in ast.walk(item) for n, v in assigned(node) if isinstance(v, ast.Subscript)]
    if not [name for name in changed if changed.count(name) > read.count(name)]:
        yield script.hint(
            "flip-without-label", flips[0], "the image is flipped, its places are not"
        )


def _changed(node: ast.AST) -> list[str]:
    if isinstance(node, ast.AugAssign) or (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
    ):
        target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
        return [dotted(target.value if isinstance(target, ast.Subscript) else target)]
    return [name for name, _ in assigned(node)]


def _flipped_digits(script: Script) -> Iterator[Hint]:
    """Random flips of digits: a mirrored 2 or 5 is no digit, a 6 upside down is a 9."""
    text = ast.unparse(script.tree)
    if not DIGITS.search(text):
        return
    for call in calls(script.tree, functions=True):
        if short(call) in ("RandomHorizontalFlip", "RandomVerticalFlip"):
            yield script.hint("digits-flipped", call, f"{short(call)} on digits")
            return

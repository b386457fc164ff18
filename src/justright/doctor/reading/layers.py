"""Where layers are built, and layers that stand in the wrong place of a Sequential."""

import ast
from collections.abc import Iterator

from justright.doctor.evidence import Hint
from justright.doctor.reading.script import (
    FunctionNode,
    Script,
    assigned,
    calls,
    dotted,
    short,
    within,
)

#: Losses that apply the last activation themselves, and activations that they do not want.
LOGIT_LOSSES = {
    "CrossEntropyLoss": ("Softmax", "Sigmoid", "softmax", "sigmoid"),
    "cross_entropy": ("Softmax", "Sigmoid", "softmax", "sigmoid"),
    "BCEWithLogitsLoss": ("Sigmoid", "Softmax", "sigmoid", "softmax"),
    "binary_cross_entropy_with_logits": ("Sigmoid", "Softmax", "sigmoid", "softmax"),
}
NOT_LAYERS = ("Loss", "Parameter", "functional")


def layer_lines(script: Script) -> Iterator[tuple[str, int]]:
    """Name and line of every layer that a class or a Sequential builds."""
    for node in ast.walk(script.tree):
        for name, value in assigned(node):
            if not isinstance(value, ast.Call) or not _is_layer(script, value):
                continue
            own = name.removeprefix("self.") if name.startswith("self.") else ""
            if own:
                yield own, value.lineno
            if short(value) in ("Sequential", "ModuleList"):
                yield from _elements(value, f"{own}." if own else "")


def _is_layer(script: Script, call: ast.Call) -> bool:
    name = dotted(call.func)
    made = short(call)
    module = name.startswith(("nn.", "torch.nn.")) or made in script.classes or made in LAYERS
    return module and made[:1].isupper() and not any(word in name for word in NOT_LAYERS)


#: Layers that scripts import by their own name.
LAYERS = frozenset(
    [
        "Linear",
        "Conv1d",
        "Conv2d",
        "Conv3d",
        "LSTM",
        "GRU",
        "RNN",
        "Embedding",
        "BatchNorm1d",
        "BatchNorm2d",
        "LayerNorm",
        "Dropout",
        "ReLU",
        "Sequential",
        "ModuleList",
        "Sigmoid",
        "Softmax",
        "Tanh",
        "Flatten",
        "MaxPool2d",
    ]
)


def _elements(call: ast.Call, prefix: str) -> Iterator[tuple[str, int]]:
    for place, item in enumerate(elements(call)):
        if isinstance(item, ast.Tuple) and len(item.elts) == 2:
            key, value = item.elts
            yield f"{prefix}{getattr(key, 'value', place)}", value.lineno
        else:
            yield f"{prefix}{place}", item.lineno
            if short(item) == "Sequential" and isinstance(item, ast.Call):
                yield from _elements(item, f"{prefix}{place}.")


def elements(call: ast.Call) -> list[ast.expr]:
    """What a Sequential is built of; [] where a list or generator is unpacked into it."""
    items: list[ast.expr] = list(call.args)
    if len(items) == 1 and short(items[0]) == "OrderedDict" and isinstance(items[0], ast.Call):
        items = list(items[0].args)
    if len(items) == 1 and isinstance(items[0], ast.List):
        items = list(items[0].elts)
    return [] if any(isinstance(item, ast.Starred) for item in items) else items


def find(script: Script) -> Iterator[Hint]:
    """Dropout on the output, and an activation before a loss that applies it itself."""
    for call in calls(script.tree, functions=True):
        if short(call) == "Sequential":
            yield from _dropout_last(script, call)
    for scope in (n for n in ast.walk(script.tree) if isinstance(n, FunctionNode)):
        if scope.name == "forward":
            yield from _dropout_returned(script, scope)
    yield from _activated(script)


def _dropout_last(script: Script, call: ast.Call) -> Iterator[Hint]:
    """The model itself is a Sequential that ends in dropout behind a linear layer."""
    items = elements(call)
    kinds = [short(item) for item in items]
    if kinds[-2:] != ["Linear", "Dropout"] or "Flatten" in kinds[-1:]:
        return
    owners = [
        name
        for node in ast.walk(script.tree)
        for name, value in assigned(node)
        if value is call and "." not in name
    ]
    if any(name in ("model", "net", "network", "clf", "mlp") for name in owners):
        yield script.hint("dropout-on-output", items[-1], "the last layer is dropout")


def _dropout_returned(script: Script, forward: FunctionNode) -> Iterator[Hint]:
    """return self.drop(self.fc3(x))."""
    for node in within(forward):
        if not isinstance(node, ast.Return) or not isinstance(node.value, ast.Call):
            continue
        outer = node.value
        inner = outer.args[0] if outer.args else None
        last = dotted(outer.func).lower()
        dropped = "drop" in last and "path" not in last and last.startswith(("self.", "f."))
        if dropped and isinstance(inner, ast.Call) and _is_head(dotted(inner.func)):
            yield script.hint("dropout-on-output", node, ast.unparse(node))


def _is_head(name: str) -> bool:
    last = name.rsplit(".", 1)[-1].lower()
    return any(word in last for word in ("fc", "out", "head", "classif", "linear", "last", "final"))


def _activated(script: Script) -> Iterator[Hint]:
    """criterion(torch.softmax(output, 1), y) with a loss that applies softmax itself."""
    made = {
        name: short(value)
        for node in ast.walk(script.tree)
        for name, value in assigned(node)
        if short(value) in LOGIT_LOSSES
    }
    for call in calls(script.tree, functions=True):
        loss = made.get(dotted(call.func)) or (short(call) if short(call) in LOGIT_LOSSES else "")
        first = call.args[0] if call.args else None
        if loss and isinstance(first, ast.Call) and short(first) in LOGIT_LOSSES[loss]:
            inner = first.args[0] if first.args else getattr(first.func, "value", None)
            swap = (ast.unparse(first), ast.unparse(inner)) if inner is not None else None
            detail = f"{short(first)} goes into {loss}, which applies it itself"
            yield script.hint("activation-before-loss", call, detail, swap)

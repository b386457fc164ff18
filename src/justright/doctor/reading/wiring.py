"""Places where weights stay out of the optimizer's reach."""

import ast
import re
from collections.abc import Iterator

from justright.doctor.evidence import Hint
from justright.doctor.reading.script import (
    FunctionNode,
    Script,
    assigned,
    backward_targets,
    calls,
    dotted,
    is_loss_call,
    is_optimizer_class,
    names,
    receiver,
    scopes,
    short,
    within,
)

#: Layers with weights.
WEIGHTY = frozenset(
    [
        "Linear",
        "Bilinear",
        "Conv1d",
        "Conv2d",
        "Conv3d",
        "ConvTranspose1d",
        "ConvTranspose2d",
        "ConvTranspose3d",
        "RNN",
        "LSTM",
        "GRU",
        "RNNCell",
        "LSTMCell",
        "GRUCell",
        "Embedding",
        "BatchNorm1d",
        "BatchNorm2d",
        "BatchNorm3d",
        "LayerNorm",
        "MultiheadAttention",
        "TransformerEncoderLayer",
        "TransformerDecoderLayer",
    ]
)
#: What registers layers that were gathered in a list.
REGISTERS = ("ModuleList", "ModuleDict", "Sequential", "add_module", "register_module", "setattr")
_CUTS = ("detach", "numpy", "item", "tolist")


def find(script: Script) -> Iterator[Hint]:
    """Layers that are not registered, models made after their optimizer, losses without graph."""
    for owner in script.classes.values():
        yield from _plain_list(script, owner)
        yield from _made_in_forward(script, owner)
        yield from _no_gradient_inside(script, owner)
    for scope in scopes(script):
        body = [n for s in scope.body if not _is_definition(s) for n in within(s)]
        yield from _model_remade(script, body)
        yield from _cut_loss(script, scope, body)


def _is_definition(node: ast.AST) -> bool:
    return isinstance(node, FunctionNode | ast.ClassDef)


def _builds_layer(script: Script, value: ast.AST) -> bool:
    modules = {
        name
        for name, owner in script.classes.items()
        if any("Module" in dotted(base) for base in owner.bases)
    }
    return any(short(c) in WEIGHTY | modules | {"Sequential"} for c in calls(value))


def _plain_list(script: Script, owner: ast.ClassDef) -> Iterator[Hint]:
    """self.layers = [nn.Linear(…), …] in a Module."""
    text = ast.unparse(owner)
    if not any("Module" in dotted(base) for base in owner.bases):
        return
    for node in ast.walk(owner):
        for name, value in assigned(node):
            if not name.startswith("self.") or not isinstance(
                value, ast.List | ast.ListComp | ast.Dict | ast.DictComp
            ):
                continue
            appended = [
                c
                for c in calls(owner, functions=True)
                if short(c) == "append" and receiver(c) == name and _builds_layer(script, c)
            ]
            if not (_builds_layer(script, value) or appended):
                continue
            if any(f"{word}({mark}{name}" in text for word in REGISTERS for mark in ("", "*")):
                continue
            if any(word in text for word in REGISTERS[3:]) or f"{name[4:]}:" in text:
                continue
            if f"{name[4:]}" in _optimizer_text(script):
                continue
            old = ast.unparse(value)
            yield script.hint(
                "layers-in-list",
                node,
                f"{name} is a plain {'dict' if 'Dict' in type(value).__name__ else 'list'}",
                (old, f"nn.ModuleList({old})")
                if isinstance(value, ast.List | ast.ListComp)
                else None,
            )


def _optimizer_text(script: Script) -> str:
    return " ".join(
        ast.unparse(c) for c in calls(script.tree, functions=True) if is_optimizer_class(c)
    )


def _made_in_forward(script: Script, owner: ast.ClassDef) -> Iterator[Hint]:
    for node in owner.body:
        if not isinstance(node, FunctionNode) or node.name != "forward":
            continue
        guarded = {
            id(inner)
            for n in ast.walk(node)
            if isinstance(n, ast.If)
            and ("None" in ast.unparse(n.test) or "hasattr" in ast.unparse(n.test))
            for inner in ast.walk(n)
        }
        for call in calls(node):
            name = dotted(call.func)
            module = name.startswith(("nn.", "torch.nn.")) and "functional" not in name
            if short(call) in WEIGHTY and module and id(call) not in guarded:
                yield script.hint(
                    "layer-in-forward", call, f"{short(call)} is built anew in every forward()"
                )


def _no_gradient_inside(script: Script, owner: ast.ClassDef) -> Iterator[Hint]:
    """A method under @torch.no_grad() that forward() calls, with all weights to be trained."""
    methods = {n.name: n for n in owner.body if isinstance(n, FunctionNode)}
    text = ast.unparse(script.tree)
    if (
        "forward" not in methods
        or "requires_grad" in text
        or not re.search(r"\w\.parameters\(\)", text)
    ):
        return
    called = {dotted(c.func).removeprefix("self.") for c in calls(methods["forward"])}
    for name in called | {"forward"}:
        method = methods.get(name)
        for decorator in method.decorator_list if method else ():
            if re.search(r"no_grad|inference_mode", ast.unparse(decorator)):
                yield script.hint(
                    "no-grad-in-forward",
                    decorator,
                    f"{name}() runs without gradients, and forward() needs them",
                    (f"@{ast.unparse(decorator)}", ""),
                )


def _model_remade(script: Script, body: list[ast.AST]) -> Iterator[Hint]:
    """A model, or a layer of it, that is made after the optimizer took its parameters."""
    holds: dict[str, int] = {}
    last: dict[str, int] = {}
    for node in body:
        for _, value in assigned(node):
            if is_optimizer_class(value):
                for call in calls(value):
                    if short(call) == "parameters" and receiver(call):
                        model = receiver(call)
                        holds.setdefault(model, node.lineno)  # type: ignore[attr-defined]
                        last[model] = node.lineno  # type: ignore[attr-defined]
    if not holds or not any(short(n) == "backward" for n in body if isinstance(n, ast.Call)):
        holds = holds if any(short(n) for n in body if isinstance(n, ast.Call)) else {}
    for node in body:
        for name, value in assigned(node):
            line = getattr(node, "lineno", 0)
            root = next((m for m in holds if name == m or name.startswith(f"{m}.")), None)
            if root is None or line <= last[root] or not isinstance(value, ast.Call):
                continue
            if root in names(value) or not _is_new_model(script, value, whole=name == root):
                continue
            if not _trains_later(script, body, line, root):
                continue
            yield script.hint("model-remade", node, f"{name} is made after its optimizer")


def _is_new_model(script: Script, value: ast.Call, *, whole: bool) -> bool:
    inner = value
    while isinstance(inner.func, ast.Attribute) and isinstance(inner.func.value, ast.Call):
        inner = inner.func.value  # Net().to(device)
    made = short(inner)
    builder = script.functions.get(dotted(inner.func))
    return (
        made in script.classes
        or made == "Sequential"
        or (not whole and made in WEIGHTY)
        or (builder is not None and _returns_model(script, builder))
    )


def _returns_model(script: Script, builder: FunctionNode) -> bool:
    """Whether a function builds a model and gives it back."""
    made = {
        name
        for node in ast.walk(builder)
        for name, value in assigned(node)
        if short(value) in script.classes or short(value) == "Sequential"
    }
    return any(
        isinstance(node, ast.Return)
        and (
            short(node.value or node) in {*script.classes, "Sequential"}
            or dotted(node.value) in made
        )
        for node in ast.walk(builder)
    )


def _trains_later(script: Script, body: list[ast.AST], line: int, model: str) -> bool:
    """Whether something trains after that line, with the optimizer that was made before."""
    for node in body:
        if not isinstance(node, ast.Call) or node.lineno < line:
            continue
        if short(node) == "backward":
            return True
        function = script.functions.get(dotted(node.func))
        passed = {n for arg in node.args for n in names(arg)}
        if function is not None and backward_targets(function) and model in passed:
            return not any(is_optimizer_class(c) for c in calls(function))
    return False


def _cut_loss(
    script: Script, scope: ast.Module | FunctionNode, body: list[ast.AST]
) -> Iterator[Hint]:
    """A loss that is given a gradient by hand, or computed from a detached output."""
    trained = {name for node in scope.body for name in backward_targets(node)}
    for node in body:
        for name, value in assigned(node):
            if name not in trained:
                continue
            if _leaf(value):
                yield script.hint(
                    "loss-made-leaf", node, "the loss is a new tensor that asks for a gradient"
                )
            elif isinstance(value, ast.Call) and is_loss_call(value):
                yield from _detached(script, value)
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = dotted(node.targets[0])
            if target.endswith(".requires_grad") and target.rsplit(".", 1)[0] in trained:
                yield script.hint("loss-made-leaf", node, "loss.requires_grad = True hides a cut")
        if (
            isinstance(node, ast.Call)
            and short(node) == "requires_grad_"
            and receiver(node) in trained
        ):
            yield script.hint("loss-made-leaf", node, "requires_grad_() on the loss hides a cut")


def _leaf(value: ast.AST) -> bool:
    made = short(value)
    asks = isinstance(value, ast.Call) and any(
        k.arg == "requires_grad" and getattr(k.value, "value", False) is True
        for k in value.keywords
    )
    return asks and made in ("tensor", "Variable", "FloatTensor", "as_tensor")


def _detached(script: Script, call: ast.Call) -> Iterator[Hint]:
    """criterion(output.detach(), y), where y is no output of a network."""
    if len(call.args) < 2 or not isinstance(call.args[1], ast.Name):
        return
    first, target = call.args[0], call.args[1].id
    if target[:1] not in "yt" and "label" not in target and "target" not in target:
        return
    at = first.func if isinstance(first, ast.Call) else first
    attribute = at.attr if isinstance(at, ast.Attribute) else ""
    if attribute in _CUTS or (attribute == "data" and not isinstance(first, ast.Call)):
        tail = f".{attribute}()" if isinstance(first, ast.Call) else ".data"
        yield script.hint(
            "loss-detached", call, f"the loss is computed from {ast.unparse(first)}", (tail, "")
        )

"""Places that keep the graph of a loss alive."""

import ast
from collections.abc import Iterator

from justright.doctor.evidence import Hint
from justright.doctor.reading.rounds import rounds
from justright.doctor.reading.script import (
    FunctionNode,
    Script,
    assigned,
    backward_targets,
    dotted,
    names,
    scopes,
    short,
    within,
)

#: Attributes and calls that give a number, or a tensor without a graph.
CUT = frozenset(["item", "detach", "data", "tolist", "numpy", "no_grad"])
PLAIN = frozenset(["float", "int", "str", "round"])


def find(script: Script) -> Iterator[Hint]:
    """Losses that are gathered with their graphs, and graphs kept on purpose."""
    if script.has_trainer:
        return
    giving = {name for name, f in script.functions.items() if _gives_loss(f)}
    for scope in scopes(script):
        yield from _gathered(script, scope, giving)
    yield from _retained(script)


def _gives_loss(function: FunctionNode) -> bool:
    """Whether it calls backward on a tensor and returns that tensor."""
    trained = backward_targets(function)
    kept = _cut_names(function)
    return any(
        isinstance(node, ast.Return) and dotted(node.value) in trained - kept
        for node in within_body(function)
    )


def within_body(scope: ast.Module | FunctionNode) -> Iterator[ast.AST]:
    """Everything in a scope, without the functions defined in it."""
    for statement in scope.body:
        if not isinstance(statement, FunctionNode | ast.ClassDef):
            yield from within(statement)


def _cut_names(scope: ast.AST) -> set[str]:
    """Names that are set to their own number: loss = loss.item()."""
    return {
        name
        for node in ast.walk(scope)
        for name, value in assigned(node)
        if name in names(value) | {n.rsplit(".", 1)[0] for n in names(value)} and is_cut(value)
    }


def is_cut(value: ast.AST) -> bool:
    """Whether an expression gives up its graph."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in CUT)
        or (isinstance(node, ast.Call) and dotted(node.func) in PLAIN)
        for node in ast.walk(value)
    )


def _gathered(script: Script, scope: ast.Module | FunctionNode, giving: set[str]) -> Iterator[Hint]:
    statements = [s for s in scope.body if not isinstance(s, FunctionNode | ast.ClassDef)]
    trained = {name for statement in statements for name in backward_targets(statement)}
    if not trained and not giving:
        return
    body = list(within_body(scope))
    flows = _flowing(body, trained)
    tensors = trained | {
        name
        for node in body
        for name, value in assigned(node)
        if isinstance(value, ast.Call) and dotted(value.func).removeprefix("self.") in giving
    }
    tensors -= {n for statement in statements for n in _cut_names(statement)}
    for loop in (node for node in body if isinstance(node, ast.For | ast.While)):
        for node in within(loop):
            if isinstance(node, ast.With) and "no_grad" in ast.unparse(node.items[0]):
                break
            found = _kept_loss(node, tensors, giving)
            if found and found[0] not in flows:
                yield script.hint("loss-kept", node, ast.unparse(node), found[1:])


def _flowing(body: list[ast.AST], trained: set[str]) -> set[str]:
    """Names from which the tensors are made that backward is called on."""
    flows = set(trained)
    for _ in range(3):  # rounds; sums of sums of losses are rarely deeper
        for node in body:
            for name, value in assigned(node):
                if name in flows and not is_cut(value):
                    flows |= names(value) | {n.split(".")[0] for n in names(value)}
            if isinstance(node, ast.AugAssign) and dotted(node.target) in flows:
                flows |= names(node.value)
    return flows


def _kept_loss(node: ast.AST, tensors: set[str], giving: set[str]) -> tuple[str, str, str] | None:
    """Where a loss goes with its graph: (name of the store, as it is, as it should be)."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        store, value = dotted(node.target), node.value
    elif isinstance(node, ast.Call) and short(node) == "append" and len(node.args) == 1:
        store, value = dotted(getattr(node.func, "value", None)), node.args[0]
    else:
        summed = [(n, v) for n, v in assigned(node) if isinstance(v, ast.BinOp) and n in names(v)]
        if not summed:
            return None
        store, value = summed[0]
    if not store or is_cut(value):
        return None
    kept = sorted((names(value) & tensors) - {store})
    if isinstance(value, ast.Call) and dotted(value.func).removeprefix("self.") in giving:
        return store, ast.unparse(value), f"{ast.unparse(value)}.item()"
    if not kept or _only_inside_calls(value, kept[0]):
        return None
    before = ast.unparse(node) if not isinstance(node, ast.Call) else f"append({kept[0]}"
    if isinstance(node, ast.AugAssign):
        before = f"+= {kept[0]}"
    return (
        store,
        before,
        before.replace(kept[0], f"{kept[0]}.item()") if "=" not in before[:1] else "",
    )


def _only_inside_calls(value: ast.AST, name: str) -> bool:
    """Whether the loss goes through a call that may give a plain number."""
    inside = {n for call in ast.walk(value) if isinstance(call, ast.Call)
              for arg in call.args for n in names(arg)}  # fmt: skip
    direct = names(value) - inside
    return name not in direct


def _retained(script: Script) -> Iterator[Hint]:
    for one in rounds(script):
        backward = one.of("B")
        if len(backward) != 1 or not isinstance(backward[0].node, ast.Call):
            continue
        keeps = [k for k in backward[0].node.keywords if k.arg == "retain_graph"]
        if keeps and getattr(keeps[0].value, "value", False) is True and len(one.of("S")) == 1:
            yield script.hint(
                "graph-retained",
                backward[0].node,
                "backward(retain_graph=True) once in each round",
                ("retain_graph=True", ""),
            )

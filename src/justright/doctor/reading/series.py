"""Places where series, their states, their padding and their axes go wrong."""

import ast
import re
from collections.abc import Iterator

from justright.doctor.evidence import Hint
from justright.doctor.reading.rounds import rounds
from justright.doctor.reading.script import (
    FunctionNode,
    Script,
    assigned,
    calls,
    dotted,
    is_true,
    names,
    option,
    scopes,
    short,
    target_names,
    within,
)

SEQUENTIAL = frozenset(
    ["RNN", "LSTM", "GRU", "TransformerEncoderLayer", "MultiheadAttention", "Transformer"]
)
TURNS = ("transpose", "permute", "swapaxes", "movedim", "rearrange", ".T", ".mT", ".t()")
#: A loss over all steps of all series at once.
FLATTENED = re.compile(
    r"(criterion|loss\w*|cross_entropy|loss_fn)\([^\n]*"
    r"(view\(-1|reshape\(-1|flatten\(|transpose\(1, 2\)|permute\(0, 2, 1\))"
)
CUTS = ("detach", ".data", "repackage", "no_grad", "reset")


def find(script: Script) -> Iterator[Hint]:
    """Carried states, padding in the loss, batch and time in the wrong order."""
    yield from _carried(script)
    yield from _padding(script)
    for owner in script.classes.values():
        yield from _batch_first(script, owner)
    for scope in scopes(script):
        if isinstance(scope, FunctionNode):
            yield from _turned_by_view(script, scope)
            yield from _softmax_over_batch(script, scope)


def _carried(script: Script) -> Iterator[Hint]:
    """out, h = model(x, h) in the loop of backward, with h from before it and never cut."""
    if script.has_trainer:
        return
    for one in rounds(script):
        if not isinstance(one.loop, ast.For | ast.While):
            continue
        text = "\n".join(ast.unparse(s) for s in one.loop.body)
        for statement in one.loop.body:
            for node in within(statement) if isinstance(statement, ast.Assign) else ():
                name = _fed_back(node)
                if (
                    name
                    and not any(cut in text for cut in CUTS)
                    and not _made_in(one.loop, node, name)
                ):
                    state = f"{name} = {name}.detach()"
                    yield script.hint(
                        "state-carried", node, f"{name} goes from batch to batch; wanted: {state}"
                    )


def _fed_back(node: ast.AST) -> str:
    """The name that goes into a call and comes out of it as its second result."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
        return ""
    target = node.targets[0]
    if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
        return ""
    out = set(target_names(target.elts[1]))
    went = {n for arg in node.value.args[1:] for n in names(arg)}
    went |= {n for k in node.value.keywords for n in names(k.value)}
    return next(iter(sorted(out & went)), "")


def _made_in(loop: ast.For | ast.While, use: ast.AST, name: str) -> bool:
    """Whether the loop itself makes the state anew."""
    return any(
        name in [n for n, _ in assigned(node)]
        for statement in loop.body
        for node in within(statement)
        if node is not use
    )


def _padding(script: Script) -> Iterator[Hint]:
    """Padded targets in a cross entropy that counts them."""
    text = ast.unparse(script.tree)
    if not re.search(
        r"pad_sequence|<pad>|\bPAD\b|pad_id|pad_idx|padding_value", text, re.IGNORECASE
    ):
        return
    if re.search(r"ignore_index|mask|reduction='none'|pack_padded", text):
        return
    losses = [
        c
        for c in calls(script.tree, functions=True)
        if short(c) in ("CrossEntropyLoss", "NLLLoss", "cross_entropy", "nll_loss")
    ]
    flat = FLATTENED.search(text)
    targets = re.search(
        r"pad_sequence\(\s*(\[?\w*(tgt|target|label|tag|ys?\b)\w*)", text, re.IGNORECASE
    ) or re.search(r"\[(:, )?1:\]|\[:, 1:\]", text)
    if losses and flat and targets:
        yield script.hint(
            "padding-counted", losses[0], "targets are padded, and ignore_index is not set"
        )


def _batch_first(script: Script, owner: ast.ClassDef) -> Iterator[Hint]:
    """A layer that reads the time first, whose output is read with the batch first."""
    built = [
        c
        for c in calls(owner, functions=True)
        if short(c) in SEQUENTIAL and dotted(c.func)[:2] in ("nn", "to", short(c)[:2])
    ]
    if not built or any(is_true(option(c, "batch_first")) for c in built):
        return
    if any(k.arg is None for c in built for k in c.keywords):
        return
    forward = next(
        (n for n in owner.body if isinstance(n, FunctionNode) and n.name == "forward"), None
    )
    if forward is None:
        return
    text = ast.unparse(forward)
    if any(turn in text for turn in TURNS) or not re.search(
        r"\[:, -1(, :)?\]|\.mean\((dim=)?1\)", text
    ):
        return
    if re.search(r"\[-1\]|\.size\(1\)|\.shape\[1\]|\.mean\((dim=)?0\)", text):
        return
    old = ast.unparse(built[0])
    yield script.hint(
        "batch-first-missing",
        built[0],
        f"{short(built[0])} without batch_first=True, and its output is read as (batch, time, …)",
        (old, f"{old[:-1]}, batch_first=True)"),
    )


def _turned_by_view(script: Script, scope: FunctionNode) -> Iterator[Hint]:
    """x.view(x.size(1), x.size(0), …): a view that should be a transpose."""
    order: dict[str, int] = {}
    for node in within_body(scope):
        if isinstance(node, ast.Assign) and _is_shape(node.value):
            order = {n: i for i, n in enumerate(target_names(node.targets[0]))}
        if not isinstance(node, ast.Call) or short(node) not in ("view", "reshape"):
            continue
        value = getattr(node.func, "value", None)
        if value is None or any(turn in ast.unparse(value) for turn in TURNS):
            continue
        axes = [_axis(arg, ast.unparse(value), order) for arg in node.args[:2]]
        if axes == [1, 0]:
            yield script.hint(
                "turned-by-view", node, f"{ast.unparse(node)} changes places by cutting rows anew"
            )


def within_body(scope: FunctionNode) -> Iterator[ast.AST]:
    """Everything in a function, without the functions defined in it."""
    for statement in scope.body:
        yield from within(statement)


def _is_shape(value: ast.expr) -> bool:
    return ast.unparse(value).endswith((".shape", ".size()"))


def _axis(node: ast.AST, value: str, order: dict[str, int]) -> int | None:
    text = ast.unparse(node)
    found = re.fullmatch(r"([\w.]+)\.(?:size\((\d)\)|shape\[(\d)\])", text)
    if found:
        return int(found[2] or found[3]) if found[1] == value else None
    return order.get(text)


def _softmax_over_batch(script: Script, scope: FunctionNode) -> Iterator[Hint]:
    """softmax(…, dim=0) in forward() of something whose first axis is the batch."""
    if scope.name != "forward":
        return
    text = ast.unparse(script.tree)
    timed = re.search(r"\b(LSTM|GRU|RNN)\(", text) and "batch_first=True" not in text
    if timed or any(turn in ast.unparse(scope) for turn in ("squeeze", "view(-1)")):
        return
    for call in calls(scope):
        if short(call) not in ("softmax", "log_softmax"):
            continue
        functional = dotted(call.func).rpartition(".")[0] in ("F", "torch", "nn.functional")
        rest = call.args[1:] if functional else call.args
        dim = option(call, "dim") or (rest[0] if rest else None)
        value = call.args[0] if functional and call.args else getattr(call.func, "value", None)
        if getattr(dim, "value", None) == 0 and not dotted(value).startswith("self."):
            yield script.hint("softmax-over-batch", call, "softmax over axis 0, the batch")

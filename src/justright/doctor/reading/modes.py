"""Places where training mode, evaluation mode and no_grad are out of place."""

import ast
import re
from collections.abc import Iterator

from justright.doctor.evidence import Hint
from justright.doctor.reading.rounds import Event, Round, rounds
from justright.doctor.reading.script import (
    FunctionNode,
    Script,
    calls,
    dotted,
    is_optimizer_class,
    option,
    receiver,
    short,
)

#: Layers that behave in another way in training mode.
MODAL = re.compile(
    r"\b(Alpha)?Dropout\d?d?\b|\bBatchNorm\dd\b|\bfunctional\.dropout\b|\bF\.dropout\b"
)
#: Scripts that leave dropout on on purpose.
ON_PURPOSE = re.compile(r"mc[_ ]?drop|monte[_ ]?carlo|uncertain|stochastic", re.IGNORECASE)
NO_GRADIENT = ("no_grad", "inference_mode", "set_grad_enabled")


def find(script: Script) -> Iterator[Hint]:
    """Modes out of place."""
    text = "\n".join(script.lines)
    if script.has_trainer or ON_PURPOSE.search(text):
        return
    yield from _dropout_always(script)
    found = rounds(script)
    if MODAL.search(ast.unparse(script.tree)) and found:
        yield from _never_eval(script, found)
        for one in found:
            yield from _not_back(script, one)


def _trained_models(script: Script) -> set[str]:
    """Names whose parameters() an optimizer was given."""
    return {
        receiver(inner)
        for call in calls(script.tree, functions=True)
        if is_optimizer_class(call)
        for inner in calls(call)
        if short(inner) in ("parameters", "named_parameters")
    } - {""}


def _never_eval(script: Script, found: tuple[Round, ...]) -> Iterator[Hint]:
    """A pass without gradients over data, and eval() nowhere."""
    for node in ast.walk(script.tree):
        if isinstance(node, ast.Attribute) and node.attr == "eval":
            return
        if isinstance(node, ast.Call) and short(node) == "train" and receiver(node) and node.args:
            return
    models = _trained_models(script) | {"model", "net"}
    for node in ast.walk(script.tree):
        if isinstance(node, ast.With) and _says_no_gradient(node):
            body: list[ast.stmt] = node.body
        elif isinstance(node, FunctionNode) and _decorated(node):
            body = node.body
        else:
            continue
        passes = [c for s in body for c in calls(s) if dotted(c.func) in models]
        if passes:
            yield script.hint("eval-missing", passes[0], "model.eval() is called nowhere")
            return


def _says_no_gradient(node: ast.With) -> bool:
    return any(
        word in ast.unparse(item.context_expr) for item in node.items for word in NO_GRADIENT
    )


def _decorated(node: FunctionNode) -> bool:
    return any(word in ast.unparse(d) for d in node.decorator_list for word in NO_GRADIENT)


def _not_back(script: Script, one: Round) -> Iterator[Hint]:
    """eval() in the loop over epochs, and train() not in it."""
    backward = one.of("B")[0]
    models = _trained_models(script)
    for loop in backward.loops:
        inside = [e for e in one.all if loop in e.loops]
        modes = [e for e in inside if e.kind in "TE"]
        evals = [e for e in modes if e.kind == "E" and _same(script, e, models)]
        if evals and not any(e.kind == "T" for e in modes):
            yield script.hint(
                "train-not-again", evals[0].node, "eval() in the loop, and train() not in it"
            )
            return
    yield from _eval_before(script, one, models)


def _same(script: Script, event: Event, models: set[str]) -> bool:
    """Whether the mode is that of the model that is trained, and not of a part or a copy."""
    last = event.who.rsplit(".", 1)[-1].lower()
    if re.search(
        r"backbone|encoder|teacher|ema|target|frozen|feature|base|vgg|resnet|disc|gen", last
    ):
        return False
    whole = {name.rsplit(".", 1)[-1] for name in models}
    return last in {w.lower() for w in whole} or last in ("model", "net", "network", "self")


def _eval_before(script: Script, one: Round, models: set[str]) -> Iterator[Hint]:
    """eval() before the first round, and train() nowhere."""
    if any(e.kind == "T" for e in one.all) or _calls_train(script):
        return
    start = one.all.index(one.of("B")[0])
    before = [e for e in one.all[:start] if e.kind == "E" and not e.loops and not e.conditional]
    for event in before:
        if _same(script, event, models):
            yield script.hint("trained-in-eval", event.node, "eval() before the training")
            return


def _calls_train(script: Script) -> bool:
    return any(short(c) == "train" and receiver(c) for c in calls(script.tree, functions=True))


def _dropout_always(script: Script) -> Iterator[Hint]:
    """Dropout in forward() that no mode switches off."""
    for function in _forwards(script):
        for call in calls(function):
            name = dotted(call.func)
            if name in ("F.dropout", "nn.functional.dropout", "torch.nn.functional.dropout"):
                if option(call, "training") is None and len(call.args) < 3:
                    yield _dropout_hint(script, call)
            elif isinstance(call.func, ast.Call) and re.fullmatch(
                r"Dropout\dd|Dropout", short(call.func)
            ):
                yield script.hint(
                    "dropout-in-forward", call, "a new Dropout layer in forward() is always on"
                )


def _dropout_hint(script: Script, call: ast.Call) -> Hint:
    old = ast.unparse(call)
    line = script.line(call.lineno)
    swap = (old, f"{old[:-1]}, training=self.training)") if old in line else None
    return script.hint("dropout-in-forward", call, "F.dropout without training=self.training", swap)


def _forwards(script: Script) -> Iterator[FunctionNode]:
    for owner in script.classes.values():
        for node in owner.body:
            if isinstance(node, FunctionNode) and node.name == "forward":
                yield node

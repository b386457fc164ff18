"""A parsed script, and how to ask what a name in it stands for."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from justright.doctor.evidence import Hint

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

#: Classes of torch.optim and those that are used in their place.
OPTIMIZERS = frozenset(
    [
        "SGD",
        "Adam",
        "AdamW",
        "Adamax",
        "NAdam",
        "RAdam",
        "RMSprop",
        "Rprop",
        "Adagrad",
        "Adadelta",
        "Adafactor",
        "ASGD",
        "SparseAdam",
        "LBFGS",
        "Lion",
        "Muon",
    ]
)
#: Packages whose trainers keep the loop to themselves: its order cannot be read in the script.
TRAINERS = frozenset(
    [
        "lightning",
        "pytorch_lightning",
        "transformers",
        "accelerate",
        "fastai",
        "ignite",
        "skorch",
        "keras",
        "deepspeed",
        "catalyst",
        "composer",
    ]
)


@dataclass(frozen=True, eq=False)
class Script:
    """A script as text and as a tree.

    Attributes:
        lines: Its lines.
        tree: Its syntax tree.
        functions: Its functions and methods, by name; the last one of a name.
        classes: Its classes, by name.
        has_trainer: Whether it imports a package that runs the loop itself.
    """

    lines: tuple[str, ...]
    tree: ast.Module
    functions: dict[str, FunctionNode] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    has_trainer: bool = False

    def line(self, number: int) -> str:
        """The text of a line, counted from 1."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def hint(
        self, what: str, node: ast.AST, detail: str = "", swap: tuple[str, str] | None = None
    ) -> Hint:
        """A hint at a node; `swap` is what to replace in its line by what, once."""
        number = getattr(node, "lineno", 1)
        text = self.line(number)
        better = text.replace(swap[0], swap[1], 1) if swap and swap[0] in text else ""
        return Hint(what=what, line=number, text=text, detail=detail, better=better)


def parse(text: str) -> Script | None:
    """Parse a script; None where it is not Python.

    Example:
        >>> parse("def f(): return 1").functions.keys()
        dict_keys(['f'])
        >>> parse("def") is None
        True
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = list(ast.walk(tree))
    imported = {
        module.split(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in _modules(node)
    }
    return Script(
        lines=tuple(text.splitlines()),
        tree=tree,
        functions={n.name: n for n in nodes if isinstance(n, FunctionNode)},
        classes={n.name: n for n in nodes if isinstance(n, ast.ClassDef)},
        has_trainer=bool(imported & TRAINERS),
    )


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""]


def dotted(node: ast.AST | None) -> str:
    """The dotted name of a node ("self.model"); "" where it is no plain name.

    Example:
        >>> dotted(ast.parse("torch.nn.Linear").body[0].value)
        'torch.nn.Linear'
    """
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def short(call: ast.AST) -> str:
    """The last part of the name that is called ("Linear"); "" where nothing is called."""
    if not isinstance(call, ast.Call):
        return ""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def receiver(call: ast.Call) -> str:
    """What a method is called on ("self.optimizer"); "" for functions and expressions."""
    return dotted(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def within(node: ast.AST, *, functions: bool = False) -> Iterator[ast.AST]:
    """Everything below a node in the order of the source.

    Args:
        node: Where to begin; it comes first.
        functions: Whether to go into functions and classes defined below it.
    """
    yield node
    for child in ast.iter_child_nodes(node):
        if not functions and isinstance(child, FunctionNode | ast.ClassDef | ast.Lambda):
            continue
        yield from within(child, functions=functions)


def calls(node: ast.AST, *, functions: bool = False) -> Iterator[ast.Call]:
    """The calls below a node, those inside of others after them."""
    return (n for n in within(node, functions=functions) if isinstance(n, ast.Call))


def scopes(script: Script) -> Iterator[ast.Module | FunctionNode]:
    """The module and every function."""
    yield script.tree
    yield from (n for n in ast.walk(script.tree) if isinstance(n, FunctionNode))


def option(call: ast.Call, name: str) -> ast.expr | None:
    """A keyword's value; None where it is not given."""
    return next((k.value for k in call.keywords if k.arg == name), None)


def is_true(node: ast.AST | None) -> bool:
    """Whether it is written as True, or not as a constant at all (then it may be)."""
    return node is not None and (not isinstance(node, ast.Constant) or bool(node.value))


def names(node: ast.AST) -> set[str]:
    """The dotted names below a node, longest form only."""
    found: set[str] = set()
    stack = [node]
    while stack:
        at = stack.pop()
        name = dotted(at)
        if name:
            found.add(name)
        else:
            stack.extend(ast.iter_child_nodes(at))
    return found


def assigned(node: ast.AST) -> list[tuple[str, ast.expr]]:
    """Plain assignments of one statement: (name, value); tuples give each of their names."""
    if isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        targets, value = [node.target], node.value
    else:
        return []
    return [pair for target in targets for pair in _pairs(target, value)]


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    if (
        isinstance(target, ast.Tuple | ast.List)
        and isinstance(value, ast.Tuple | ast.List)
        and len(target.elts) == len(value.elts)
    ):
        both = zip(target.elts, value.elts, strict=True)
        return [pair for item, of in both for pair in _pairs(item, of)]
    return [(name, value) for name in target_names(target)]


def target_names(target: ast.AST) -> list[str]:
    """The names that a target of an assignment binds."""
    if isinstance(target, ast.Tuple | ast.List):
        return [name for item in target.elts for name in target_names(item)]
    if isinstance(target, ast.Starred):
        return target_names(target.value)
    name = dotted(target)
    return [name] if name else []


def is_optimizer_class(call: ast.AST) -> bool:
    """Whether a call builds an optimizer."""
    return isinstance(call, ast.Call) and (
        short(call) in OPTIMIZERS
        or re.search(r"(^|\.)optim\.[A-Z]\w+$", dotted(call.func)) is not None
    )


def optimizer_names(script: Script) -> set[str]:
    """Names that stand for optimizers, by what they are assigned or called."""
    return {
        name
        for node in ast.walk(script.tree)
        for name, value in assigned(node)
        if is_optimizer_class(value)
    }


def is_optimizer(name: str, known: Iterable[str]) -> bool:
    """Whether a name stands for an optimizer."""
    last = name.rsplit(".", 1)[-1].lower()
    return name in known or re.search(r"opt(im|imi[sz]er)?(_|\d|$)", last) is not None


def is_scheduler(name: str) -> bool:
    """Whether a name stands for a learning rate schedule, by how it is called."""
    return re.search(r"sched|plateau|annealer|warmup", name.lower()) is not None


def is_loss_call(call: ast.AST, criteria: Iterable[str] = ()) -> bool:
    """Whether a call computes a loss."""
    if not isinstance(call, ast.Call):
        return False
    name = dotted(call.func)
    if isinstance(call.func, ast.Call):
        return short(call.func).endswith("Loss")  # nn.MSELoss()(output, y)
    last = name.rsplit(".", 1)[-1].lower()
    return name in criteria or bool(
        re.search(r"criterion|loss|cross_entropy|objective|^mse$|^bce$|^nll$", last)
    )


def backward_targets(node: ast.AST) -> set[str]:
    """Names that backward() is called on below a node, also by way of a gradient scaler."""
    found: set[str] = set()
    for call in calls(node):
        if short(call) == "backward" and isinstance(call.func, ast.Attribute):
            value = call.func.value
            found |= names(value) if not isinstance(value, ast.Call) else set()
            if isinstance(value, ast.Call):
                found |= {name for arg in value.args for name in names(arg)}
    return found

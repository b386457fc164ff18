"""What a round of training does, in the order in which it does it."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from justright.doctor.reading.script import (
    FunctionNode,
    Script,
    dotted,
    is_optimizer,
    is_optimizer_class,
    is_scheduler,
    optimizer_names,
    receiver,
    scopes,
    short,
    target_names,
)

#: Functions inside functions that are followed.
DEPTH = 4

Loop = ast.For | ast.While | ast.AsyncFor


@dataclass(frozen=True)
class Event:
    """One call that matters.

    Attributes:
        kind: B backward, S optimizer step, L scheduler step, Z zero_grad, C clipping, U unscale,
            T train(), E eval(), O an optimizer made, M a gradient used by hand.
        node: The call or assignment.
        who: What it is called on, by the name where it stands.
        loops: The loops around it, the outermost first, through function calls.
        conditional: Whether an if stands around it.
    """

    kind: str
    node: ast.AST
    who: str
    loops: tuple[ast.AST, ...] = ()
    conditional: bool = False

    @property
    def line(self) -> int:
        """Its line."""
        return getattr(self.node, "lineno", 0)


@dataclass(frozen=True)
class Round:
    """The innermost loop around a backward pass.

    Attributes:
        loop: The loop.
        events: What happens inside of it, in order, loops inside of it too.
        all: Everything that happens in the same function, or module.
    """

    loop: ast.AST
    events: tuple[Event, ...]
    all: tuple[Event, ...]

    def of(self, kind: str) -> list[Event]:
        """Its events of a kind."""
        return [event for event in self.events if event.kind == kind]

    @property
    def simple(self) -> bool:
        """One backward, at most one optimizer, no ifs and no closures: its order can be read."""
        steps = self.of("S")
        return (
            len(self.of("B")) == 1
            and len({event.who for event in steps}) <= 1
            and len(steps) <= 1
            and not any(e.conditional for kind in "BSZ" for e in self.of(kind))
            and not any(isinstance(e.node, ast.Call) and e.node.args for e in self._plain_steps())
        )

    def _plain_steps(self) -> list[Event]:
        return [event for event in self.of("S") if "scaler" not in event.who]


@lru_cache(maxsize=1)  # several readers ask for the rounds of one script
def rounds(script: Script) -> tuple[Round, ...]:
    """The rounds of training of a script, each once.

    Example:
        >>> from justright.doctor.reading.script import parse
        >>> script = parse("for x in data:\\n    f(x).backward()\\n    opt.step()")
        >>> [event.kind for event in rounds(script)[0].events]
        ['B', 'S']
    """
    found: dict[int, Round] = {}
    if not any("backward" in line for line in script.lines):
        return ()
    known = optimizer_names(script)
    for scope in scopes(script):
        events = tuple(_Reader(script, known).read(scope.body))
        for event in events:
            if event.kind == "B" and event.loops:
                loop = event.loops[-1]
                inside = tuple(e for e in events if loop in e.loops)
                old = found.get(id(loop))
                if old is None or len(inside) > len(old.events) or len(events) > len(old.all):
                    found[id(loop)] = Round(loop, inside, events)
    return tuple(found.values())


@dataclass(frozen=True)
class _Reader:
    script: Script
    optimizers: set[str]
    stack: tuple[str, ...] = ()

    def read(
        self, body: Sequence[ast.AST], loops: tuple[ast.AST, ...] = (), conditional: bool = False
    ) -> Iterator[Event]:
        for node in body:
            yield from self._node(node, loops, conditional)

    def _node(
        self, node: ast.AST, loops: tuple[ast.AST, ...], conditional: bool
    ) -> Iterator[Event]:
        if isinstance(node, FunctionNode | ast.ClassDef | ast.Lambda):
            return
        if isinstance(node, Loop):
            head = [node.test] if isinstance(node, ast.While) else [node.iter]
            yield from self.read(head, loops, conditional)
            yield from self.read(node.body, (*loops, node), conditional)
            yield from self.read(node.orelse, loops, conditional)
            return
        if isinstance(node, ast.If) and not _is_main(node):
            yield from self._node(node.test, loops, conditional)
            yield from self.read([*node.body, *node.orelse], loops, True)
            return
        yield from self.read(list(ast.iter_child_nodes(node)), loops, conditional)
        yield from self._own(node, loops, conditional)

    def _own(self, node: ast.AST, loops: tuple[ast.AST, ...], conditional: bool) -> Iterator[Event]:
        kind, who = self._kind(node)
        if kind:
            yield Event(kind, node, who, loops, conditional)
        elif isinstance(node, ast.Call) and len(self.stack) < DEPTH:
            function = self._local(node)
            if function is not None:
                inner = _Reader(self.script, self.optimizers, (*self.stack, function.name))
                yield from inner.read(function.body, loops, conditional)

    def _local(self, call: ast.Call) -> FunctionNode | None:
        name = dotted(call.func)
        last = name.removeprefix("self.")
        if "." in last or last in self.stack:
            owner, _, last = last.rpartition(".")
            if not owner or last in self.stack or last in _COMMON or "." in owner:
                return None
        return self.script.functions.get(last)

    def _kind(self, node: ast.AST) -> tuple[str, str]:
        if isinstance(node, ast.Assign) and any(
            name.endswith(".grad") for target in node.targets for name in target_names(target)
        ):
            return "Z", ""
        if isinstance(node, ast.Attribute) and node.attr == "grad" and dotted(node)[:6] != "torch.":
            return "M", dotted(node.value)
        if not isinstance(node, ast.Call):
            return "", ""
        return self._call(node)

    def _call(self, node: ast.Call) -> tuple[str, str]:
        name, who = short(node), receiver(node)
        if name == "step":
            if "scaler" in who and node.args:
                return "S", f"scaler.{dotted(node.args[0])}"
            if is_scheduler(who) and who not in self.optimizers:
                return "L", who
            return ("S", who) if is_optimizer(who, self.optimizers) else ("", "")
        if name == "zero_" and isinstance(node.func, ast.Attribute):
            return ("Z", who) if ".grad" in ast.unparse(node.func.value) else ("", "")
        if is_optimizer_class(node):
            return "O", dotted(node.func)
        if name in ("train", "eval") and who and who not in ("torch", "pd", "df"):
            off = name == "train" and node.args and getattr(node.args[0], "value", 1) is False
            return ("E" if off or name == "eval" else "T"), who
        return _KINDS.get(name, ""), who


_KINDS = {
    "backward": "B",
    "manual_backward": "B",
    "zero_grad": "Z",
    "clip_grad_norm_": "C",
    "clip_grad_value_": "C",
    "unscale_": "U",
}
#: Methods of tensors, modules and lists that a script's own methods may share a name with.
_COMMON = frozenset(
    [
        "forward",
        "step",
        "train",
        "eval",
        "update",
        "append",
        "fit",
        "item",
        "mean",
        "sum",
        "size",
        "to",
    ]
)


def _is_main(node: ast.If) -> bool:
    return "__name__" in ast.unparse(node.test)

"""Places where rows lose their order, their targets, or the border between the sets."""

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
    receiver,
    scopes,
    short,
    within,
)

INPUTS = re.compile(r"^(self\.)?(x|X|data|images?|features?|inputs?|samples?|texts?)(_\w+)?$")
TARGETS = re.compile(r"^(self\.)?(y|Y|labels?|targets?|classes)(_\w+)?$")
#: Transforms that look at all rows; those that look at the targets too leak more than a scale.
SCALERS = re.compile(r"scaler|normali[sz]er|imputer|pca|standard", re.IGNORECASE)
SUPERVISED = re.compile(r"SelectKBest|SelectPercentile|TargetEncoder|RFE|LinearDiscriminant")
RESAMPLED = re.compile(r"over_?sampl|up_?sampl|smote", re.IGNORECASE)


def find(script: Script) -> Iterator[Hint]:
    """Shuffles that part inputs from targets, leaks before a split, loaders that do not shuffle."""
    for scope in scopes(script):
        body = [
            n
            for s in scope.body
            if not isinstance(s, FunctionNode | ast.ClassDef)
            for n in within(s)
        ]
        yield from _shuffled_apart(script, body)
        yield from _before_split(script, body)
    yield from _loaders(script)
    yield from _same_noise(script)


def _pairs(one: str, other: str) -> bool:
    """Whether two names are inputs and targets of the same rows."""
    for a, b in ((one, other), (other, one)):
        if INPUTS.match(a) and TARGETS.match(b):
            tails = [n.rsplit("_", 1)[-1] if "_" in n else "" for n in (a, b)]
            return tails[0] == tails[1] or "" in tails
    return False


def _shuffled_apart(script: Script, body: list[ast.AST]) -> Iterator[Hint]:
    shuffled: list[tuple[str, ast.AST]] = []
    for node in sorted(_with_lines(body), key=lambda n: (n.lineno, n.col_offset)):  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and short(node) in ("seed", "manual_seed", "set_state"):
            shuffled.clear()
        name = _shuffled(node)
        if not name:
            continue
        for other, _ in shuffled:
            if _pairs(name, other):
                yield script.hint(
                    "shuffled-apart", node, f"{other} and {name} are shuffled in different orders"
                )
                return
        shuffled.append((name, node))


def _with_lines(body: list[ast.AST]) -> Iterator[ast.AST]:
    return (n for n in body if hasattr(n, "lineno"))


def _shuffled(node: ast.AST) -> str:
    """The name that a node shuffles on its own; "" where it shuffles none, or by a shared seed."""
    if isinstance(node, ast.Call) and short(node) == "shuffle" and len(node.args) == 1:
        return dotted(node.args[0]) if option(node, "random_state") is None else ""
    if isinstance(node, ast.Subscript):
        index = node.slice
        if isinstance(index, ast.Call) and short(index) in ("randperm", "permutation"):
            return dotted(node.value)
    return ""


def _before_split(script: Script, body: list[ast.AST]) -> Iterator[Hint]:
    """What is made from all rows before they are split."""
    splits = [n for n in body if isinstance(n, ast.Call) and short(n) == "train_test_split"]
    for node in body:
        line = getattr(node, "lineno", 0)
        later = [s for s in splits if s.lineno > line]
        parted = {name for split in later[:1] for arg in split.args for name in names(arg)}
        for name, value in assigned(node):
            what = _leak(script, value) if name in parted and isinstance(value, ast.Call) else ""
            if what:
                detail = f"{name} is made from all rows, and split in line {later[0].lineno}"
                yield script.hint(what, node, detail)


def _leak(script: Script, call: ast.Call) -> str:
    """Name of the pattern; "" for calls that carry nothing over."""
    made = ast.unparse(call.func) + _made_as(script, receiver(call))
    if short(call) == "fit_transform":
        if SUPERVISED.search(made):
            return "selected-before-split"
        return "scaled-before-split" if SCALERS.search(made) else ""
    if short(call) == "fit_resample" or RESAMPLED.search(short(call)):
        return "resampled-before-split"
    return ""


def _made_as(script: Script, name: str) -> str:
    """The text of what a name was assigned."""
    return " ".join(
        ast.unparse(value)
        for node in ast.walk(script.tree)
        for target, value in assigned(node)
        if target == name and name
    )


def _loaders(script: Script) -> Iterator[Hint]:
    """A training loader that does not shuffle beside a test loader that does."""
    made = {
        name: value
        for node in ast.walk(script.tree)
        for name, value in assigned(node)
        if isinstance(value, ast.Call) and short(value) == "DataLoader"
    }
    train = {n: c for n, c in made.items() if re.search(r"train|trn", n, re.IGNORECASE)}
    other = {n: c for n, c in made.items() if re.search(r"val|test|dev", n, re.IGNORECASE)}
    lazy = [c for n, c in train.items() if n not in other and not _shuffles(c)]
    keen = [c for n, c in other.items() if n not in train and _given_true(c)]
    if lazy and keen and not any(option(c, "sampler") or option(c, "batch_sampler") for c in lazy):
        yield script.hint(
            "shuffle-swapped", lazy[0], "the test loader shuffles, the training loader does not"
        )
    elif lazy and not keen:
        trained = {ast.unparse(r.loop.iter) for r in rounds(script) if isinstance(r.loop, ast.For)}
        used = [c for n, c in train.items() if c in lazy and any(n in text for text in trained)]
        if used:
            yield script.hint("not-shuffled", used[0], "the training loader does not shuffle")


def _shuffles(call: ast.Call) -> bool:
    return (
        is_true(option(call, "shuffle"))
        or len(call.args) > 2
        or any(option(call, name) is not None for name in ("sampler", "batch_sampler"))
        or any(k.arg is None for k in call.keywords)
    )


def _given_true(call: ast.Call) -> bool:
    return getattr(option(call, "shuffle"), "value", None) is True


def _same_noise(script: Script) -> Iterator[Hint]:
    """Random numbers of a Dataset that are the same for each worker, or each time."""
    workers = any(
        short(c) == "DataLoader" and _many_workers(c) and option(c, "worker_init_fn") is None
        for c in calls(script.tree, functions=True)
    )
    for owner in script.classes.values():
        item = next(
            (n for n in owner.body if isinstance(n, FunctionNode) and n.name == "__getitem__"), None
        )
        if item is None:
            continue
        for call in calls(item):
            seeds = short(call) in ("seed", "manual_seed")
            if seeds and call.args and isinstance(call.args[0], ast.Constant):
                yield script.hint("seed-in-item", call, "the seed is set anew for each example")
        drawn = {
            name
            for node in ast.walk(script.tree)
            for name, value in assigned(node)
            if short(value) in ("default_rng", "RandomState")
        }
        used = [c for c in calls(item) if receiver(c) in drawn]
        if workers and used:
            yield script.hint(
                "rng-in-workers",
                used[0],
                f"every worker starts with the same copy of {receiver(used[0])}",
            )


def _many_workers(call: ast.Call) -> bool:
    count = option(call, "num_workers")
    return count is not None and getattr(count, "value", 2) not in (0, 1)

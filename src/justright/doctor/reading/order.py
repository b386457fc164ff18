"""Places where zero_grad, backward, clipping and the steps come in a wrong order, or not at all."""

import ast
from collections.abc import Iterator

from justright.doctor.evidence import Hint
from justright.doctor.reading.rounds import Event, Round, rounds
from justright.doctor.reading.script import Script, assigned, dotted, short, within


def find(script: Script) -> Iterator[Hint]:
    """Wrong orders in the rounds that are simple enough to be read."""
    if script.has_trainer:
        return
    for one in rounds(script):
        yield from _schedule_first(script, one)
        yield from _made_inside(script, one)
        if one.simple:
            yield from _missing(script, one)
            yield from _wrong(script, one)


def _missing(script: Script, one: Round) -> Iterator[Hint]:
    backward, step, zero = one.of("B")[0], one.of("S"), one.of("Z")
    if not step and not any(e.kind == "S" for e in one.all) and not one.of("M"):
        if _names_step(script) or not any(e.kind == "O" for e in _everything(script)):
            return
        yield script.hint("step-missing", backward.node, "backward() and no optimizer.step()")
    elif not step and zero and any(e.kind == "S" for e in one.all):
        outside = next(e for e in one.all if e.kind == "S")
        if backward.loops[: len(outside.loops)] == outside.loops and outside.line > backward.line:
            yield script.hint(
                "step-outside",
                outside.node,
                "the gradient is set to zero for each batch, the step comes after the loop",
            )
    elif step and not zero and step[0].loops[-1:] == backward.loops[-1:]:
        detail = "backward() and step() in each round"
        if any(e.kind == "Z" for e in one.all):
            detail += ", zero_grad() outside of the loop"
        old = ast.unparse(backward.node)
        yield script.hint(
            "zero-grad-missing",
            backward.node,
            detail,
            (old, f"{step[0].who.removeprefix('scaler.')}.zero_grad(); {old}"),
        )


def _names_step(script: Script) -> bool:
    return any(
        isinstance(n, ast.Attribute) and n.attr in ("step", "minimize", "apply_gradients")
        for n in ast.walk(script.tree)
    ) and not _only_schedules(script)


def _only_schedules(script: Script) -> bool:
    """Whether everything that is stepped is a schedule."""
    everything = _everything(script)
    stepped = [
        n for n in ast.walk(script.tree) if isinstance(n, ast.Attribute) and n.attr == "step"
    ]
    return len(stepped) <= sum(event.kind == "L" for event in everything)


def _everything(script: Script) -> tuple[Event, ...]:
    """Every event of the script once."""
    from_rounds = {id(e.node): e for one in rounds(script) for e in one.all}
    return tuple(from_rounds.values())


def _wrong(script: Script, one: Round) -> Iterator[Hint]:
    """The round read from its backward on: what comes first after it, what too late."""
    start = next(i for i, e in enumerate(one.events) if e.kind == "B")
    after = [*one.events[start + 1 :], *one.events[:start]]
    place = {e.kind: i for i, e in reversed(list(enumerate(after)))}
    if "S" not in place:
        return
    step = after[place["S"]]
    if place.get("Z", len(after)) < place["S"]:
        yield script.hint(
            "zero-before-step", after[place["Z"]].node, "zero_grad() between backward() and step()"
        )
    clip = place.get("C")
    if clip is not None and clip > place["S"] and not after[clip].conditional:
        yield script.hint("clip-after-step", after[clip].node, "clipping comes after step()")
    elif clip is not None and "scaler" in step.who and "U" not in place:
        yield script.hint(
            "clip-scaled", after[clip].node, "the gradient is clipped while it is still scaled"
        )


def _schedule_first(script: Script, one: Round) -> Iterator[Hint]:
    """A schedule that is stepped earlier in a loop than the optimizer."""
    schedules = [e for e in one.all if e.kind == "L" and e.loops and not e.conditional]
    for schedule in schedules:
        loop = schedule.loops[-1]
        same = [e for e in one.all if loop in e.loops]
        steps = [i for i, e in enumerate(same) if e.kind == "S"]
        if steps and same.index(schedule) < steps[0]:
            yield script.hint(
                "schedule-first", schedule.node, "scheduler.step() before optimizer.step()"
            )
            return


def _made_inside(script: Script, one: Round) -> Iterator[Hint]:
    """An optimizer that is built anew for every batch."""
    made = [e for e in one.of("O") if e.loops[-1] is one.loop and not e.conditional]
    if not made or not one.of("S") or one.of("S")[0].loops[-1:] != made[0].loops[-1:]:
        return
    if _models_made(script, one.loop):
        return
    yield script.hint("optimizer-in-loop", made[0].node, "an optimizer is built for every batch")


def _models_made(script: Script, loop: ast.AST) -> bool:
    """Whether the loop builds the model, or fresh numbers to be trained, as well."""
    for node in within(loop):
        for _, value in assigned(node):
            name = short(value)
            if name in script.classes or name in ("Sequential", "deepcopy"):
                return True
            if "requires_grad" in ast.unparse(value) or name in ("clone", "Parameter"):
                return True
            function = script.functions.get(dotted(getattr(value, "func", None)))
            if function is not None and any(n in ast.unparse(function) for n in _BUILDS):
                return True
    return False


_BUILDS = ("Sequential", "nn.", "Net(", "Model(")

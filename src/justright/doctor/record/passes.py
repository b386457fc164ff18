"""Forward passes, losses and backward passes of the watched script."""

import math
import time
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from justright.doctor.record import tensors
from justright.doctor.record.activations import signal, signals
from justright.doctor.record.batch_facts import batch_facts, smallest
from justright.doctor.record.breaking import breakdown
from justright.doctor.record.habits import Call, Pass
from justright.doctor.record.loss_sample import hits
from justright.doctor.record.losses import loss_name
from justright.doctor.record.names import is_loss
from justright.doctor.record.padding import padded_share
from justright.doctor.record.state import MOST_FIGURES, State
from justright.doctor.record.stepping import by_hand
from justright.doctor.record.walk import behind, walk
from justright.doctor.trials.copied import WRAPPERS, unwrapped

SMALL = 100_000  # numbers of a validation batch whose accuracy is taken in passing
MIRROR_SHARE = 0.15  # of what close looks may cost: what looking for mirror images may
JUDGED_CLOSELY = 3  # validation batches looked at closely in each validation pass


def forward_begins(
    state: State, module: nn.Module, args: tuple[object, ...], kwargs: Mapping[str, object]
) -> None:
    """A module is called. Only the outermost is a model; a known one costs a look-up."""
    if is_loss(module):
        return
    if type(module).__name__ in WRAPPERS:
        module = unwrapped(module)
    if state.models is not None and id(module) not in state.models:
        return
    names = state.names
    if not names.knows(module):
        if next(module.parameters(), None) is None:
            return
        _meet(state, module)
    if state.keep and state.capture.replay is None and state.may_train(module):
        state.capture.begin(module, names.labels[id(module)])
    x = tensors.first_tensor((args, kwargs))
    trainable = state.may_train(module)
    seen = Pass(
        names.labels[id(module)], module.training, torch.is_grad_enabled(), smallest(x), trainable
    )
    state.habits.forward(seen, state.n_steps)
    if x is None or (x.grad_fn is not None and module in state.parts):
        return  # what goes into a part may come from another
    if seen.gradients and trainable:
        state.x = x
        state.n_inputs = sum(isinstance(one, Tensor) for one in (*args, *kwargs.values()))
    if state.close and seen.gradients and len(state.batches) < MOST_FIGURES:
        state.batches.append(batch_facts(seen.model, x, state.n_steps))
    if not seen.gradients or not seen.training:
        aside = state.loader is not None and not state.loader.learned
        state.feed.judges(x, (seen.model, state.n_optimizers), id(state.loader) if aside else 0)


def _meet(state: State, module: nn.Module) -> None:
    """A model is met, or a part of a watched model that is called by itself."""
    names = state.names
    if state.models is not None and id(module) in names.modules:
        names.add_part(module, state.blueprint.take_apart(module, names))
        state.parts.add(module)
    else:
        state.blueprint.read(module, names.add(module), names)


def forward_ends(
    state: State, module: nn.Module, args: tuple[object, ...], kwargs: Mapping[str, object],
    output: object,
) -> None:  # fmt: skip
    """A module has put out: at close looks the figures of every layer are taken."""
    state.blueprint.called(module, (args, kwargs), output)
    if type(module).__name__ == "OptimizedModule":  # what is inside is compiled and not seen
        module = unwrapped(module)
    label = state.names.labels.get(id(module))
    if label is not None and state.names.knows(module):
        state.blueprint.passes[label] = state.blueprint.passes.get(label, 0) + 1
        if state.capture.wants(module) and torch.is_grad_enabled():
            state.capture.forward(args, kwargs, output)
    built = state.blueprint.layers.get(id(module))
    value = tensors.first_tensor(output)
    if built is None or value is None or not built.weights or not torch.is_grad_enabled():
        return
    if value.is_floating_point() and value.numel():
        state.keep_signals([signal(value, built.kind, built.layer, state.n_steps)])


def loss_taken(
    state: State, function: Callable[..., object], args: tuple[object, ...],
    kwargs: Mapping[str, object], result: object,
) -> None:  # fmt: skip
    """A loss function was called: one of torch's, or the user's own."""
    options = dict(kwargs)
    given = args[0] if args else options.pop("input", None)
    target = args[1] if len(args) > 1 else options.pop("target", None)
    if function is state.own_loss:  # its outputs may be several
        given, target, result = map(tensors.first_tensor, (given, target, result))
    if not (isinstance(given, Tensor) and isinstance(target, Tensor)):
        return
    if not isinstance(result, Tensor):
        return
    name = loss_name(function)
    gradients = torch.is_grad_enabled() and result.requires_grad
    first_judged = not gradients and len(state.habits.judged.losses) < JUDGED_CLOSELY
    seen = state.losses.took(
        name, given, target, result, options, state.n_steps,
        learning=gradients, close=state.close or (first_judged and state.purse.affords(0.0)),
    )  # fmt: skip
    if state.in_loss:  # of what the user's own loss is made
        return
    number = None
    if gradients:
        node = result.grad_fn
        number = node._sequence_nr() if node is not None else None
        if state.keep and not state.capture.done:
            state.capture.loss(function, args, kwargs, number, result)
        state.y = target.detach()
        state.n_targets += 1
    accuracy = seen.accuracy if seen else None
    if accuracy is None and not gradients and given.numel() <= SMALL:
        accuracy = hits(name, given.detach(), target.detach()).get("accuracy")
    call = Call(number=number, value=math.nan, accuracy=accuracy, gradients=gradients)
    state.late.read(result, lambda value: setattr(call, "value", value))
    state.habits.loss(call)
    if seen is not None and gradients:
        _learnt_from(state, name, given, target, seen.accuracy)


def _learnt_from(
    state: State, name: str, given: Tensor, target: Tensor, accuracy: float | None
) -> None:
    """Look at the targets of a training loss: sequences that were filled up, and the accuracy."""
    if state.x is not None:
        use = state.losses.uses[name, True]
        use.fills(padded_share(state.x, given, target, use.ignored()))
    if accuracy is not None:
        state.habits.train_accuracies.append(accuracy)


def backward_begins(state: State, root: object) -> None:
    """A backward pass begins: what was called since the last one is learnt from, or was not."""
    root = tensors.first_tensor(root)
    if root is None:
        return
    by_hand(state)
    if root.grad_fn is None:
        state.detached = True
    last = state.capture.lost.number if state.capture.lost else None
    learned = state.habits.backward(root, state.n_steps)
    value = [math.nan]
    state.late.read(root, lambda number: value.__setitem__(0, number))
    for track in state.tracks.values():
        track.backwards_since += 1
    _pending(state, root)
    if state.keep and not state.capture.done:
        ours = bool(learned) and (last is None or bool(behind(root, {last})))
        state.capture.backward(root, ours, value[0] / (state.scale or 1.0))
    if learned and state.x is not None:
        state.mirror.learned(state.x, state.y, MIRROR_SHARE * state.purse.allowed_s())
        single = len(learned) == state.n_targets == state.n_inputs == 1
        state.feed.learned(state.x, state.y, (learned[-1].model, state.n_optimizers), single=single)
        if state.loader is not None:
            state.loader.learned += 1
    broke = not math.isfinite(value[0]) and root.device.type == "cpu"
    if broke and state.breakdown is None:
        state.breakdown = breakdown(state, root)
    state.x = state.y = None
    state.n_targets = 0
    state.kept.look(root, state.n_steps)
    if state.close and root.grad_fn is not None:
        _look(state, root)


def _pending(state: State, root: Tensor) -> None:
    """Hand the loss to the optimizers: the one that steps next takes it."""
    scale = state.scale or 1.0

    def keep(number: float) -> None:
        for track in state.tracks.values():
            track.pending_loss = number / scale

    state.late.read(root, keep)
    state.scale = 1.0


def _look(state: State, root: Tensor) -> None:
    """Look closely at the graph: operations, activations, and parameters that lie outside."""
    began = time.perf_counter()
    walked = walk(root, state.names.of, step=state.n_steps)
    state.pace.looks(state.n_steps, len(walked.nodes))
    held = set().union(*(track.ids for track in state.tracks.values()))
    for leaf in walked.leaves:
        if id(leaf) not in held and isinstance(leaf, nn.Parameter) and state.tracks:
            state.outside[state.names.of(leaf)] = None
    for track in state.tracks.values():
        own = [leaf for leaf in walked.leaves if id(leaf) in track.ids]
        if not own or state.in_step:
            continue
        left = any(leaf.grad is not None and bool(leaf.grad.any()) for leaf in own)
        if track.backwards_since == 1 and track.n_steps:
            track.leftover = left
        elif not left:
            track.leftover = False
    state.keep_graph(walked.graph)
    if not state.packed:
        state.keep_signals(signals(walked, state.n_steps))
    state.look_s += time.perf_counter() - began

"""Look any PyTorch model over before it is trained."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from justright.doctor.checks.task_loss import LOSSES
from justright.doctor.diagnose import diagnose
from justright.doctor.evidence import Evidence
from justright.doctor.record.recorder import Recorder
from justright.doctor.trials.copied import copied, unwrapped
from justright.doctor.trials.layout import first_rows, layout_of
from justright.doctor.trials.link import Link
from justright.doctor.trials.loss_call import LossCall
from justright.doctor.trials.nested import changed
from justright.doctor.trials.replay import Recorded, Replay
from justright.doctor.trials.run import run
from justright.doctor.trials.speed import pass_s
from justright.doctor.trials.stepper import stepper_of
from justright.doctor.trials.stillness import seed, stillness
from justright.recipes.report import Report

TRIALS_S = 3.0  # seconds for the trials; the step and the judging take the rest of 5 s
STEP_S = 1.0  # seconds that the step on the batch may take; slower ones get fewer examples
FEWEST_ROWS = 8  # examples of a batch that is cut; batch norm wants a few
PASSES_A_STEP = 4  # a backward pass is two forward ones, and looking closely is one
ONE_STEP = "preflight makes one step, on one batch"
FAILED = "the model failed on the batch"
NO_TASK = "no task was named"
NO_SCRIPT = "preflight reads no script"
NO_OPTIMIZER = "no optimizer was given"

Loss = Callable[[Any, Any], Tensor]


def preflight(
    model: nn.Module,
    loss: Loss,
    batch: Sequence[Any],
    optimizer: Optimizer | None = None,
    task: str | None = None,
) -> Report:
    """Say before training what would keep a model from learning, in seconds.

    One step is made and watched on a copy; then short trials on other copies ask whether it can
    learn the batch by heart, reads its inputs, keeps the examples apart, and whether the learning
    rate suits. The model, its buffers, gradients and modes, the optimizer and every random
    generator are left exactly as they were.

    Args:
        model: Any module, as it is before training.
        loss: From the model's output and the targets to the loss: a module or a function.
        batch: One training batch: inputs, and the targets last. A mapping in place of the inputs
            is given to the model by keyword.
        optimizer: The optimizer that is to train it; without one the learning rate and the
            parameters that it holds are not looked at.
        task: What is to be predicted: "binary", "multiclass", "multilabel" or "regression". With
            it a loss that is made for another task is told of.

    Returns:
        What was found; an error of the model itself is a finding too.

    Raises:
        ValueError: If the batch has no targets, or there is no such task.

    Example:
        >>> net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(1))
        >>> x = torch.randn(32, 4)
        >>> y = (x[:, 0] > 0).long() + (x[:, 1] > 0)
        >>> preflight(net, nn.CrossEntropyLoss(), (x, y)).healthy
        False
    """
    if len(batch) < 2:
        raise ValueError(f"a batch is (inputs, targets): {len(batch)=}")
    if task is not None and task not in LOSSES:
        raise ValueError(f"task must be one of {', '.join(LOSSES)}: {task=}")
    with stillness():
        given = _affordable(model, _given(loss, batch))
        evidence = _watched(model, given, optimizer)
        if evidence.failure is not None:
            evidence = replace(evidence, because={**evidence.because, "trials": FAILED})
        else:
            trials = run(_replay(model, given, optimizer), seconds=TRIALS_S)
            evidence = replace(evidence, trials=trials)
    return Report(diagnose(replace(evidence, task=task)))


def _given(loss: Loss, batch: Sequence[Any]) -> Recorded:
    """The batch with tensors and a loss of its own: a model or a loss may write to them."""
    *inputs, y = changed(list(batch), lambda tensor: tensor.detach().clone())
    by_name = len(inputs) == 1 and isinstance(inputs[0], Mapping)
    call = LossCall(
        function=copied(loss) if isinstance(loss, nn.Module) else loss,
        rest=(y,),
        link=Link(whole=True),
    )
    return Recorded(
        args=() if by_name else tuple(inputs), kwargs=dict(inputs[0]) if by_name else {}, loss=call
    )


def _affordable(model: nn.Module, batch: Recorded) -> Recorded:
    """The batch, cut to fewer examples where a step on all of them would take too long."""
    target = batch.loss.target
    layout = None if target is None else layout_of(model, batch, target)
    if layout is None or layout.n_rows <= FEWEST_ROWS:
        return batch
    try:
        step_s = PASSES_A_STEP * pass_s(copied(model).eval(), batch, layout)
    except Exception:  # the step itself will say what is wrong
        return batch
    if step_s <= STEP_S:
        return batch
    return first_rows(batch, layout, max(FEWEST_ROWS, int(layout.n_rows * STEP_S / step_s)))


def _watched(model: nn.Module, batch: Recorded, optimizer: Optimizer | None) -> Evidence:
    """What one step of a copy shows."""
    twin = copied(model)
    twin.train(twin.training or not any(module.training for module in twin.modules()))
    stepper = stepper_of(optimizer, unwrapped(model)) if optimizer is not None else NO_OPTIMIZER
    own = None if isinstance(stepper, str) else stepper.make(twin)
    recorder = Recorder(door="preflight", keep=False)
    recorder.watch([twin], [own] if own is not None else [])
    seed()
    try:
        _one_step(twin, batch, own)
    except Exception as error:  # the user's own model: whatever it raises is a finding
        recorder.failed(error, None)
    finally:
        recorder.detach()
    return _of_one_step(recorder.evidence(stopped="end"), own is not None, stepper)


def _one_step(model: nn.Module, batch: Recorded, optimizer: Optimizer | None) -> None:
    def backward() -> float:
        if optimizer is not None:
            optimizer.zero_grad()
        value = batch.loss_with(model)
        value.backward()  # type: ignore[no-untyped-call]
        return float(value.detach())

    if isinstance(optimizer, torch.optim.LBFGS):
        optimizer.step(backward)  # type: ignore[no-untyped-call]
        return
    backward()
    if optimizer is not None:
        optimizer.step()


def _of_one_step(evidence: Evidence, stepped: bool, why: object) -> Evidence:
    """The evidence without what one step on one batch cannot show."""
    because = dict(evidence.because) | dict.fromkeys(("feed", "loaders", "validations"), ONE_STEP)
    because |= {"pace": ONE_STEP, "task": NO_TASK, "source": NO_SCRIPT}
    if not stepped:
        because |= dict.fromkeys(("conduct", "tracks"), str(why))
    return replace(
        evidence,
        feed=None,
        loaders=(),
        validations=(),
        pace=None,
        conduct=evidence.conduct if stepped else None,
        tracks=evidence.tracks if stepped else (),
        because=because,
    )


def _replay(model: nn.Module, batch: Recorded, optimizer: Optimizer | None) -> Replay:
    replay = Replay.begin(model, type(unwrapped(model)).__name__, most=sys.maxsize)
    replay.batches.append(batch)
    if optimizer is None:
        replay.because["stepper"] = NO_OPTIMIZER
    else:
        replay.learn_from(optimizer, model)
    return replay

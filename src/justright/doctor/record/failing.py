"""The error that ended a script: which layer was running, and what had come in."""

import linecache
from types import FrameType, TracebackType

import torch
from torch import Tensor, nn

from justright.doctor.evidence import Failure
from justright.doctor.record import tensors
from justright.doctor.record.frames import is_users
from justright.doctor.record.losses import WATCHED
from justright.doctor.record.state import State

LONGEST = 2_000  # letters kept of a message


def failure_of(state: State, error: BaseException, script: str | None) -> Failure:
    """What an uncaught error says of the network.

    Args:
        state: What was gathered so far.
        error: The error.
        script: Path of the user's script; None where there is no one file.
    """
    frames = _frames(error.__traceback__)
    users = [(f, n) for f, n in frames if _is_script(f.f_code.co_filename, script)]
    line = users[-1][1] if users else None
    file = users[-1][0].f_code.co_filename if users else ""
    modules = [(f, m) for f, _ in frames if (m := _module(f)) is not None]
    loss = next((f for f, _ in frames if f.f_code.co_name in WATCHED and _in_torch(f)), None)
    facts: dict[str, object] = {}
    if modules and loss is None:
        facts = _layer(state, *modules[-1])
    if loss is not None:
        facts |= _loss(loss)
    return Failure(
        error=type(error).__name__,
        message=str(error)[:LONGEST],
        line=line,
        text=linecache.getline(file, line).strip() if line else "",
        during=_during(frames, bool(modules), loss is not None),
        step=state.n_steps,
        before=state.blueprint.last,
        **facts,  # type: ignore[arg-type]
    )


def _frames(trace: TracebackType | None) -> list[tuple[FrameType, int]]:
    found = []
    while trace is not None:
        found.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    return found


def _is_script(filename: str, script: str | None) -> bool:
    return filename == script or (script is None and is_users(filename)) or is_users(filename)


def _in_torch(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith(("torch.", "justright."))


def _module(frame: FrameType) -> nn.Module | None:
    if not frame.f_code.co_name.startswith("forward"):
        return None
    own = frame.f_locals.get("self")
    from_loss = type(own).__module__ == "torch.nn.modules.loss"
    return own if isinstance(own, nn.Module) and not from_loss else None


def _given(frame: FrameType) -> list[Tensor]:
    """Tensors among the arguments of a frame."""
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    values = [frame.f_locals.get(name) for name in names]
    for value in frame.f_locals.values():
        if isinstance(value, tuple) and not any(isinstance(v, Tensor) for v in values):
            values += list(value)  # *args of a container
    return [value for value in values if isinstance(value, torch.Tensor)]


def _layer(state: State, frame: FrameType, module: nn.Module) -> dict[str, object]:
    given = _given(frame)
    own = getattr(module, "weight", None)
    label = state.names.modules.get(id(module), (type(module).__name__, ""))[0]
    return {
        "layer": state.names.layer(module),
        "kind": type(module).__name__,
        "model": label,
        "in_shapes": tuple(tuple(value.shape) for value in given),
        "in_dtypes": tuple(tensors.dtype(value) for value in given),
        "in_devices": tuple(str(value.device) for value in given),
        "weight_shape": tuple(own.shape) if isinstance(own, torch.Tensor) else (),
        "options": module.extra_repr(),
    }


def _loss(frame: FrameType) -> dict[str, object]:
    values = [frame.f_locals.get("input"), frame.f_locals.get("target")]
    held = [value for value in values if isinstance(value, torch.Tensor)]
    found: dict[str, object] = {
        "loss": frame.f_code.co_name,
        "loss_shapes": tuple(tuple(value.shape) for value in held),
        "loss_dtypes": tuple(tensors.dtype(value) for value in held),
    }
    target = values[1]
    if isinstance(target, torch.Tensor) and target.numel():
        seen = tensors.spread(target)
        found |= {"target_low": seen.low, "target_high": seen.high}
    return found


def _during(frames: list[tuple[FrameType, int]], in_module: bool, in_loss: bool) -> str:
    names = {frame.f_code.co_name for frame, _ in frames if _in_torch(frame)}
    files = " ".join(frame.f_code.co_filename for frame, _ in frames)
    if in_loss:
        return "loss"
    if in_module:
        return "forward"
    if "backward" in names:
        return "backward"
    if "torch/utils/data" in files.replace("\\", "/"):
        return "data"
    if "step" in names:
        return "step"
    return "script"

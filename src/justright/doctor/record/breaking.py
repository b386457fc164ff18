"""Where numbers first ceased to be finite."""

import torch
from torch import Tensor

from justright.doctor.evidence import Breakdown
from justright.doctor.record.state import State
from justright.doctor.record.walk import Walked, walk

#: Where autograd keeps an operation's result, or else what came into it.
_RESULTS = ("result", "self", "mat1", "input", "log_sumexp")


def breakdown(state: State, root: Tensor) -> Breakdown:
    """Look for the first culprit behind a loss that is not finite.

    Args:
        state: What was gathered so far.
        root: The loss.
    """
    found = walk(root, state.names.of, step=state.n_steps) if root.grad_fn is not None else None
    bad = [
        state.names.of(value)
        for model in state.names.living()
        for value in model.parameters()
        if not _finite(value)
    ]
    layer, op = _culprit(found) if found is not None and not state.packed else ("", "")
    return Breakdown(
        step=state.n_steps,
        loss=str(float(root.detach().double().mean())),
        in_input=state.x is not None and not _finite(state.x),
        in_target=state.y is not None and not _finite(state.y),
        parameters=tuple(dict.fromkeys(bad)),
        layer=layer,
        op=op,
    )


def _finite(value: Tensor) -> bool:
    value = value.detach()
    if not (value.is_floating_point() or value.is_complex()):
        return True
    return bool(value.isfinite().all())


def _culprit(walked: Walked) -> tuple[str, str]:
    """Layer and name of the operation nearest to the input that holds a number not finite."""
    for node, op in zip(reversed(walked.nodes), reversed(walked.graph.ops), strict=True):
        for key in _RESULTS:
            try:
                value = getattr(node, f"_saved_{key}")
            except (AttributeError, RuntimeError):
                continue
            if isinstance(value, torch.Tensor) and not _finite(value):
                return op.layer, op.name
    return "", ""

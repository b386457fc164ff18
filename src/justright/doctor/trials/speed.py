"""What a pass over a batch takes."""

from torch import nn

from justright.doctor.trials.clock import now_s
from justright.doctor.trials.layout import Layout, first_rows
from justright.doctor.trials.reach import outputs_of
from justright.doctor.trials.replay import Recorded

TIMED_ROWS = 4  # examples that are timed first
QUICK_S = 0.2  # what a pass over all may seem to take for it to be timed itself


def pass_s(model: nn.Module, batch: Recorded, layout: Layout | None) -> float:
    """Seconds of a pass over a batch, told from a few examples where all would take long.

    Args:
        model: A copy, in eval mode.
        batch: The batch.
        layout: Where its examples are; None where that is not known.
    """
    if layout is not None and layout.n_rows > TIMED_ROWS:
        few = first_rows(batch, layout, TIMED_ROWS)
        try:
            outputs_of(model, few)  # the first pass also sets kernels up
            told = _timed(model, few) * layout.n_rows / TIMED_ROWS
        except Exception:  # a model of one fixed batch size
            return _timed(model, batch)
        if told > QUICK_S:
            return told
    return _timed(model, batch)


def _timed(model: nn.Module, batch: Recorded) -> float:
    began = now_s()
    outputs_of(model, batch)
    return now_s() - began

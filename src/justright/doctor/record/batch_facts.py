"""Figures of what goes into a model."""

import torch
from torch import Tensor

from justright.doctor.evidence import Batch
from justright.doctor.record import tensors


def batch_facts(model: str, x: Tensor, step: int) -> Batch:
    """Figures of the first input tensor of a pass.

    Example:
        >>> batch_facts("MLP", torch.tensor([[0.0, 1.0], [0.0, 3.0]]), 0).constant_columns
        1
    """
    value = tensors.plain(x)
    seen = tensors.spread(value)
    columns = _columns(value) if value.ndim == 2 and value.is_floating_point() else {}
    return Batch(
        model=model,
        step=step,
        shape=tuple(x.shape),
        dtype=tensors.dtype(x),
        low=seen.low,
        high=seen.high,
        mean=seen.mean,
        std=seen.std,
        finite_share=seen.finite_share,
        n_columns=value.shape[1] if value.ndim == 2 and value.is_floating_point() else 0,
        constant_columns=int(columns.get("constant_columns", 0)),
        largest_column_std=columns.get("largest_column_std", 1.0),
        smallest_column_std=columns.get("smallest_column_std", 1.0),
        farthest_mean=columns.get("farthest_mean", 0.0),
    )


def _columns(value: Tensor) -> dict[str, float]:
    """Spread of the features over the rows."""
    rows = value.double()
    rows = rows[rows.isfinite().all(1)]
    if len(rows) < 2:
        return {}
    std = rows.std(0, correction=0)
    moving = std > 1e-12 * rows.abs().amax(0).clamp(min=1e-300)
    if not bool(moving.any()):
        return {"constant_columns": float(len(std))}
    spread, middle = std[moving], rows.mean(0)[moving]
    return {
        "constant_columns": float((~moving).sum()),
        "largest_column_std": float(spread.max()),
        "smallest_column_std": float(spread.min()),
        "farthest_mean": float((middle.abs() / spread).max()),
    }


def smallest(x: Tensor | None) -> int:
    """Rows of a batch; 0 for none."""
    return 0 if x is None or not isinstance(x, torch.Tensor) or not x.ndim else len(x)

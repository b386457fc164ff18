"""What a user's own test suite can ask of a network."""

from collections.abc import Sequence
from typing import Any

from torch import nn

from justright.recipes.preflight_model import Loss, preflight


def assert_healthy(model: nn.Module, loss: Loss, batch: Sequence[Any]) -> None:
    """Fail where preflight finds what keeps a model from learning.

    Args:
        model: Any module, as it is before training; it is left exactly as it was.
        loss: From the model's output and the targets to the loss.
        batch: One training batch: inputs, and the targets last.

    Raises:
        AssertionError: With the report, if a finding reaches warn.

    Example:
        >>> import torch
        >>> x = torch.randn(64, 4)
        >>> net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 1))
        >>> assert_healthy(net, nn.MSELoss(), (x, x[:, :1] - x[:, 1:2]))
    """
    report = preflight(model, loss, batch)
    if not report.healthy:
        raise AssertionError(f"the network is not healthy\n{report!r}")

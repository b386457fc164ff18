"""Record the evidence of preflight: a few passes, all on copies."""

import copy
import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from justright.doctor.evidence import Start
from justright.doctor.trials.by_heart import (
    LEARNT,
    OVERFIT_RATES,
    SMALL_BATCH,
    best_loss,
    equal_rows,
    learnt,
)

BEYOND_ZEROS = 0.5  # of the best constant's loss; all-zero inputs never come below that itself

Loss = Callable[[Tensor, Tensor], Tensor]


def record(model: nn.Module, loss: Loss, x: Tensor, y: Tensor, trivial: Tensor) -> Start:
    """Watch an untrained network on one batch.

    The model, its buffers and modes and torch's random generator are left as they were.

    Args:
        model: The network: from inputs (batch, columns) to outputs (batch, outputs).
        loss: From outputs and targets to the mean loss.
        x: Inputs of one batch, at least 2 rows.
        y: Their targets.
        trivial: Outputs of the best constant prediction, shape (outputs,).
    """
    before = torch.get_rng_state()
    try:
        spreads, outputs = _forward_spreads(model, x)
        small_x, small_y = x[:SMALL_BATCH], y[:SMALL_BATCH]
        zeros = torch.zeros_like(small_x)
        best, floor = (
            best_loss(lambda free: loss(free, small_y), trivial, equal_rows(seen))
            for seen in (zeros, small_x)
        )
        enough = min(floor + LEARNT * (best - floor), BEYOND_ZEROS * best)
        real, _ = learnt(model, lambda twin: loss(twin(small_x), small_y), enough)
        return Start(
            first_loss=float(loss(outputs, y)),
            trivial_loss=float(loss(trivial.expand(len(y), -1), y)),
            n_rows=len(y),
            n_layers=sum(isinstance(m, nn.Linear) for m in model.modules()),
            output_spread=float(outputs.std(0, correction=min(1, len(outputs) - 1)).max()),
            spreads=spreads,
            real_losses=real,
            # Where the batch was learnt, zeros could not do better: large networks take seconds.
            zero_losses=()
            if real[-1] <= enough
            else learnt(
                model, lambda twin: loss(twin(zeros), small_y), -math.inf, rates=OVERFIT_RATES[:1]
            )[0],
            small_trivial_loss=best,
            small_floor_loss=floor,
        )
    finally:
        torch.set_rng_state(before)


@torch.no_grad()
def _forward_spreads(model: nn.Module, x: Tensor) -> tuple[dict[str, float], Tensor]:
    """Outputs of a copy, and the spread of each hidden linear layer's output."""
    twin = copy.deepcopy(model).eval()
    for module in twin.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.train()  # untrained, it normalises by the batch or not at all
    linears = [(name, m) for name, m in twin.named_modules() if isinstance(m, nn.Linear)]
    spreads: dict[str, float] = {}

    def keep(name: str) -> Callable[[nn.Module, object, Tensor], None]:
        return lambda _module, _inputs, output: spreads.update({name: float(output.std())})

    for name, module in linears[:-1]:
        module.register_forward_hook(keep(name))
    outputs: Tensor = twin(x)
    return spreads, outputs

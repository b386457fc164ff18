"""Record the evidence of preflight: a few passes, all on copies."""

import copy
import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from justright.doctor.evidence import Start

SMALL_BATCH = 32  # rows to overfit; karpathy2019 asks for "as little as two", a batch says more
OVERFIT_STEPS = 120  # a network that can overfit 32 rows does so within these (house run)
# Adam; high, since only the training loss of one batch counts; the second where the first does
# not learn it: it may throw a wide network to where its activations are flat.
OVERFIT_RATES = (0.01, 0.001)
LEARNT = 0.1  # of what can be learnt: the batch is as good as known by heart
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
        best, floor = (_best_loss(loss, trivial, small_y, seen) for seen in (zeros, small_x))
        enough = min(floor + LEARNT * (best - floor), BEYOND_ZEROS * best)
        real = _learnt(model, loss, small_x, small_y, enough)
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
            else _overfit(model, loss, zeros, small_y, rate=OVERFIT_RATES[0]),
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


def _learnt(model: nn.Module, loss: Loss, x: Tensor, y: Tensor, enough: float) -> tuple[float, ...]:
    """Losses of a copy trained on one small batch, at the rate that comes lowest."""
    best: tuple[float, ...] = ()
    for rate in OVERFIT_RATES:
        losses = _overfit(model, loss, x, y, rate=rate, enough=enough)
        if not best or _lowest(losses) < _lowest(best):
            best = losses
        if losses[-1] <= enough:
            break
    return best


def _lowest(losses: tuple[float, ...]) -> float:
    return min((value for value in losses if math.isfinite(value)), default=math.inf)


class _Adam:
    """Adam (Kingma and Ba 2015). To make one of torch's imports its compiler: seconds."""

    def __init__(self, parameters: Sequence[Tensor], rate: float) -> None:
        self._parameters = [own for own in parameters if own.requires_grad]
        self._rate, self._n = rate, 0
        self._mean = [torch.zeros_like(own) for own in self._parameters]
        self._square = [torch.zeros_like(own) for own in self._parameters]

    def step(self, loss: Tensor) -> None:
        """One step down a loss; parameters that it does not hang on stay."""
        slopes = torch.autograd.grad(loss, self._parameters, allow_unused=True)
        self._n += 1
        with torch.no_grad():
            for own, g, m, v in zip(
                self._parameters, slopes, self._mean, self._square, strict=True
            ):
                if g is None:
                    continue
                m.lerp_(g, 0.1)
                v.mul_(0.999).addcmul_(g, g, value=0.001)
                size = (v / (1 - 0.999**self._n)).sqrt_().add_(1e-8)
                own.addcdiv_(m, size, value=-self._rate / (1 - 0.9**self._n))


def _overfit(
    model: nn.Module, loss: Loss, x: Tensor, y: Tensor, *, rate: float, enough: float = -math.inf
) -> tuple[float, ...]:
    """Losses of a copy, without dropout, trained on one small batch until they are low enough."""
    twin = copy.deepcopy(model).train()
    for module in twin.modules():
        if isinstance(module, (nn.Dropout, nn.AlphaDropout)):
            module.eval()
    optimizer = _Adam(list(twin.parameters()), rate)
    losses = []
    for _ in range(OVERFIT_STEPS):
        value = loss(twin(x), y)
        optimizer.step(value)
        losses.append(float(value.detach()))
        if losses[-1] <= enough:
            break
    return tuple(losses)


def _best_loss(loss: Loss, start: Tensor, y: Tensor, x: Tensor) -> float:
    """Loss of the outputs that suit these very targets best, one output for equal inputs."""
    group = torch.unique(x.flatten(1), dim=0, return_inverse=True)[1]
    free = start.repeat(int(group.max()) + 1, 1).requires_grad_()
    optimizer = _Adam([free], 0.1)
    value = loss(free[group], y)
    for _ in range(100):
        value = loss(free[group], y)
        optimizer.step(value)
    return float(value.detach())

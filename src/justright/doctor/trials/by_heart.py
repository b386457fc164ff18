"""Learn one small batch by heart: what Adam makes of a copy, and what can be learnt at all."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from justright.doctor.trials.clock import now_s
from justright.doctor.trials.copied import copied

SMALL_BATCH = 32  # rows to overfit; karpathy2019 asks for "as little as two", a batch says more
OVERFIT_STEPS = 120  # a network that can overfit 32 rows does so within these (house run)
# Adam; high, since only the training loss of one batch counts; the second where the first does
# not learn it: it may throw a wide network to where its activations are flat.
OVERFIT_RATES = (0.01, 0.001)
LEARNT = 0.1  # of what can be learnt: the batch is as good as known by heart
BEST_STEPS = 100  # steps to the best outputs; Adam at 0.1 is there by then (house run)

DROPOUTS = (
    nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout
)  # fmt: skip


class Adam:
    """Adam (Kingma and Ba 2015). To make one of torch's imports its compiler: seconds.

    Args:
        parameters: What it moves; those that ask for no gradient stay.
        rate: Learning rate.

    Example:
        >>> place = torch.ones(1, requires_grad=True)
        >>> Adam([place], 0.5).step(place.square().sum())
        >>> place.detach()
        tensor([0.5000])
    """

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


def without_dropout(model: nn.Module) -> nn.Module:
    """Put every dropout layer of a model out of action, and give the model back."""
    for module in model.modules():
        if isinstance(module, DROPOUTS):
            module.eval()
    return model


def learnt(
    model: nn.Module,
    loss: Callable[[nn.Module], Tensor],
    enough: float,
    *,
    rates: Sequence[float] = OVERFIT_RATES,
    until: float = math.inf,
) -> tuple[tuple[float, ...], nn.Module]:
    """Train copies on one batch, at the rate that comes lowest.

    Args:
        model: The network; it is left as it is.
        loss: From a copy to its loss on the batch.
        enough: Loss that is low enough to stop.
        rates: Learning rates to try, in this order, until one comes as low.
        until: Moment of `now_s` to stop at, in seconds.

    Returns:
        Losses while it was trained, and the copy that was.
    """
    best: tuple[tuple[float, ...], nn.Module] | None = None
    for rate in rates:
        twin = without_dropout(copied(model).train())
        losses = _overfit(twin, loss, rate=rate, enough=enough, until=until)
        if best is None or lowest(losses) < lowest(best[0]):
            best = losses, twin
        if losses[-1] <= enough or now_s() > until:
            break
    assert best is not None, "at least one rate"
    return best


def lowest(losses: Sequence[float]) -> float:
    """The lowest finite loss; infinite where none is.

    Example:
        >>> lowest((2.0, float("nan")))
        2.0
    """
    return min((value for value in losses if math.isfinite(value)), default=math.inf)


def _overfit(
    twin: nn.Module,
    loss: Callable[[nn.Module], Tensor],
    *,
    rate: float,
    enough: float,
    until: float,
) -> tuple[float, ...]:
    optimizer = Adam(list(twin.parameters()), rate)
    losses = []
    for _ in range(OVERFIT_STEPS):
        value = loss(twin)
        optimizer.step(value)
        losses.append(float(value.detach()))
        if losses[-1] <= enough or now_s() > until:
            break
    return tuple(losses)


def best_loss(loss: Callable[[Tensor], Tensor], start: Tensor, groups: Tensor) -> float:
    """Loss of the outputs that suit these very targets best, one output for each group of rows.

    Args:
        loss: From outputs to the mean loss.
        start: Output to begin with, shape (outputs, …).
        groups: Group of each row, whole numbers from 0. Shape (batch,).

    Example:
        >>> y = torch.tensor([[0.0], [2.0]])
        >>> def mean_square(free):
        ...     return (free - y).square().mean()
        >>> round(best_loss(mean_square, torch.zeros(1), torch.zeros(2, dtype=torch.long)), 2)
        1.0
    """
    free = start.repeat(int(groups.max()) + 1, *[1] * start.ndim).requires_grad_()
    optimizer = Adam([free], 0.1)
    value = loss(free[groups])
    for _ in range(BEST_STEPS):
        value = loss(free[groups])
        optimizer.step(value)
    return float(value.detach())


def equal_rows(x: Tensor) -> Tensor:
    """Group of each row: equal rows are in the same one. Shape (batch,).

    Example:
        >>> equal_rows(torch.tensor([[1.0], [2.0], [1.0]]))
        tensor([0, 1, 0])
    """
    groups: Tensor = torch.unique(x.flatten(1), dim=0, return_inverse=True)[1]
    return groups

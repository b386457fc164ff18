"""Plain PyTorch, as quick as a careful user writes it: networks, optimizers and their loop."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from justright.nets.plain import activation

N_ROWS, N_INPUTS, N_CLASSES = 1_000, 32, 4  # training rows, as in population.py
RATE, WEIGHT_DECAY = 1e-3, 0.01

Logits = Callable[[Tensor], Tensor]


@dataclass(slots=True)
class Side:
    """One side of a comparison: a call does its work and hands back the member-steps done.

    Attributes:
        work: Trains, and hands back the member-steps done and the trained networks.
        nets: The networks that the last call trained, each from rows to logits.
    """

    work: Callable[[], tuple[int, Sequence[Logits]]]
    nets: Sequence[Logits] = field(default_factory=tuple)

    def __call__(self) -> int:
        steps, self.nets = self.work()
        return steps


def rows(seed: int = 0) -> tuple[Tensor, Tensor]:
    """Training rows whose classes can be learned: inputs and labels."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(N_ROWS, N_INPUTS, generator=generator)
    return x, (x @ torch.randn(N_INPUTS, N_CLASSES, generator=generator)).argmax(1)


def plain_net(width: int, depth: int, word: str = "relu") -> nn.Sequential:
    """Linear layers and activations, and nothing else: the quickest form torch.nn has."""
    layers: list[nn.Module] = []
    for fan_in in [N_INPUTS, *[width] * (depth - 1)]:
        layers += [nn.Linear(fan_in, width), activation(word)]
    return nn.Sequential(*layers, nn.Linear(width, N_CLASSES))


def quickest(word: str, net: nn.Module, rate: float = RATE) -> torch.optim.Optimizer:
    """An optimizer in its quickest form on a CPU: fused, or by lists where torch has no fused one.

    Args:
        word: "sgd" (with momentum), "adam", "adamw" or "rmsprop".
        net: What it updates.
        rate: Its learning rate.
    """
    parameters = list(net.parameters())
    if word == "sgd":
        return torch.optim.SGD(parameters, rate, momentum=0.9, fused=True)
    if word == "adam":
        return torch.optim.Adam(parameters, rate, fused=True)
    if word == "adamw":
        return torch.optim.AdamW(parameters, rate, weight_decay=WEIGHT_DECAY, fused=True)
    if word == "rmsprop":
        return torch.optim.RMSprop(parameters, rate, foreach=True)
    raise ValueError(f"no optimizer {word=}: sgd, adam, adamw, rmsprop")


def mixed(n_nets: int, seed: int = 0) -> tuple[list[nn.Module], list[torch.optim.Optimizer]]:
    """Networks that differ in width, depth, activation and optimizer, as in a search."""
    with seeded(seed):
        nets: list[nn.Module] = [
            plain_net((16, 32, 64)[i % 3], 2 + i % 2, ("relu", "tanh", "gelu", "silu")[i // 2 % 4])
            for i in range(n_nets)
        ]
    words = ("adamw", "adam", "rmsprop", "sgd")
    rates = {"sgd": 0.01}
    words_of = [words[i % len(words)] for i in range(n_nets)]
    return nets, [
        quickest(w, net, rates.get(w, RATE)) for w, net in zip(words_of, nets, strict=True)
    ]


def alike(n_nets: int, width: int, depth: int, seed: int = 0) -> list[nn.Module]:
    """Networks of one shape that differ in their weights."""
    nets: list[nn.Module] = []
    for i in range(n_nets):
        with seeded(seed + i):
            nets.append(plain_net(width, depth))
    return nets


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let torch draw from `seed` inside, and as if nothing had been drawn afterwards."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def plain_loops(
    nets: Sequence[nn.Module],
    optimizers: Sequence[torch.optim.Optimizer],
    x: Tensor,
    y: Tensor,
    batch: int,
    *,
    epochs: int = 1,
    seed: int = 0,
) -> Side:
    """Plain PyTorch, as quick as a careful user writes it; a call trains each network on.

    A network runs through its epochs before the next one starts, which keeps its weights in the
    cache, and its rows are shuffled once an epoch and cut in views, which saves a look-up a step.
    Whole batches only: rows that fill none are left for another epoch.

    Args:
        nets: Any modules from rows to logits.
        optimizers: One for each.
        x: Training rows, shape (rows, inputs).
        y: Their classes, shape (rows,).
        batch: Examples per step.
        epochs: Passes of each network in a call.
        seed: Seed of the shuffling, which differs by network and epoch.
    """
    loss, generator = nn.CrossEntropyLoss(), torch.Generator().manual_seed(seed)
    n_used = len(x) // batch * batch

    def work() -> tuple[int, Sequence[Logits]]:
        for net, optimizer in zip(nets, optimizers, strict=True):
            for _ in range(epochs):
                order = torch.randperm(len(x), generator=generator)[:n_used]
                for part, target in zip(x[order].split(batch), y[order].split(batch), strict=True):
                    optimizer.zero_grad(set_to_none=True)
                    loss(net(part), target).backward()
                    optimizer.step()
        return len(nets) * epochs * (n_used // batch), nets

    return Side(work)

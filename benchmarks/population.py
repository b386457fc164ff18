"""How much faster do members train as one population than one after the other in plain PyTorch?

Both sides make the same AdamW steps on the same nets and batches (the equivalence test says so), on
one thread each, in turn within one run, so that the ratio means something on a shared machine.

    python benchmarks/population.py [--members 32] [--seconds 1.0]
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from justright.kinds import Member, View
from justright.nets.plain import DenseNet
from justright.nets.spec import DenseSpec
from justright.train.dataset import Dataset
from justright.train.population import Population
from justright.train.recipe import Recipe
from justright.train.threads import threads

N_ROWS, N_INPUTS, N_CLASSES, DEPTH = 2_000, 32, 4, 3
ROUNDS = 3  # each side is measured in turn; the median of the ratios is printed

#: Width, batch size.
CASES = ((16, 32), (32, 32), (64, 32), (128, 32), (256, 32), (32, 256), (128, 256))


def spec_of(width: int) -> DenseSpec:
    return DenseSpec(
        n_numeric=N_INPUTS,
        n_plain=0,
        cardinalities=(),
        n_outputs=N_CLASSES,
        depth=DEPTH,
        width=width,
    )


def data() -> Dataset:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(N_ROWS, N_INPUTS, generator=generator)
    y = torch.randint(0, N_CLASSES, (N_ROWS,), generator=generator)
    return Dataset(task="multiclass", x=x, y=y, n_classes=N_CLASSES)


def together(width: int, batch: int, n_members: int, rows: Dataset) -> Callable[[], None]:
    """One step of every member, batched."""
    index = np.arange(N_ROWS)
    view = View(train=index[: N_ROWS // 2], validation=index[N_ROWS // 2 :])
    members = [
        Member(seed=s, order_seed=s, view=view, learning_rate=1e-3, weight_decay=0.01)
        for s in range(n_members)
    ]
    recipe = Recipe(loss="cross_entropy", batch_size=batch, epoch_steps=1, total_steps=1)
    population = Population(spec_of(width), recipe, members, rows)
    return lambda: void(population.step(population.rate, population.momentum))


def alone(width: int, batch: int, n_members: int, rows: Dataset) -> Callable[[], None]:
    """One step of every member, one after the other, with torch.nn and fused AdamW."""
    nets = [DenseNet(spec_of(width)) for _ in range(n_members)]
    optimizers = [
        torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.01, fused=True) for net in nets
    ]
    loss, generator = nn.CrossEntropyLoss(), torch.Generator().manual_seed(0)

    def step() -> None:
        for net, optimizer in zip(nets, optimizers, strict=True):
            index = torch.randint(0, N_ROWS // 2, (batch,), generator=generator)
            optimizer.zero_grad()
            loss(net(rows.x[index]), rows.y[index]).backward()
            optimizer.step()

    return step


def void(_: object) -> None:
    pass


def steps_per_s(step: Callable[[], None], seconds: float) -> float:
    for _ in range(3):
        step()
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        step()
        done += 1
    return done / (time.perf_counter() - start)


def flops(width: int, batch: int, n_members: int) -> float:
    """Multiplications and additions of one step: forward, and twice that backward."""
    weights = sum(a * b for a, b in spec_of(width).fans)
    return 6.0 * weights * batch * n_members


def peak_flops(seconds: float) -> float:
    """What one large matrix product reaches on one thread."""
    a = torch.randn(1024, 1024)
    return steps_per_s(lambda: void(a @ a), seconds) * 2 * 1024**3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    rows = data()
    print(f"{options.members} members, {DEPTH} hidden layers, {N_INPUTS} inputs, one thread\n")
    print("| width | batch | population, member steps/s | plain loops | ratio | share of peak |")
    print("|---|---|---|---|---|---|")
    with threads(1):
        for width, batch in CASES:
            one = together(width, batch, options.members, rows)
            other = alone(width, batch, options.members, rows)
            rates = [
                (steps_per_s(one, options.seconds), steps_per_s(other, options.seconds))
                for _ in range(ROUNDS)
            ]
            ratio = statistics.median(a / b for a, b in rates)
            mine = statistics.median(a for a, _ in rates)
            plain = statistics.median(b for _, b in rates)
            share = mine * flops(width, batch, options.members) / peak_flops(options.seconds)
            print(
                f"| {width} | {batch} | {mine * options.members:,.0f} |"
                f" {plain * options.members:,.0f} | {ratio:.1f} × | {share:.0%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()

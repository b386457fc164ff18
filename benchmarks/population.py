"""How much faster do members train as one population than one after the other?

Against plain PyTorch loops as quick as a careful user writes them (loops.py), against Lightning,
skorch and Keras (rivals.py), and against scikit-learn's cross-validation. Both sides train the same
networks on batches of the same size, on one thread each, in turn within one run. Processor time is
measured, as foreign work on a shared machine moves it least.

    python benchmarks/population.py [--members 32] [--seconds 1.0] [--only loops,grid,...]
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from loops import N_CLASSES, N_INPUTS, plain_loops, quickest, rows
from torch import nn

from justright.kinds import View
from justright.nets.plain import activation
from justright.nets.spec import DenseSpec
from justright.nets.work import products_alone
from justright.train.dataset import Dataset
from justright.train.member import Member
from justright.train.population import TURN_STEPS, Population
from justright.train.threads import threads

ROUNDS = 5  # each side is measured in turn; the median of the ratios is printed
GRID_WIDTHS, GRID_BATCHES = (16, 64, 128, 256, 512), (16, 64, 512)
MIXED_WIDTHS, MIXED_DEPTHS = (16, 32, 64, 128), (1, 2, 3, 4)
MIXED_ACTIVATIONS = ("relu", "tanh", "gelu", "silu", "elu")
MIXED_OPTIMIZERS = ("adamw", "adam", "sgd", "rmsprop")


def spec_of(width: int, depth: int = 3, **more: object) -> DenseSpec:
    return DenseSpec(
        n_numeric=N_INPUTS,
        n_plain=0,
        cardinalities=(),
        n_outputs=N_CLASSES,
        depth=depth,
        width=width,
        **more,  # type: ignore[arg-type]
    )


def data() -> Dataset:
    x, y = rows()
    return Dataset(task="multiclass", x=x, y=y, n_classes=N_CLASSES)


def member_of(spec: DenseSpec, i: int, batch: int, n_rows: int, **more: object) -> Member:
    index = np.arange(n_rows)
    return Member(
        spec=spec,
        view=View(train=index, validation=index[:100]),
        seed=i,
        order_seed=i,
        batch_size=batch,
        epoch_steps=10**9,
        total_steps=10**9,
        loss="cross_entropy",
        weight_decay=0.01,
        **{"learning_rate": 1e-3, "optimizer": "adamw"} | more,  # type: ignore[arg-type]
    )


def sequential(spec: DenseSpec, dropout: float = 0.0) -> nn.Sequential:
    """The same network in torch.nn's quickest form."""
    layers: list[nn.Module] = []
    for fan_in, fan_out in spec.fans[:-1]:
        layers.append(nn.Linear(fan_in, fan_out, bias=spec.hidden_bias))
        if spec.normalisation == "batch":
            layers.append(nn.BatchNorm1d(fan_out))
        layers.append(activation(spec.activation))
        if dropout:
            layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers, nn.Linear(*spec.fans[-1]))


def mixed_members(n: int, batch: int, n_rows: int) -> list[Member]:
    """Members that differ in every lever, drawn at random."""
    draw = np.random.default_rng(0).choice
    return [
        member_of(
            spec_of(
                int(draw(MIXED_WIDTHS)),
                int(draw(MIXED_DEPTHS)),
                activation=str(draw(MIXED_ACTIVATIONS)),
                normalisation=str(draw(["none", "batch"])),
            ),
            i,
            batch,
            n_rows,
            optimizer=str(draw(MIXED_OPTIMIZERS)),
            dropout=float(draw([0.0, 0.2])),
            learning_rate=float(draw([1e-3, 3e-3])),
        )
        for i in range(n)
    ]


def together(members: Sequence[Member], held: Dataset) -> Callable[[], int]:
    population = Population(members, held)

    def steps() -> int:
        population.step(TURN_STEPS)  # as many as a turn of a training has
        return TURN_STEPS * len(members)

    return steps


def alone(members: Sequence[Member], held: Dataset) -> Callable[[], int]:
    nets = [sequential(m.spec, m.dropout) for m in members]  # type: ignore[arg-type]
    optimizers = [
        quickest(m.optimizer, net, m.learning_rate) for m, net in zip(members, nets, strict=True)
    ]
    return plain_loops(nets, optimizers, held.x, held.y, members[0].batch_size)


def steps_per_s(side: Callable[[], int], seconds: float) -> float:
    """Member-steps a second of processor time."""
    done, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        done += side()
    return done / (time.process_time() - start)


def compared(
    one: Callable[[], int], other: Callable[[], int], seconds: float
) -> tuple[float, float, float]:
    """Member-steps a second of both sides, and the median of their ratios round by round."""
    one(), other()
    pairs = [(steps_per_s(one, seconds), steps_per_s(other, seconds)) for _ in range(ROUNDS)]
    ratio = statistics.median(a / b for a, b in pairs)
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), ratio


def flops(members: Sequence[Member]) -> float:
    """Multiplications and additions of a member's step, on average: forward, twice that back."""
    return statistics.fmean(6.0 * products_alone(m.spec) * m.batch_size for m in members)


def peak_flops(seconds: float) -> float:
    """What one large matrix product reaches on one thread."""
    a = torch.randn(1024, 1024)

    def product() -> int:
        torch.mm(a, a)
        return 1

    return steps_per_s(product, seconds) * 2 * 1024**3


def line(name: str, members: Sequence[Member], held: Dataset, seconds: float) -> float:
    mine, plain, ratio = compared(together(members, held), alone(members, held), seconds)
    share = mine * flops(members) / peak_flops(seconds)
    print(f"| {name} | {mine:,.0f} | {plain:,.0f} | {ratio:.1f} × | {share:.0%} |", flush=True)
    return ratio


def loops(n: int, seconds: float) -> None:
    """Three kinds of population against plain loops."""
    held = data()
    print("\n| work | population, member-steps/s | plain loops | ratio | share of peak |")
    print("|---|---|---|---|---|")
    for width in (16, 32, 64, 128):
        members = [member_of(spec_of(width), i, 32, len(held.x)) for i in range(n)]
        line(f"3 × {width}, batch 32", members, held, seconds)
    rates = [member_of(spec_of(64), i, 32, len(held.x), learning_rate=1e-4 * 1.2**i)
             for i in range(n)]  # fmt: skip
    line("3 × 64, batch 32, each its own rate", rates, held, seconds)
    for many in (n, 4 * n, 8 * n):
        members = mixed_members(many, 32, len(held.x))
        line(f"mixed in every lever, {many} members, batch 32", members, held, seconds)


def grid(n: int, seconds: float) -> None:
    """Any width and any batch."""
    held = data()
    print("\n| width | batch | population, member-steps/s | plain loops | ratio | share of peak |")
    print("|---|---|---|---|---|---|")
    worst = float("inf")
    for width in GRID_WIDTHS:
        for batch in GRID_BATCHES:
            members = [member_of(spec_of(width), i, batch, len(held.x)) for i in range(n)]
            worst = min(worst, line(f"{width} | {batch}", members, held, seconds))
    print(f"\nworst ratio: {worst:.2f} ×")


def frameworks(n: int, seconds: float) -> None:
    """Training frameworks, one network at a time."""
    from rivals import keras_nets, lightning_trainer, skorch_nets

    x, y = rows()
    held = Dataset(task="multiclass", x=x, y=y, n_classes=N_CLASSES)
    members = [member_of(spec_of(32), i, 32, len(x)) for i in range(n)]
    print("\n| against | population, member-steps/s | theirs | ratio |")
    print("|---|---|---|---|")
    for name, build in (
        ("Lightning", lightning_trainer), ("skorch", skorch_nets), ("Keras 3", keras_nets)
    ):  # fmt: skip
        other = build(2, 32, 3, 32, x, y, epochs=5)
        mine, theirs, ratio = compared(together(members, held), other, seconds)
        print(f"| {name} | {mine:,.0f} | {theirs:,.0f} | {ratio:.1f} × |", flush=True)


def validation(epochs: int = 20) -> None:
    """5 folds × 4 repeats on digits against scikit-learn's MLPClassifier, to the end."""
    from rivals import digits, sklearn_cross_validation

    from justright.data.views import k_fold

    x, y = digits()
    hidden, batch = (64, 64), 32
    theirs = sklearn_cross_validation(x, y, hidden, epochs, batch=batch)
    x = ((x - x.mean(0)) / (x.std(0) + 1e-6)).astype(np.float32)
    held = Dataset(task="multiclass", x=torch.from_numpy(x), y=torch.from_numpy(y), n_classes=10)
    spec = DenseSpec(
        n_numeric=x.shape[1], n_plain=0, cardinalities=(), n_outputs=10, depth=2, width=64
    )
    epoch = -(-len(x) * 4 // 5 // batch)

    def mine() -> float:
        members = [
            Member(spec=spec, view=view, seed=i, order_seed=i, batch_size=batch,
                   epoch_steps=epochs * epoch, total_steps=epochs * epoch, loss="cross_entropy",
                   learning_rate=1e-3, optimizer="adam")
            for i, view in enumerate(k_fold(len(x), 5, repeats=4, seed=0, y=y))
        ]  # fmt: skip
        return statistics.fmean(Population(members, held).run().scores)

    pairs = []
    for _ in range(3):
        start = time.process_time()
        log_loss = mine()
        middle = time.process_time()
        found = theirs()
        pairs.append((middle - start, time.process_time() - middle))
    ratio = statistics.median(b / a for a, b in pairs)
    print(
        f"\n5 folds × 4 repeats on digits, {epochs} epochs, 64-64: population"
        f" {pairs[-1][0]:.1f} s (log-loss {log_loss:.3f}),"
        f" cross_val {pairs[-1][1]:.1f} s (accuracy {np.mean(found.scores):.3f}): {ratio:.1f} ×"
    )


def growth(n: int, seconds: float) -> None:
    """Cost in members, steps and rows at 1, 4 and 16 times as many."""
    held = data()
    print("\n| times | seconds, members | seconds, steps | seconds, rows (an evaluation) |")
    print("|---|---|---|---|")
    for times in (1, 4, 16):
        more = together([member_of(spec_of(32), i, 32, 1000) for i in range(8 * times)], held)
        few = together([member_of(spec_of(32), i, 32, 1000) for i in range(8)], held)
        large = Dataset(
            task="multiclass", x=held.x.repeat(times, 1), y=held.y.repeat(times), n_classes=4
        )
        index = np.arange(len(large.x))
        looks = Population(
            [
                Member(spec=spec_of(32), view=View(train=index, validation=index), seed=i,
                       order_seed=i, batch_size=32, epoch_steps=1, total_steps=10,
                       loss="cross_entropy", learning_rate=1e-3)
                for i in range(8)
            ],
            large,
        )  # fmt: skip
        timed = [
            seconds_of(lambda more=more: [more() for _ in range(2)]),
            seconds_of(lambda few=few, times=times: [few() for _ in range(2 * times)]),
            seconds_of(lambda looks=looks: [looks.scores() for _ in range(5)]),
        ]
        print(f"| {times} | " + " | ".join(f"{t:.3f}" for t in timed) + " |", flush=True)


def memory(n: int, _: float) -> None:
    """Peak memory of a training against what the planner says: buckets and the data once."""
    code = (
        "import torch, sys, pathlib; sys.path[:0] = ['benchmarks', '.']; import population as b;"
        "torch.set_num_threads(1); held = b.large(); members = b.{maker};"
        "b.Population(members[:1], held, together=1).step(2);"
        "status = pathlib.Path('/proc/self/status');"  # resource's peak is the parent's at first
        "peak = lambda: int(status.read_text().split('VmHWM:')[1].split()[0]) * 1024;"
        "before = peak(); p = b.Population(members, held, together=10**6); p.step(20);"
        "p.scores(); print(peak() - before, sum(k.n_bytes for k in p.buckets), held.x.nbytes)"
    )
    print("\n| members | grew by | planned | data once | grown / planned |")
    print("|---|---|---|---|---|")
    for name, maker in (
        (f"{8 * n} of 3 × 64", f"wide({8 * n}, 64, held)"),
        (f"{n} of 3 × 512", f"wide({n}, 512, held)"),
        (f"{8 * n} mixed", f"mixed_members({8 * n}, 32, len(held.x))"),
    ):
        run = [sys.executable, "-c", code.format(maker=maker)]
        found = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
        grew, planned, rows_once = (int(v) / 2**20 for v in found)
        print(
            f"| {name} | {grew:.0f} MB | {planned:.0f} MB | {rows_once:.0f} MB |"
            f" {grew / planned:.2f} × |",
            flush=True,
        )


def large() -> Dataset:
    """100,000 rows."""
    x, y = rows()
    return Dataset(task="multiclass", x=x.repeat(100, 1), y=y.repeat(100), n_classes=N_CLASSES)


def wide(n: int, width: int, held: Dataset) -> list[Member]:
    return [member_of(spec_of(width), i, 32, len(held.x)) for i in range(n)]


def seconds_of(work: Callable[[], object]) -> float:
    work()
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each measurement")
    parser.add_argument("--only", default="loops,grid,frameworks,validation,growth,memory")
    options = parser.parse_args()
    n, seconds = options.members, options.seconds
    parts: dict[str, Callable[[], None]] = {
        "loops": lambda: loops(n, seconds),
        "grid": lambda: grid(n, seconds),
        "frameworks": lambda: frameworks(n, seconds),
        "validation": validation,
        "growth": lambda: growth(n, seconds),
        "memory": lambda: memory(n, seconds),
    }
    print(f"{n} members, {N_INPUTS} inputs, one thread")
    with threads(1):
        for name in options.only.split(","):
            parts[name]()


if __name__ == "__main__":
    main()

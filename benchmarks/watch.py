"""What watching a training costs: time of a step, of the start, and memory.

    python benchmarks/watch.py [--seconds 4] [--only "MLP 0.5 ms"]

Blocks of the same training, watched and not, alternate in one process; the figures are medians
over pairs of blocks, of processor time, so that a busy machine disturbs both alike. Memory is the
highest resident memory of a process of its own.
"""

import argparse
import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from statistics import median

import torch
from torch import Tensor, nn

import justright
from justright.doctor.record.recorder import Recorder

START_STEPS = 20  # told apart: the first steps are looked at closely, whatever they cost
FEWEST_STEPS = 60
SHORT_STEPS = 200  # of the training that the column "200 steps" speaks of
DOORS = ("watch", "check")

Step = Callable[[], None]


class Block(nn.Module):
    """A residual block of two convolutions."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.inner(x))


class Series(nn.Module):
    """An LSTM that answers after the last place."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = nn.LSTM(16, 64, batch_first=True), nn.Linear(64, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.lstm(x)[0][:, -1])


class Words(nn.Module):
    """A transformer that answers from the mean of its places."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(1_000, 64)
        layer = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)
        self.encoder, self.head = nn.TransformerEncoder(layer, 2), nn.Linear(64, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.encoder(self.embedding(x)).mean(1))


def mlp(width: int, depth: int) -> nn.Module:
    hidden = [part for _ in range(depth) for part in (nn.Linear(width, width), nn.ReLU())]
    return nn.Sequential(nn.Linear(20, width), nn.ReLU(), *hidden, nn.Linear(width, 4))


def resnet(width: int, blocks: int) -> nn.Module:
    first = nn.Conv2d(3, width, 3, padding=1)
    body = [Block(width) for _ in range(blocks)]
    return nn.Sequential(first, *body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 4))


def rows(*shape: int) -> Tensor:
    return torch.randn(shape)


#: Name, network, inputs.
CASES: dict[str, tuple[Callable[[], nn.Module], Callable[[], Tensor]]] = {
    "MLP, tiny": (lambda: mlp(32, 1), lambda: rows(32, 20)),
    "MLP, small": (lambda: mlp(128, 4), lambda: rows(128, 20)),
    "MLP, middle": (lambda: mlp(256, 6), lambda: rows(256, 20)),
    "conv net, small": (lambda: resnet(16, 3), lambda: rows(8, 3, 16, 16)),
    "conv net, large": (lambda: resnet(32, 8), lambda: rows(8, 3, 24, 24)),
    "LSTM": (Series, lambda: rows(32, 20, 16)),
    "transformer": (Words, lambda: torch.randint(0, 1_000, (16, 24))),
}


def training(name: str) -> tuple[nn.Module, torch.optim.Optimizer, Step]:
    """A training, ready to step."""
    torch.manual_seed(0)
    make, draw = CASES[name]
    net = make()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    data = [(x := draw(), torch.randint(0, 4, (len(x),))) for _ in range(16)]
    batches = _forever(data)
    loss = nn.CrossEntropyLoss()

    def step() -> None:
        x, y = next(batches)
        optimizer.zero_grad()
        loss(net(x), y).backward()
        optimizer.step()

    return net, optimizer, step


def _forever(data: list[tuple[Tensor, Tensor]]) -> Iterator[tuple[Tensor, Tensor]]:
    while True:
        yield from data


@contextmanager
def watched(door: str, net: nn.Module, optimizer: torch.optim.Optimizer) -> Iterator[None]:
    """A training behind one of the doors."""
    if door == "watch":
        with justright.watch(net, optimizer):
            yield
        return
    recorder = Recorder(door="check")
    recorder.attach()
    try:
        yield
    finally:
        recorder.detach()


def block(name: str, door: str | None, n_steps: int) -> tuple[float, float]:
    """Processor time of one training: of its start, and of a step after it, seconds."""
    net, optimizer, step = training(name)
    gc.collect()
    began = time.process_time()
    with watched(door, net, optimizer) if door else nullcontext():
        for _ in range(START_STEPS):
            step()
        middle = time.process_time()
        for _ in range(n_steps - START_STEPS):
            step()
        end = time.process_time()
    return middle - began, (end - middle) / (n_steps - START_STEPS)


def time_row(name: str, door: str, seconds: float) -> str:
    """A line of the table of times."""
    block(name, door, FEWEST_STEPS)
    _, step_s = block(name, None, FEWEST_STEPS)
    n_steps = max(FEWEST_STEPS, round(min(2.0, seconds / 6) / step_s))
    shares, starts, steps, pairs = [], [], [], 0
    began = time.perf_counter()
    while pairs < 5 or time.perf_counter() - began < seconds:
        order = (door, None) if pairs % 2 else (None, door)
        seen = {own: block(name, own, n_steps) for own in order}
        (with_start, with_step), (start, plain) = seen[door], seen[None]
        starts.append(with_start - start)
        shares.append(with_step / plain - 1)
        steps.append(plain)
        pairs += 1
    share, start_s, step_s = median(shares), median(starts), median(steps)
    short = (start_s + share * step_s * (SHORT_STEPS - START_STEPS)) / (SHORT_STEPS * step_s)
    return (
        f"{name:16} {door:6} {1e3 * step_s:8.2f} {1e3 * start_s:9.1f} {100 * share:8.1f}"
        f" {100 * short:11.1f} {pairs:6}"
    )


def peak_bytes(name: str, door: str | None, n_steps: int) -> int:
    """Highest resident memory of one training in a process of its own."""
    call = f"import watch; watch.hold({name!r}, {door!r}, {n_steps})"
    done = subprocess.run(
        [sys.executable, "-c", call],
        cwd=os.path.dirname(os.path.abspath(__file__)),
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def hold(name: str, door: str | None, n_steps: int) -> None:
    """Train, and print the highest resident memory, bytes."""
    net, optimizer, step = training(name)
    with watched(door, net, optimizer) if door else nullcontext():
        for _ in range(n_steps):
            step()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def memory_row(name: str, door: str, n_steps: int = 150, repeats: int = 3) -> str:
    """A line of the table of memory."""
    plain = median(peak_bytes(name, None, n_steps) for _ in range(repeats))
    ours = median(peak_bytes(name, door, n_steps) for _ in range(repeats))
    return f"{name:16} {door:6} {plain / 2**20:9.0f} {(ours - plain) / 2**20:9.1f}"


def main() -> None:
    """Print both tables."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=float, default=12.0, help="for each line")
    words.add_argument("--only", default="", help="names that hold these letters")
    words.add_argument("--doors", nargs="+", default=DOORS, choices=DOORS)
    words.add_argument("--no-memory", action="store_true")
    given = words.parse_args()
    torch.set_num_threads(1)
    names = [name for name in CASES if given.only in name]
    print("network          door    step, ms start, ms  step, %  200 steps, %  pairs")
    for name in names:
        for door in given.doors:
            print(time_row(name, door, given.seconds), flush=True)
    if given.no_memory:
        return
    print("\nnetwork          door    peak, MB  more, MB")
    for name in names:
        for door in given.doors:
            print(memory_row(name, door), flush=True)


if __name__ == "__main__":
    main()

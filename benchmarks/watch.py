"""What watching a training costs: time of a step, of the start, and memory.

    python benchmarks/watch.py [--seconds 30] [--only MLP]

One training goes on in one process, watched and unwatched in turns of a few steps. "each step" is
the lower quartile of the processor time of watched steps over that of the others, so that a busy
machine disturbs both alike; "looks" is what the closer looks at single steps took by the
recorder's own clock, as a share of the watched time. The clock by which looks are rationed runs
in both turns, so their share is up to twice what it is in a training that is watched throughout.
Memory is the highest resident memory of a process of its own.
"""

import argparse
import gc
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median, quantiles

import torch
from torch import Tensor, nn

from justright.doctor.record.recorder import Recorder

START_STEPS = 20  # told apart: the first steps are looked at closely, whatever they cost
SETTLE_STEPS = 400  # before a step counts as one of the long run, or as many as SETTLE_S holds
SETTLE_S = 6.0
TURN_S = 0.02  # of a turn, and at least so many steps:
TURN_STEPS = 5
STARTS = 3  # trainings whose starts are timed
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
def watched(door: str, net: nn.Module, optimizer: torch.optim.Optimizer) -> Iterator[Recorder]:
    """A training behind one of the doors."""
    recorder = Recorder(door=door)
    if door == "watch":
        recorder.watch([net], [optimizer])
    else:
        recorder.attach()
    try:
        yield recorder
    finally:
        recorder.detach()


def start_s(name: str, door: str | None) -> float:
    """Processor time of the start of a training, seconds."""
    net, optimizer, step = training(name)
    gc.collect()
    began = time.process_time()
    with watched(door, net, optimizer) if door else nullcontext():
        for _ in range(START_STEPS):
            step()
        return time.process_time() - began


def turn(step: Step, n_steps: int) -> list[float]:
    """Processor time of each step of a turn, seconds; the first one is not counted."""
    step()
    times = []
    for _ in range(n_steps):
        began = time.process_time_ns()
        step()
        times.append((time.process_time_ns() - began) / 1e9)
    return times


def time_row(name: str, door: str, seconds: float) -> str:
    """A line of the table of times."""
    starts = [start_s(name, door) - start_s(name, None) for _ in range(STARTS)]
    net, optimizer, step = training(name)
    plain_s = median(turn(step, START_STEPS))
    n_steps = max(TURN_STEPS, round(TURN_S / plain_s))
    with watched(door, net, optimizer) as recorder:
        turn(step, min(SETTLE_STEPS, round(SETTLE_S / plain_s)))
        looks_s = recorder.looks_s
        times: dict[bool, list[float]] = {True: [], False: []}
        began, whole_s, on = time.perf_counter(), 0.0, True
        while time.perf_counter() - began < seconds:
            own = time.perf_counter()
            times[on] += turn(step, n_steps)
            whole_s += (time.perf_counter() - own) * on
            on = not on
            if on:
                recorder.attach()
            else:
                recorder.detach()
        looks = (recorder.looks_s - looks_s) / whole_s
    quartiles = {on: quantiles(own)[0] for on, own in times.items()}
    each = quartiles[True] / quartiles[False] - 1
    return (
        f"{name:16} {door:6} {1e3 * quartiles[False]:8.2f} {100 * each:9.1f} {100 * looks:7.2f}"
        f" {1e3 * median(starts):9.1f} {len(times[True]):6}"
    )


def peak_bytes(name: str, door: str | None, n_steps: int) -> int:
    """Highest resident memory of one training in a process of its own."""
    call = f"import watch; watch.hold({name!r}, {door!r}, {n_steps})"
    done = subprocess.run(
        [sys.executable, "-c", call],
        cwd=Path(__file__).parent,
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
    # Not `getrusage`, whose highest value a process takes over from the one that started it.
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) * 1024)


def memory_row(name: str, door: str, n_steps: int = 150, repeats: int = 3) -> str:
    """A line of the table of memory."""
    plain = median(peak_bytes(name, None, n_steps) for _ in range(repeats))
    ours = median(peak_bytes(name, door, n_steps) for _ in range(repeats))
    return f"{name:16} {door:6} {plain / 2**20:9.0f} {(ours - plain) / 2**20:9.1f}"


def main() -> None:
    """Print both tables."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=float, default=30.0, help="for each line")
    words.add_argument("--only", default="", help="names that hold these letters")
    words.add_argument("--doors", nargs="+", default=DOORS, choices=DOORS)
    words.add_argument("--no-memory", action="store_true")
    given = words.parse_args()
    torch.set_num_threads(1)
    names = [name for name in CASES if given.only in name]
    print("network          door   step, ms each step, % looks, % start, ms  steps")
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

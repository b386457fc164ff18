"""What keeping runs costs, beside W&B offline, MLflow, TensorBoard and trackio.

    python benchmarks/lab.py [--runs 200] [--steps 1000] [--metrics 10] [--only justright mlflow]
                             [--python PATH] [--rounds 3] [--training]

Every tool writes the same runs and reads one metric of all of them back, each in a process of its
own, in turns, so that a busy machine disturbs all alike; the median of the rounds is printed, and
how many times ours it is. Disk is what lies in its folder afterwards. `--python` names an
interpreter that has the other tools, as their packages do not all go with ours.

`--training` measures what logging costs a training: the processor time of steps of a small network
that are logged and of others that are not, in turns within one process.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

TOOLS = ("justright", "tensorboard", "trackio", "mlflow", "wandb")
JOB = Path(__file__).with_name("lab_peers.py")
LIMIT_S = 1_800
UNREADABLE = ("wandb",)  # no reader of its own without an upload
TURN_S = 0.5  # that steps are logged, or not, before the other kind has its turn: two writes long
TURNS = 60


def job(python: str, kind: str, tool: str, folder: Path, sizes: list[str]) -> float | None:
    """Seconds of one job; None where it failed, which is told on stderr."""
    words = [python, str(JOB), kind, tool, str(folder), *sizes]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if ended.returncode:
        print(f"{tool} {kind}: {ended.stderr.strip()[-400:]}", file=sys.stderr)
        return None
    return float(json.loads(ended.stdout.strip().splitlines()[-1])["seconds"])


def on_disk(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def compare(options: argparse.Namespace) -> None:
    """Print the table of all tools."""
    sizes = [str(options.runs), str(options.steps), str(options.metrics)]
    spent: dict[str, dict[str, list[float]]] = {tool: {"write": [], "read": []} for tool in TOOLS}
    size: dict[str, int] = {}
    for _ in range(options.rounds):
        for tool in options.only:
            python = sys.executable if tool == "justright" else options.python
            with tempfile.TemporaryDirectory() as folder:
                for kind in ("write",) if tool in UNREADABLE else ("write", "read"):
                    seconds = job(python, kind, tool, Path(folder), sizes)
                    if seconds is None:
                        break
                    spent[tool][kind].append(seconds)
                size[tool] = on_disk(Path(folder))
    n_values = options.runs * options.steps * options.metrics
    print(
        f"{options.runs} runs x {options.steps:,} steps x {options.metrics} metrics, "
        f"{n_values:,} values; median of {options.rounds}\n"
    )
    print("| tool | write s | x ours | read one metric s | x ours | MB | bytes a value |")
    print("|---|---|---|---|---|---|---|")
    for tool in options.only:
        print(line(tool, spent, size, n_values))


def line(
    tool: str, spent: dict[str, dict[str, list[float]]], size: dict[str, int], n_values: int
) -> str:
    """One line of the table."""
    cells = [tool]
    for kind in ("write", "read"):
        own, ours = spent[tool][kind], spent["justright"][kind]
        if not own:
            cells += ["", ""]
            continue
        cells.append(f"{median(own):.3f}")
        cells.append(f"{median(own) / median(ours):.1f}" if ours else "")
    cells += [f"{size[tool] / 1e6:.1f}", f"{size[tool] / n_values:.1f}"]
    return f"| {' | '.join(cells)} |"


def training() -> None:
    """Print what logging costs steps of a small and a middling network."""
    print("\n| network | step ms | step logged ms | logging costs |")
    print("|---|---|---|---|")
    for width in (32, 256, 1024):
        plain, logged = steps_of(width)
        print(
            f"| 3 x {width} | {plain * 1e3:.3f} | {logged * 1e3:.3f} | {logged / plain - 1:+.2%} |"
        )


def steps_of(width: int) -> tuple[float, float]:
    """Processor seconds of a step without and with logging."""
    import torch
    from torch import nn

    from justright.lab import Lab

    torch.manual_seed(0)
    torch.set_num_threads(1)
    layers = [nn.Linear(width, width), nn.ReLU()] * 3
    net = nn.Sequential(nn.Linear(16, width), *layers, nn.Linear(width, 1))
    optimizer = torch.optim.Adam(net.parameters())
    x, y = torch.randn(64, 16), torch.randn(64, 1)
    spent: dict[bool, list[float]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder, "runs.db")) as lab:
        run, step = lab.run("bench"), 0
        for turn in range(TURNS):
            logs = bool(turn % 2)
            begin_s, end_s, n = time.process_time(), time.monotonic() + TURN_S, 0
            while time.monotonic() < end_s:
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(net(x), y)
                loss.backward()
                optimizer.step()
                own = {"loss": loss.item(), "rate": 1e-3}
                if logs:
                    run.log(own, step=step)
                step, n = step + 1, n + 1
            if logs and not lab.flush():  # what waits belongs to this turn
                raise SystemExit("the lab did not keep up")
            spent[logs].append((time.process_time() - begin_s) / n)
        run.finish()
    return median(spent[False]), median(spent[True])


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--steps", type=int, default=1_000)
    parser.add_argument("--metrics", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=TOOLS, default=TOOLS)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--training", action="store_true")
    options = parser.parse_args()
    if options.training:
        training()
    else:
        compare(options)


if __name__ == "__main__":
    main()

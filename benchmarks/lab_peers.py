"""One tool keeps runs and reads them back: a job of `benchmarks/lab.py`, in a process of its own.

    python benchmarks/lab_peers.py write|read TOOL FOLDER RUNS STEPS METRICS

Every tool gets the same numbers in the same order, one call of its own a step, but for MLflow,
whose call a step takes minutes: it gets its own quickest way, a thousand values a call. Reading is
one metric of all runs, as arrays; W&B's package has no reader of what it wrote offline. Prints the
seconds, without imports and with all that is needed until the numbers are safe.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

READ = "metric_3"
BATCH = 1_000  # values that MLflow takes in a call


def numbers(steps: int, metrics: int) -> Iterator[tuple[int, dict[str, float]]]:
    """The same curves for every tool."""
    for step in range(steps):
        yield step, {f"metric_{k}": (k + 1) / (step + 1) for k in range(metrics)}


def justright_write(folder: Path, runs: int, steps: int, metrics: int) -> float:
    from justright.lab import Lab

    begin_s = time.perf_counter()
    with Lab(folder / "runs.db") as lab:
        for number in range(runs):
            with lab.run(f"run {number}", {"number": number}) as run:
                for step, values in numbers(steps, metrics):
                    run.log(values, step=step)
        lab.flush(600)
    return time.perf_counter() - begin_s


def justright_read(folder: Path, runs: int, steps: int) -> float:
    from justright.lab import Store

    begin_s = time.perf_counter()
    with Store(folder / "runs.db") as store:
        found = store.curves(READ, [row.id for row in store.runs()])
    spent_s = time.perf_counter() - begin_s
    check([curve.values for curve in found.values()], runs, steps)
    return spent_s


def tensorboard_write(folder: Path, runs: int, steps: int, metrics: int) -> float:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    begin_s = time.perf_counter()
    for number in range(runs):
        writer = EventFileWriter(str(folder / f"run_{number}"))
        for step, values in numbers(steps, metrics):
            own = [Summary.Value(tag=name, simple_value=value) for name, value in values.items()]
            writer.add_event(Event(wall_time=time.time(), step=step, summary=Summary(value=own)))
        writer.close()
    return time.perf_counter() - begin_s


def tensorboard_read(folder: Path, runs: int, steps: int) -> float:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    begin_s = time.perf_counter()
    found = []
    for number in range(runs):
        held = EventAccumulator(str(folder / f"run_{number}"), size_guidance={"scalars": 0})
        held.Reload()
        found.append(np.array([point.value for point in held.Scalars(READ)]))
    spent_s = time.perf_counter() - begin_s
    check(found, runs, steps)
    return spent_s


def mlflow_write(folder: Path, runs: int, steps: int, metrics: int) -> float:
    from mlflow import MlflowClient
    from mlflow.entities import Metric

    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    experiment = client.create_experiment("bench", str(folder / "files"))
    begin_s = time.perf_counter()
    for number in range(runs):
        run = client.create_run(experiment, run_name=f"run {number}").info.run_id
        rows = [
            Metric(name, value, int(time.time() * 1000), step)
            for step, values in numbers(steps, metrics)
            for name, value in values.items()
        ]
        for first in range(0, len(rows), BATCH):
            client.log_batch(run, metrics=rows[first : first + BATCH])
        client.set_terminated(run)
    return time.perf_counter() - begin_s


def mlflow_read(folder: Path, runs: int, steps: int) -> float:
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    begin_s = time.perf_counter()
    experiment = client.get_experiment_by_name("bench").experiment_id
    found = [
        np.array([point.value for point in client.get_metric_history(run.info.run_id, READ)])
        for run in client.search_runs([experiment], max_results=50_000)
    ]
    spent_s = time.perf_counter() - begin_s
    check(found, runs, steps)
    return spent_s


def wandb_write(folder: Path, runs: int, steps: int, metrics: int) -> float:
    os.environ |= {"WANDB_MODE": "offline", "WANDB_SILENT": "true", "WANDB_DIR": str(folder)}
    import wandb

    begin_s = time.perf_counter()
    for number in range(runs):
        with wandb.init(project="bench", name=f"run {number}", dir=str(folder)) as run:
            for step, values in numbers(steps, metrics):
                run.log(values, step=step)
    return time.perf_counter() - begin_s


def trackio_write(folder: Path, runs: int, steps: int, metrics: int) -> float:
    os.environ |= {"TRACKIO_DIR": str(folder), "HF_HUB_OFFLINE": "1"}
    import trackio

    begin_s = time.perf_counter()
    for number in range(runs):
        trackio.init(project="bench", name=f"run {number}", embed=False)
        for step, values in numbers(steps, metrics):
            trackio.log(values, step=step)
        trackio.finish()
    return time.perf_counter() - begin_s


def trackio_read(folder: Path, runs: int, steps: int) -> float:
    os.environ |= {"TRACKIO_DIR": str(folder), "HF_HUB_OFFLINE": "1"}
    from trackio.sqlite_storage import SQLiteStorage

    begin_s = time.perf_counter()
    found = [
        np.array([row[READ] for row in SQLiteStorage.get_logs("bench", f"run {number}")])
        for number in range(runs)
    ]
    spent_s = time.perf_counter() - begin_s
    check(found, runs, steps)
    return spent_s


def check(found: list[np.ndarray], runs: int, steps: int) -> None:
    """Refuse a figure of a tool that lost something."""
    wanted = 4 / (np.arange(steps) + 1)
    if len(found) != runs or not all(np.allclose(own, wanted, rtol=1e-6) for own in found):
        raise SystemExit(f"{len(found)} runs of {[len(own) for own in found[:3]]} points came back")


WRITE: dict[str, Callable[[Path, int, int, int], float]] = {
    "justright": justright_write,
    "tensorboard": tensorboard_write,
    "trackio": trackio_write,
    "mlflow": mlflow_write,
    "wandb": wandb_write,
}
READS: dict[str, Callable[[Path, int, int], float]] = {
    "justright": justright_read,
    "tensorboard": tensorboard_read,
    "trackio": trackio_read,
    "mlflow": mlflow_read,
}


def main() -> None:
    """Do one job, and print its seconds as the last line."""
    job, tool, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    runs, steps, metrics = map(int, sys.argv[4:])
    folder.mkdir(parents=True, exist_ok=True)
    if job == "write":
        spent_s = WRITE[tool](folder, runs, steps, metrics)
    else:
        spent_s = READS[tool](folder, runs, steps)
    print(json.dumps({"seconds": spent_s}), flush=True)


if __name__ == "__main__":
    main()

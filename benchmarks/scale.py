"""How fast tables are read, understood, split and encoded, and how much memory that takes.

    python benchmarks/scale.py --rows 1000000 --columns 200

Each stage runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from justright.data.encode import fit
from justright.data.profile import measure
from justright.data.read import read
from justright.data.schema import Prepared, prepare
from justright.data.split import split_test, views
from justright.data.write import write

BYTES_PER_GIB = 2**30
KIB = 1024  # bytes in the unit of ru_maxrss on Linux


def make(n_rows: int, n_columns: int) -> pl.DataFrame:
    """Mostly numbers; of 20 columns one is a category, one a date, one has gaps, one is 0 or 1."""
    rng = np.random.default_rng(0)
    columns = []
    for n in range(n_columns - 1):
        name, values = f"x{n}", rng.normal(size=n_rows).round(6)
        match n % 20:
            case 3:
                levels = np.array([f"level {code}" for code in range(5 + n)])
                columns.append(pl.Series(name, levels[rng.integers(0, 5 + n, n_rows)]))
            case 7:
                days = rng.integers(0, 3_000, n_rows).astype("datetime64[D]")
                columns.append(pl.Series(name, days))
            case 11:
                gaps = pl.Series(name, values).set(pl.Series(values < -1), None)
                columns.append(gaps)
            case 15:
                columns.append(pl.Series(name, (values > 0).astype(np.int64)))
            case _:
                columns.append(pl.Series(name, values))
    first = columns[0].to_numpy()
    columns.append(pl.Series("y", np.where(first + rng.normal(size=n_rows) > 1, "yes", "no")))
    return pl.DataFrame(columns)


def peak_bytes() -> int:
    """Most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


def run(path: Path, pipe: Connection) -> None:
    """Read one file and take it through all stages; send (stage, seconds, peak bytes)."""

    def timed(stage: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        pipe.send((stage, time.perf_counter() - start, peak_bytes()))
        return result

    table = timed(f"read {path.suffix[1:]}", lambda: read(path))
    if path.suffix == ".csv":
        pipe.send(None)
        return
    prepared: Prepared = timed("prepare", lambda: prepare(table, "y"))
    development, _ = timed("split", lambda: split_test(prepared, seed=0))
    timed("profile", lambda: measure(prepared, development, budget_s=60))
    timed(
        "views, 5 folds",
        lambda: views(
            prepared, development, evaluation="k-fold", split="stratified", folds=5, seed=0
        ),
    )
    encoder = timed("fit encoder", lambda: fit(prepared.frame, prepared.schema, scaler="robust"))
    timed("encode", lambda: encoder.transform(prepared.frame))
    pipe.send(None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--columns", type=int, default=50)
    arguments = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    print("| stage | s | rows/s | peak GiB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "table.csv", Path(folder) / "table.parquet"]
        maker = context.Process(target=save, args=(arguments.rows, arguments.columns, paths))
        maker.start()
        maker.join()
        for path in paths:
            ours, theirs = context.Pipe()
            process = context.Process(target=run, args=(path, theirs))
            process.start()
            theirs.close()
            while (line := ours.recv()) is not None:
                stage, seconds, peak = line
                rate = arguments.rows / seconds
                print(f"| {stage} | {seconds:.2f} | {rate:,.0f} | {peak / BYTES_PER_GIB:.2f} |")
            process.join()


def save(n_rows: int, n_columns: int, paths: list[Path]) -> None:
    """Write the table to each path."""
    frame = make(n_rows, n_columns)
    for path in paths:
        write(frame, path)


if __name__ == "__main__":
    main()

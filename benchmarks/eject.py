"""Does an ejected script reach the score of the model that it was ejected from?

For every named design and kind of task: a short fit on a small real table, its test score with the
95 % interval, and the score that the script of the model folder prints in an interpreter of its
own, where justright cannot be imported. Both score the same test rows; "inside" counts the scripts
whose score lies in the interval. Some targets are made of real columns, to have every kind.

    python benchmarks/eject.py --time 30 --networks 2 --epochs 20
    python benchmarks/eject.py --designs realmlp,tabm --tasks binary,ranking

Set OMP_NUM_THREADS=1 where others use the machine too: the script trains network after network.
Where the clock cuts a fit short, its script has whole epochs all the same, so the epochs must end
before the time.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from sklearn import datasets

from justright.designer.named import design_names
from justright.recipes.fit import fit

#: Runs the script of the first argument as it would run where justright is not installed.
ALONE = """
import runpy, sys
sys.modules["justright"] = None
path = sys.argv.pop(1)
runpy.run_path(path, None, "__main__")
"""


def loaded(name: str) -> pl.DataFrame:
    return pl.from_pandas(getattr(datasets, f"load_{name}")(as_frame=True).frame)


def tables() -> dict[str, tuple[str, pl.DataFrame, object, dict[str, object]]]:
    """Kind of the task to the name of the data, the table, the target, and what a fit is told."""
    cancer, wine = loaded("breast_cancer"), loaded("wine")
    diabetes, linnerud, digits = loaded("diabetes"), loaded("linnerud"), loaded("digits")
    y = diabetes["target"].to_numpy()
    share = pl.Series("target", (y - y.min()) / (y.max() - y.min()))
    thirds = pl.Series("target", np.searchsorted(np.quantile(y, [1 / 3, 2 / 3]), y))
    decade = pl.Series("decade", np.digitize(diabetes["age"], np.linspace(-0.1, 0.1, 40)))
    number = digits["target"]
    labels = [(number % 2).alias("odd"), (number >= 5).cast(pl.Int64).alias("large")]
    return {
        "binary": ("breast cancer", cancer, "target", {}),
        "multiclass": ("wine", wine, "target", {}),
        "multilabel": ("digits", digits.drop("target").with_columns(labels), ["odd", "large"], {}),
        "regression": ("diabetes", diabetes, "target", {"task": "regression"}),
        "multi-target": ("linnerud", linnerud, ["Weight", "Waist", "Pulse"], {}),
        "bounded": ("diabetes", diabetes.with_columns(share), "target", {"task": "bounded"}),
        "positive": ("diabetes", diabetes, "target", {"task": "positive"}),
        "ranking": (
            "diabetes",
            diabetes.with_columns(thirds, decade),
            "target",
            {"task": "ranking", "group": "decade"},
        ),
    }


def compared(
    folder: Path, task: str, design: str, time_s: float, overrides: dict[str, object]
) -> bool:
    """Fit, run the script, print a line; whether the script's score lies in the interval."""
    name, frame, target, options = tables()[task]
    path = folder / f"{task}.csv"
    frame.write_csv(path)
    out = folder / f"{task}-{design}"
    model = fit(
        path,
        target,
        out=out,
        time_s=time_s,
        design=None if design == "book" else design,
        overrides=overrides,
        **options,  # type: ignore[arg-type]
    )
    score = model.run.scores[0]
    begin = time.monotonic()
    words = [sys.executable, "-W", "ignore", "-c", ALONE, str(out / "train.py")]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    found = re.search(r": ([-+.\w]+) on (\d+) test rows", done.stdout)
    if found is None:
        print(f"{task:12} {design:10} the script failed: {done.stderr.strip().splitlines()[-1:]}")
        return False
    value, n_rows = float(found[1]), int(found[2])
    inside = score.low <= value <= score.high
    print(
        f"{task:12} {name:13} {design:10} {score.metric:17} {score.value:9.4g}"
        f" [{score.low:.4g}, {score.high:.4g}] {value:9.4g} {'in' if inside else 'OUT':3}"
        f" {score.n_rows}/{n_rows} rows {time.monotonic() - begin:5.1f} s"
        f" {len((out / 'train.py').read_text().splitlines())} lines",
        flush=True,
    )
    return inside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--time", type=float, default=30.0, help="seconds of each fit")
    parser.add_argument("--networks", type=int, default=2, help="networks; 0 for the design's own")
    parser.add_argument("--epochs", type=int, default=20, help="epochs; 0 for the design's own")
    parser.add_argument("--designs", default=",".join(("book", *design_names())))
    parser.add_argument("--tasks", default=",".join(tables()))
    options = parser.parse_args()
    overrides: dict[str, object] = {}
    if options.networks:
        overrides = {"ensemble_size": options.networks, "evaluation": "hold-out"}
    if options.epochs:
        overrides["epochs"] = options.epochs
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for task in options.tasks.split(","):
            for design in options.designs.split(","):
                found.append(compared(Path(folder), task, design, options.time, overrides))
    print(f"inside: {sum(found)} of {len(found)}")


if __name__ == "__main__":
    main()

"""AutoGluon's networks on one job, in AutoGluon's own environment: `search_rivals.py` starts it.

    python benchmarks/autogluon_side.py FOLDER

FOLDER holds `train.parquet` and `test.parquet`, and `job.json` with "target" (a column of the
training rows: class numbers, or numbers), "kind" (binary, multiclass or regression), "metric"
(AutoGluon's name), "seed", "time_s" and "threads". It leaves there `answer.npz` with "predicted"
and, of classes, "shares" with their "classes", and `said.json` with the seconds of the fit and the
models that were trained. Nothing of this project is imported here.

The networks of AutoGluon's portfolio of tuned configurations (`hyperparameters="zeroshot"`) are
trained one after the other, the default ones first, validated on its own hold-out, and joined by
its weighted ensemble: its way to spend whatever time there is. Bagging over folds, which its
`best_quality` adds, leaves time for few of them on two cores and is left out.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd


def cpu_s() -> float:
    """Seconds of this process and its children on all cores."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(own.ru_utime + own.ru_stime for own in used)


def main(folder: Path) -> None:
    """Fit, predict, and leave the answer in the folder."""
    import torch  # noqa: F401 (its import is no part of the fit)
    from autogluon.tabular import TabularPredictor
    from fastai.tabular import all as fastai  # noqa: F401 (neither is this one)

    job = json.loads((folder / "job.json").read_text())
    train, test = (pd.read_parquet(folder / f"{part}.parquet") for part in ("train", "test"))
    np.random.seed(job["seed"])
    predictor = TabularPredictor(
        label=job["target"],
        problem_type=job["kind"],
        eval_metric=job["metric"],
        path=str(folder / "models"),
        verbosity=0,
    )
    start, cpu_start = time.perf_counter(), cpu_s()
    predictor.fit(
        train,
        time_limit=job["time_s"],
        hyperparameters="zeroshot",
        included_model_types=["NN_TORCH", "FASTAI"],
        num_cpus=job["threads"],
        num_gpus=0,
    )
    seconds, used_s = time.perf_counter() - start, cpu_s() - cpu_start
    answer = {"predicted": predictor.predict(test).to_numpy()}
    if job["kind"] != "regression":
        shares = predictor.predict_proba(test)
        answer |= {"shares": shares.to_numpy(), "classes": shares.columns.to_numpy()}
    np.savez(folder / "answer.npz", **answer)
    models = [name for name in predictor.model_names() if "Ensemble" not in name]
    said = {"seconds": seconds, "cpu_s": used_s, "models": models}
    (folder / "said.json").write_text(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

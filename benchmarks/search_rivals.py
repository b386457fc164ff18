"""The methods of `benchmarks/search.py`: the search, and what it is compared with.

AutoGluon pins versions that differ from those here, so it has an environment of its own:

    python3 -m venv autogluon
    autogluon/bin/pip install 'autogluon.tabular[torch,fastai]==1.6.3'
    export AUTOGLUON_PYTHON=$PWD/autogluon/bin/python

It takes some 2 GB, with torch for the CPU; `rates.py` finds fastai there too.
"""

import contextlib
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from job import Answer, Job, threads
from search_lightning import optuna_lightning
from search_sklearn import optuna_mlp
from table_rivals import RIVALS, Rival, all_classes, justright
from tables import resampled

PYTHON = "AUTOGLUON_PYTHON"  # names the interpreter of AutoGluon's environment
TARGET = "__target__"
SETTING_UP_S = 120.0  # besides the time of the fit: its imports, and loading for predictions
#: AutoGluon's name of each metric.
METRICS = {"rmse": "root_mean_squared_error"}
LIGHTNING = "Optuna+Lightning"
TREES = ("LightGBM", "CatBoost")


def other_python() -> str:
    """The interpreter of AutoGluon's environment.

    Raises:
        RuntimeError: If none is named.
    """
    named = os.environ.get(PYTHON)
    if not named or not Path(named).exists():
        raise RuntimeError(f"{PYTHON} names no interpreter; see search_rivals.py")
    return named


def autogluon(job: Job) -> Answer:
    """AutoGluon's networks alone, joined by its ensemble; see `autogluon_side.py`."""
    said = {
        "target": TARGET,
        "kind": job.case.kind,
        "metric": METRICS.get(job.case.metric, job.case.metric),
        "seed": job.seed,
        "time_s": job.limit_s,
        "threads": threads(),
    }
    with TemporaryDirectory() as name:
        folder = Path(name)
        job.x_train.with_columns(pl.Series(TARGET, job.y)).write_parquet(folder / "train.parquet")
        job.x_test.write_parquet(folder / "test.parquet")
        (folder / "job.json").write_text(json.dumps(said))
        script = Path(__file__).with_name("autogluon_side.py")
        done = subprocess.run(
            [other_python(), str(script), name],
            capture_output=True,
            text=True,
            timeout=2 * job.limit_s + SETTING_UP_S,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        found = json.loads((folder / "said.json").read_text())
        answer = dict(np.load(folder / "answer.npz"))
    shares = all_classes(job, answer["shares"], answer["classes"]) if job.classes else None
    return Answer(
        predicted=answer["predicted"],
        shares=shares,
        seconds=found["seconds"],
        cpu_s=found["cpu_s"],
        notes={"tried": len(found["models"]), "models": found["models"]},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere(Rival):
    """A method whose package is installed in AutoGluon's environment."""

    @property
    def version(self) -> str:
        """The version of its package there; nothing without the environment."""
        ask = f"from importlib import metadata; print(metadata.version({self.package!r}))"
        with contextlib.suppress(OSError, RuntimeError):
            done = subprocess.run([other_python(), "-c", ask], capture_output=True, text=True)
            return done.stdout.strip()
        return ""


def _with_draws(rival: Rival, job: Job) -> Answer:
    """The answer with its metric on resamples of the test rows, to be paired with others'."""
    answer = rival(job)
    return replace(answer, notes={**answer.notes, "draws": resampled(job, answer)})


def _method(rival: Rival) -> Rival:
    return replace(rival, fit=partial(_with_draws, rival))


METHODS: Mapping[str, Rival] = {
    name: _method(rival)
    for name, rival in {
        "justright": Rival(fit=partial(justright, search=True), package="justright"),
        "justright-plain": Rival(fit=partial(justright, search=False), package="justright"),
        "RealMLP": RIVALS["RealMLP"],
        "TabM": RIVALS["TabM"],
        "AutoGluon-NN": Elsewhere(fit=autogluon, package="autogluon.tabular"),
        LIGHTNING: Rival(fit=optuna_lightning, package="optuna"),
        "Optuna+MLP": Rival(fit=optuna_mlp, package="optuna"),
        **{name: RIVALS[name] for name in TREES},
    }.items()
}

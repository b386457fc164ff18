"""Networks that others published, beside ours of the same recipe: score on the same rows.

    python benchmarks/peers.py [SEEDS]

Three sets of scikit-learn; for each seed a test part of a quarter, and of the rest a fifth to keep
the best epoch by, the same rows for both. One network each, no ensemble, the whole schedule.
"""

import logging
import sys
import time
import warnings
from collections.abc import Callable
from statistics import mean, stdev
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.metrics import accuracy_score, root_mean_squared_error
from sklearn.model_selection import train_test_split

import justright

Array = NDArray[Any]
Fit = Callable[[Array, Array, Array, int, bool], Array]

SETS: dict[str, Callable[..., Any]] = {
    "breast cancer": load_breast_cancer,
    "wine": load_wine,
    "diabetes": load_diabetes,
}
TEST_SHARE, VALIDATION_SHARE = 0.25, 0.2
ROOM_S = 600.0  # seconds; far more than one network takes


def realmlp(x: Array, y: Array, x_test: Array, seed: int, classes: bool) -> Array:
    """pytabkit's RealMLP_TD, as it comes."""
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

    for talker in ("lightning.pytorch", "pytorch_lightning"):
        logging.getLogger(talker).setLevel(logging.ERROR)
    kind = RealMLP_TD_Classifier if classes else RealMLP_TD_Regressor
    model = kind(
        device="cpu", random_state=seed, n_threads=1, val_fraction=VALIDATION_SHARE, verbosity=0
    )
    return np.asarray(model.fit(x, y).predict(x_test))


def ours(x: Array, y: Array, x_test: Array, seed: int, classes: bool) -> Array:
    """Our design of that name: one network, and a hold-out to keep the best epoch by."""
    names = [f"x{i}" for i in range(x.shape[1])]
    columns: dict[str, Any] = dict(zip(names, x.T, strict=True))
    target = np.char.add("class ", y.astype(str)) if classes else y
    model = justright.fit(
        columns | {"y": target},
        "y",
        design="realmlp",
        seed=seed,
        time_s=ROOM_S,
        metric="accuracy" if classes else "rmse",
        # As theirs: numbers above zero are numbers like others.
        task=None if classes else "regression",
        overrides={"evaluation": "hold-out", "folds": 1, "ensemble_size": 1},
    )
    found = np.asarray(model.predict(dict(zip(names, x_test.T, strict=True))))
    return np.char.replace(found.astype(str), "class ", "").astype(y.dtype) if classes else found


def score(fit: Fit, name: str, seed: int) -> tuple[float, float]:
    """Share that is right (or the error, for numbers) on the test part, and the seconds taken."""
    x, y = SETS[name](return_X_y=True)
    classes = name != "diabetes"
    x, x_test, y, y_test = train_test_split(
        x, y, test_size=TEST_SHARE, random_state=seed, stratify=y if classes else None
    )
    start = time.perf_counter()
    found = fit(x, y, x_test, seed, classes)
    took = time.perf_counter() - start
    right = accuracy_score if classes else root_mean_squared_error
    return float(right(y_test, found)), took


def main(n_seeds: int) -> None:
    """Print a line for each set and network."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    for name in SETS:
        for who, fit in (("pytabkit RealMLP_TD", realmlp), ("ours, realmlp", ours)):
            scores, seconds = zip(*(score(fit, name, seed) for seed in range(n_seeds)), strict=True)
            spread = stdev(scores) if n_seeds > 1 else 0.0
            print(f"{name:14} {who:20} {mean(scores):8.4f} ± {spread:.4f} {mean(seconds):6.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

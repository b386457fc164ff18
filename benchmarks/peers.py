"""Networks that others published, beside ours of the same recipe: score on the same rows.

    python benchmarks/peers.py [SEEDS] [realmlp | tabm | tabm-small]...

Three sets of scikit-learn; for each seed a test part of a quarter, and of the rest a fifth to keep
the best epoch by, the same rows for both. One network each, no ensemble, the whole schedule.
"tabm-small" has 8 submodels of 64 units: the published size takes half a second a step on one
core. Classes are judged by the log-loss of the probabilities that a user gets (ours are
calibrated), but for RealMLP, whose smoothed labels bend them: there by accuracy.
"""

import logging
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from statistics import mean, stdev
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.metrics import accuracy_score, log_loss, root_mean_squared_error
from sklearn.model_selection import train_test_split

import justright

Array = NDArray[Any]
Fit = Callable[[Array, Array, Array, int, bool], Array]

SETS: dict[str, Callable[..., Any]] = {
    "breast cancer": load_breast_cancer,
    "wine": load_wine,
    "diabetes": load_diabetes,
}
#: What classes are judged by, and what the design reads as the user's metric.
JUDGED = {"realmlp": "accuracy", "tabm": "log_loss"}
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
    return told(model.fit(x, y), x_test, classes)


def tabm(x: Array, y: Array, x_test: Array, seed: int, classes: bool, **size: int) -> Array:
    """pytabkit's TabM_D, which trains the authors' network with the authors' defaults."""
    from pytabkit import TabM_D_Classifier, TabM_D_Regressor

    kind = TabM_D_Classifier if classes else TabM_D_Regressor
    judged: dict[str, Any] = {"val_metric_name": "cross_entropy"} if classes else {}
    model = kind(
        device="cpu",
        random_state=seed,
        n_threads=1,
        val_fraction=VALIDATION_SHARE,
        **judged,
        **size,
    )
    model.fit(x, y)
    return told(model, x_test, classes)


def told(model: Any, x_test: Array, classes: bool) -> Array:
    """Probabilities, or numbers."""
    return np.asarray(model.predict_proba(x_test) if classes else model.predict(x_test))


def small_tabm(x: Array, y: Array, x_test: Array, seed: int, classes: bool) -> Array:
    """The same, small."""
    return tabm(x, y, x_test, seed, classes, tabm_k=8, d_block=64, batch_size=64)


def ours(
    x: Array, y: Array, x_test: Array, seed: int, classes: bool, design: str, **set_: Any
) -> Array:
    """Our design of that name: one network, and a hold-out to keep the best epoch by."""
    names = [f"x{i}" for i in range(x.shape[1])]
    columns: dict[str, Any] = dict(zip(names, x.T, strict=True))
    target = np.char.add("class ", y.astype(str)) if classes else y
    rows_given = columns | {"y": target}
    model = justright.fit(
        rows_given,
        "y",
        test=rows_given,  # that none are held out: theirs learn from all rows but the validation's
        design=design,
        seed=seed,
        time_s=ROOM_S,
        metric=JUDGED[design] if classes else "rmse",
        # As theirs: numbers above zero are numbers like others.
        task=None if classes else "regression",
        overrides={"evaluation": "hold-out", "folds": 1, "ensemble_size": 1, **set_},
    )
    rows = dict(zip(names, x_test.T, strict=True))
    if not classes:
        return np.asarray(model.predict(rows))
    places = [model.classes.index(f"class {label}") for label in np.unique(y)]
    return model.predict_proba(rows)[:, places]


def pairs() -> dict[str, tuple[tuple[str, Fit], tuple[str, Fit]]]:
    """Theirs and ours of each recipe, with the words of a line."""
    # pytabkit's TabM_D embeds no number: plain inputs need a third layer.
    plain: dict[str, Any] = {"numeric_embedding": "none", "depth": 3, "weight_decay": 0.0}
    small: dict[str, Any] = {"heads": 8, "width": 64, "batch_size": 64}
    return {
        "realmlp": (
            ("pytabkit RealMLP_TD", realmlp),
            ("ours, realmlp", partial(ours, design="realmlp")),
        ),
        "tabm": (
            ("pytabkit TabM_D", tabm),
            ("ours, tabm", partial(ours, design="tabm", **plain)),
        ),
        "tabm-small": (
            ("pytabkit TabM_D, small", small_tabm),
            ("ours, tabm, small", partial(ours, design="tabm", **plain, **small)),
        ),
    }


def score(fit: Fit, name: str, seed: int, metric: str) -> tuple[float, float]:
    """The metric of classes (RMSE, for numbers) on the test part, and the seconds taken."""
    x, y = SETS[name](return_X_y=True)
    classes = name != "diabetes"
    x, x_test, y, y_test = train_test_split(
        x, y, test_size=TEST_SHARE, random_state=seed, stratify=y if classes else None
    )
    start = time.perf_counter()
    found = fit(x, y, x_test, seed, classes)
    took = time.perf_counter() - start
    if not classes:
        return float(root_mean_squared_error(y_test, found)), took
    if metric == "accuracy":
        return float(accuracy_score(y_test, found.argmax(1))), took
    return float(log_loss(y_test, found.astype(np.float64))), took


def _spread(values: Array) -> float:
    return stdev(values) if len(values) > 1 else 0.0


def main(n_seeds: int, recipes: Sequence[str]) -> None:
    """Print a line for each set and network, and how far ours is from theirs, seed by seed."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    for name, recipe in product(SETS, recipes):
        found, metric = [], JUDGED[recipe.removesuffix("-small")]
        for who, fit in pairs()[recipe]:
            scores, seconds = zip(
                *(score(fit, name, seed, metric) for seed in range(n_seeds)), strict=True
            )
            found.append(np.array(scores))
            line = f"{mean(scores):8.4f} ± {_spread(found[-1]):.4f} {mean(seconds):6.1f} s"
            print(f"{name:14} {who:24} {line}", flush=True)
        apart = found[1] - found[0]
        print(f"{'':14} {'ours less theirs':24} {mean(apart):8.4f} ± {_spread(apart):.4f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, sys.argv[2:] or ["realmlp", "tabm-small"])

"""Optuna with scikit-learn's MLP: three folds a trial, cut after a fold that says enough.

The best configuration is fitted anew on all rows; where the time ends before that, the mean of its
three fits answers. Inputs are standardised and one-hot, a number to
predict is standardised.
"""

import contextlib
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from job import Answer, Job, timed
from studies import Objective, study, until
from table_rivals import all_classes, dense_inputs, plain

N_FOLDS = 3  # of a trial; minutes allow no more
REFIT_SHARE = 0.15  # of the time, for the last fit on all rows (house convention)

#: scikit-learn's own defaults.
FIRST: Mapping[str, Any] = {
    "depth": 1,
    "width": 100,
    "activation": "relu",
    "solver": "adam",
    "alpha": 1e-4,
    "learning_rate_init": 1e-3,
    "batch_size": 128,
    "early_stopping": False,
}


def space(trial: Any) -> dict[str, Any]:
    """The arguments of one network."""
    one_of, real, whole = trial.suggest_categorical, trial.suggest_float, trial.suggest_int
    depth, width = whole("depth", 1, 5), whole("width", 8, 512, log=True)
    found = {
        "hidden_layer_sizes": (width,) * depth,
        "activation": one_of("activation", ["relu", "tanh", "logistic"]),
        "solver": one_of("solver", ["adam", "sgd"]),
        "alpha": real("alpha", 1e-6, 1e-1, log=True),
        "learning_rate_init": real("learning_rate_init", 1e-4, 1e-1, log=True),
        "batch_size": one_of("batch_size", [32, 64, 128, 256, 512]),
        "early_stopping": one_of("early_stopping", [False, True]),
    }
    if found["solver"] == "sgd":
        found["learning_rate"] = one_of("learning_rate", ["constant", "invscaling", "adaptive"])
        found["momentum"] = real("momentum", 0.8, 0.99)
    return found


def model(job: Job, chosen: Mapping[str, Any], n_rows: int) -> Any:
    """The network behind the preparation of its inputs."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    kind = MLPClassifier if job.classes else MLPRegressor
    batch = min(chosen["batch_size"], n_rows)
    network = kind(random_state=job.seed, **{**chosen, "batch_size": batch})
    if not job.classes:
        network = TransformedTargetRegressor(network, transformer=StandardScaler())
    return make_pipeline(dense_inputs(), network)


def loss_of(job: Job, fitted: Any, x: Any, y: np.ndarray) -> float:
    """Log loss, or mean squared error."""
    from sklearn.metrics import log_loss, mean_squared_error

    if not job.classes:
        return float(mean_squared_error(y, fitted.predict(x)))
    shares = all_classes(job, fitted.predict_proba(x), fitted.classes_)
    return float(log_loss(y, shares, labels=range(len(job.classes))))


def objective(job: Job) -> Objective:
    """Cross-validates one trial."""
    import optuna
    from sklearn.model_selection import KFold, StratifiedKFold

    x, y = plain(job.x_train), job.y
    kind = StratifiedKFold if job.classes else KFold
    parts = list(kind(N_FOLDS, shuffle=True, random_state=job.seed).split(x, y))

    def train(trial: Any, deadline_s: float) -> tuple[float, Any]:
        chosen, losses, fits = space(trial), [], []
        with until(deadline_s):
            for fold, (fit, validation) in enumerate(parts):
                fitted = model(job, chosen, len(fit)).fit(x.iloc[fit], y[fit])
                fits.append(fitted)
                losses.append(loss_of(job, fitted, x.iloc[validation], y[validation]))
                trial.report(float(np.mean(losses)), fold)
                if trial.should_prune():
                    raise optuna.TrialPruned
        return float(np.mean(losses)), (chosen, fits)

    return train


def optuna_mlp(job: Job) -> Answer:
    """Search with Optuna, fit the best anew on all rows."""
    import sklearn.neural_network  # noqa: F401 (its import is no part of the fit)

    begin = time.monotonic()
    with timed() as clock:
        found = study(
            objective(job),
            first=FIRST,
            deadline_s=begin + (1 - REFIT_SHARE) * job.limit_s,
            seed=job.seed,
        )
        chosen, fits = found.best
        x = plain(job.x_train)
        with contextlib.suppress(TimeoutError), until(begin + job.limit_s):
            fits = [model(job, chosen, len(x)).fit(x, job.y)]
    inputs, shares = plain(job.x_test), None
    if job.classes:
        told = [all_classes(job, own.predict_proba(inputs), own.classes_) for own in fits]
        shares = np.mean(told, axis=0)
        predicted = shares.argmax(1)
    else:
        predicted = np.mean([np.asarray(own.predict(inputs)).ravel() for own in fits], axis=0)
    return Answer(
        predicted=predicted,
        shares=shares,
        seconds=clock.seconds,
        cpu_s=clock.cpu_s,
        notes={"tried": found.tried, "pruned": found.pruned, "best": chosen, "fits": len(fits)},
    )

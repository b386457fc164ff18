"""The rivals of `benchmarks/tables.py`: justright and what it is compared with, each a function."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs
from counts import torch_steps
from job import Answer, Clock, Job, one_by_one, threads, timed

#: Share of the training rows on which the trees stop early; RealMLP's and TabM's own share too.
VALIDATION_SHARE = 0.2
#: Trees without a gain after which the trees stop, and the most of LightGBM (house convention;
#: 1,000 is CatBoost's own most).
PATIENCE, MOST_TREES = 50, 1_000
#: Of the seconds allowed, the share that epochs are planned for; the rest is setting up.
EPOCHS_SHARE = 0.8


def justright(job: Job, design: str | None = None, **choices: Any) -> Answer:
    """Justright within its time, with its default or a named design, and other choices of `fit`."""
    from justright.recipes.fit import fit

    with timed() as clock:
        model = fit(
            job.train,
            job.case.target if len(job.case.targets) == 1 else list(job.case.targets),
            time_s=job.time_s,
            seed=job.seed,
            test=job.test,
            overrides=dict(job.overrides),
            design=design,
            **choices,
        )
    run = model.run
    notes = {
        "timings_s": dict(run.timings_s),
        "validation": {score.metric: score.value for score in run.validation_scores},
        "design": {decision.lever: decision.value for decision in run.design.decisions},
        "n_parameters": run.n_parameters,
        "steps": [trace.steps[-1] if trace.steps else 0 for trace in run.traces],
        "stopped": [trace.stopped for trace in run.traces],
        "warnings": list(run.warnings),
    }
    if run.search is not None:
        notes["tried"] = len(run.search.tried)
    return _answer(clock, *_said(job, model), notes)


def _said(job: Job, model: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """What a model of Justright predicts, and its probabilities, in the order of the job."""
    predicted, task = model.predict(job.x_test), model.run.design.task
    if job.classes:
        shares = all_classes(job, model.predict_proba(job.x_test), job.codes(task.classes))
        return job.codes(list(predicted)), shares
    if job.case.kind == "multilabel":
        order = [task.classes.index(name) for name in job.case.targets]
        return predicted[:, order].astype(float), model.predict_proba(job.x_test)[:, order]
    if job.case.kind == "multi-target":
        order = [task.columns.index(name) for name in job.case.targets]
        return predicted[:, order].astype(float), None
    return predicted.astype(float), None


def _answer(
    clock: Clock, predicted: np.ndarray, shares: np.ndarray | None, notes: Mapping[str, Any]
) -> Answer:
    return Answer(
        predicted=predicted, shares=shares, seconds=clock.seconds, cpu_s=clock.cpu_s, notes=notes
    )


def all_classes(job: Job, shares: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Columns for every class, 0 for those that the training rows lack."""
    wide = np.zeros((len(shares), len(job.classes)))
    wide[:, np.asarray(seen, int)] = shares
    return wide


def _told(job: Job, clock: Clock, model: Any, inputs: Any, notes: Mapping[str, Any]) -> Answer:
    """What a fitted model with scikit-learn's methods says of its inputs."""
    shares = None
    if job.classes:
        shares = all_classes(job, model.predict_proba(inputs), model.classes_)
    # CatBoost answers with a column.
    return _answer(clock, np.asarray(model.predict(inputs)).ravel(), shares, notes)


# ---------------------------------------------------------------- inputs


def plain(frame: pl.DataFrame) -> Any:
    """The inputs as pandas: switches as numbers, missing categories as one of their own."""
    return frame.with_columns(
        cs.boolean().cast(pl.Float64), cs.string().fill_null("missing")
    ).to_pandas()


def dense_inputs() -> Any:
    """Medians and indicators of what was missing, standardised numbers, one-hot categories."""
    from sklearn.compose import ColumnTransformer, make_column_selector
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    is_number = make_column_selector(dtype_include="number")
    is_category = make_column_selector(dtype_exclude="number")
    return ColumnTransformer(
        [("numbers", numbers, is_number), ("categories", categories, is_category)]
    )


def _filled_inputs(job: Job) -> tuple[Any, Any]:
    """Medians and indicators of what was missing, categories as they are: train and test."""
    numbers = job.x_train.select(cs.numeric())
    medians = {column.name: column.median() for column in numbers}
    gaps = [name for name in medians if job.x_train[name].null_count()]

    def filled(frame: pl.DataFrame) -> Any:
        frame = frame.with_columns(
            *(pl.col(name).is_null().cast(pl.Float64).alias(f"{name} missing") for name in gaps),
            *(
                pl.col(name).cast(pl.Float64).fill_null(medians[name] or 0.0).alias(name)
                for name in medians
            ),
        )
        ready = plain(frame)
        texts = frame.select(cs.string()).columns
        return ready.astype(dict.fromkeys(texts, "category"))

    return filled(job.x_train), filled(job.x_test)


def fit_and_validation(job: Job) -> tuple[np.ndarray, np.ndarray]:
    """Training rows to fit on and to stop early on, of which no class is new to the fit."""
    from sklearn.model_selection import KFold, StratifiedKFold

    kind = StratifiedKFold if job.classes else KFold
    parts = kind(round(1 / VALIDATION_SHARE), shuffle=True, random_state=job.seed)
    y = job.y
    fit, validation = next(iter(parts.split(np.zeros(len(y)), y)))
    if job.classes:
        validation = validation[np.isin(y[validation], y[fit])]
    return fit, validation


# ---------------------------------------------------------------- scikit-learn


def _piped(job: Job, last: Any) -> Answer:
    """Fit one of scikit-learn's models behind the dense inputs."""
    from sklearn.pipeline import make_pipeline

    pipe = make_pipeline(dense_inputs(), last)
    with timed() as clock:
        pipe.fit(plain(job.x_train), job.y)
    return _told(job, clock, pipe, plain(job.x_test), {})


def trivial(job: Job) -> Answer:
    """The commonest class with the shares of the classes, or the mean."""
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return _piped(job, DummyClassifier(strategy="prior") if job.classes else DummyRegressor())


def linear(job: Job) -> Answer:
    """Logistic regression with C = 1, or ridge with its penalty from `RidgeCV`."""
    from sklearn.linear_model import LogisticRegression, RidgeCV

    if job.classes:
        return _piped(job, LogisticRegression(C=1.0, max_iter=2000))
    return _piped(job, RidgeCV(alphas=np.logspace(-3, 4, 15)))


def mlp(job: Job) -> Answer:
    """scikit-learn's network with its defaults; a number to predict is standardised for it."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    if job.classes:
        return _piped(job, MLPClassifier(random_state=job.seed))
    network = MLPRegressor(random_state=job.seed)
    return _piped(job, TransformedTargetRegressor(network, transformer=StandardScaler()))


# ---------------------------------------------------------------- trees


def lightgbm(job: Job) -> Answer:
    """LightGBM with its defaults, native categories and gaps, stopped early."""
    from lightgbm import LGBMClassifier, LGBMRegressor, early_stopping

    texts = job.x_train.select(cs.string()).columns
    known = {name: job.x_train[name].drop_nulls().unique().sort().to_list() for name in texts}

    def inputs(frame: pl.DataFrame) -> Any:
        import pandas as pd

        table = frame.to_pandas()
        for name in texts:
            table[name] = pd.Categorical(frame[name].to_list(), categories=known[name])
        # LightGBM refuses brackets and the like in names.
        table.columns = [f"c{number}" for number in range(len(table.columns))]
        return table

    kind = LGBMClassifier if job.classes else LGBMRegressor
    model = kind(
        n_estimators=MOST_TREES,
        verbose=-1,
        n_jobs=threads(),
        deterministic=True,
        force_row_wise=True,
        seed=job.seed,
    )
    fit, validation = fit_and_validation(job)
    x, y = inputs(job.x_train), job.y
    with timed() as clock:
        model.fit(
            x.iloc[fit],
            y[fit],
            eval_set=[(x.iloc[validation], y[validation])],
            callbacks=[early_stopping(PATIENCE, verbose=False)],
        )
    return _told(job, clock, model, inputs(job.x_test), {"trees": model.best_iteration_})


def catboost(job: Job) -> Answer:
    """CatBoost with its defaults, native categories and gaps, stopped early."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    kind = CatBoostClassifier if job.classes else CatBoostRegressor
    model = kind(
        thread_count=threads(), random_seed=job.seed, verbose=False, allow_writing_files=False
    )
    fit, validation = fit_and_validation(job)
    x, y = plain(job.x_train), job.y
    with timed() as clock:
        model.fit(
            x.iloc[fit],
            y[fit],
            cat_features=job.x_train.select(cs.string()).columns,
            eval_set=(x.iloc[validation], y[validation]),
            early_stopping_rounds=PATIENCE,
        )
    return _told(job, clock, model, plain(job.x_test), {"trees": model.tree_count_})


# ---------------------------------------------------------------- pytabkit


def _room(job: Job, fit: Callable[[int], object]) -> tuple[int, int]:
    """Epochs that the seconds allowed have room for, by a fit of one epoch and one of three.

    Processor time is what counts, unless the job says otherwise: on a machine that others use too,
    none is cut short for them.

    Returns:
        The epochs, and the steps of one.
    """
    took = []
    for epochs in (1, 3, 1):  # the first also pays for what is loaded at its first use
        with timed() as clock, torch_steps() as steps:
            fit(epochs)
        took.append(clock.seconds if job.by_clock else clock.cpu_s / threads())
    epoch_s = max((took[1] - took[2]) / 2, 1e-3)
    return max(1, int(EPOCHS_SHARE * job.limit_s / epoch_s)), len(steps)


def _tabkit(job: Job, kinds: tuple[Any, Any], most: int | None, auc: Mapping[str, Any]) -> Answer:
    """One of pytabkit's networks with its tuned defaults, its epochs cut to the time allowed.

    Args:
        job: What is asked.
        kinds: The class for classes, and the one for numbers.
        most: Epochs by default; None where only patience ends the training.
        auc: Settings that its authors name for areas under curves.
    """
    x, x_test = _filled_inputs(job)
    settings = dict(auc) if job.case.metric in ("roc_auc", "average_precision") else {}

    def make(epochs: int | None) -> Any:
        named = {} if epochs is None else {"n_epochs": epochs}
        kind = kinds[0] if job.classes else kinds[1]
        return kind(
            device="cpu",
            random_state=job.seed,
            n_threads=threads(),
            val_fraction=VALIDATION_SHARE,
            **settings,
            **named,
        )

    for talker in ("lightning.pytorch", "pytorch_lightning"):
        logging.getLogger(talker).setLevel(logging.ERROR)
    room, steps_of_one = _room(job, lambda epochs: make(epochs).fit(x, job.y))
    epochs = None if most is not None and most <= room else room
    model = make(epochs)
    with timed() as clock, torch_steps() as steps:
        model.fit(x, job.y)
    cut = epochs is not None and len(steps) >= epochs * steps_of_one
    answer = _told(job, clock, model, x_test, {"epochs_at_most": epochs, "steps": len(steps)})
    return replace(answer, cut=cut)


def realmlp(job: Job) -> Answer:
    """RealMLP with its tuned defaults: 256 epochs, fewer where the time ends before them."""
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

    auc = {"val_metric_name": "cross_entropy", "use_ls": False}
    return _tabkit(job, (RealMLP_TD_Classifier, RealMLP_TD_Regressor), 256, auc)


def tabm(job: Job) -> Answer:
    """TabM with its defaults, stopped by its patience, or where the time ends before that."""
    from pytabkit import TabM_D_Classifier, TabM_D_Regressor

    auc = {"val_metric_name": "cross_entropy"}
    return _tabkit(job, (TabM_D_Classifier, TabM_D_Regressor), None, auc)


# ---------------------------------------------------------------- all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One column of the table.

    Attributes:
        fit: Does the job.
        package: What it comes out of, for its version.
        neural: Whether it is a network.
    """

    fit: Callable[[Job], Answer]
    package: str
    neural: bool = True

    @property
    def ours(self) -> bool:
        return self.package == "justright"

    @property
    def version(self) -> str:
        """The version of its package.

        Raises:
            ModuleNotFoundError: If the package is not installed.
        """
        return metadata.version(self.package)

    def __call__(self, job: Job) -> Answer:
        if len(job.case.targets) > 1 and not self.ours:
            return one_by_one(self.fit, job)
        return self.fit(job)


def _design(name: str) -> Rival:
    fit = partial(justright, design=name)
    return Rival(fit=fit, package="justright")


RIVALS: Mapping[str, Rival] = {
    "justright": Rival(fit=justright, package="justright"),
    "justright-classic": _design("classic"),
    "justright-realmlp": _design("realmlp"),
    "justright-tabm": _design("tabm"),
    "trivial": Rival(fit=trivial, package="scikit-learn", neural=False),
    "linear": Rival(fit=linear, package="scikit-learn", neural=False),
    "MLP": Rival(fit=mlp, package="scikit-learn"),
    "LightGBM": Rival(fit=lightgbm, package="lightgbm", neural=False),
    "CatBoost": Rival(fit=catboost, package="catboost", neural=False),
    "RealMLP": Rival(fit=realmlp, package="pytabkit"),
    "TabM": Rival(fit=tabm, package="pytabkit"),
}

"""The rows of `benchmarks/tables.py`: justright and what it is compared with, each a function."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs
from datasets import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One fit: rows to learn from, rows to answer for."""

    case: Case
    train: pl.DataFrame
    test: pl.DataFrame
    classes: tuple[str, ...]
    seed: int
    time_s: float
    overrides: Mapping[str, Any]

    @property
    def x_test(self) -> pl.DataFrame:
        return self.test.drop(self.case.target)

    @property
    def y(self) -> np.ndarray:
        """The targets to learn from: codes of `classes`, or numbers."""
        return self.answers(self.train)

    def answers(self, frame: pl.DataFrame) -> np.ndarray:
        target = frame[self.case.target]
        if not self.classes:
            return target.cast(pl.Float64).to_numpy()
        return self.codes(target.cast(pl.String).to_list())

    def codes(self, labels: Sequence[object]) -> np.ndarray:
        return np.array([self.classes.index(str(label)) for label in labels])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a row says of the test rows, and what there is to know of the fit.

    Attributes:
        predicted: Codes of classes, or numbers, shape (rows,).
        shares: Probabilities, shape (rows, classes); None for numbers.
        seconds: Seconds of the fit.
        notes: Figures for the JSON file.
    """

    predicted: np.ndarray
    shares: np.ndarray | None
    seconds: float
    notes: Mapping[str, Any] = field(default_factory=dict)


def justright(job: Job) -> Answer:
    from justright.recipes.fit import fit

    start = time.perf_counter()
    model = fit(
        job.train,
        job.case.target,
        time_s=job.time_s,
        seed=job.seed,
        test=job.test,
        overrides=dict(job.overrides),
    )
    seconds = time.perf_counter() - start
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
    predicted = model.predict(job.x_test)
    if not job.classes:
        return Answer(predicted=predicted.astype(float), shares=None, seconds=seconds, notes=notes)
    order = [run.design.task.classes.index(label) for label in job.classes]
    shares = model.predict_proba(job.x_test)[:, order]
    return Answer(predicted=job.codes(predicted), shares=shares, seconds=seconds, notes=notes)


def _dense_inputs(job: Job) -> Any:
    """Medians, standardised numbers, one-hot categories, ready to stand in a pipeline."""
    from sklearn.compose import ColumnTransformer, make_column_selector
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    is_number = make_column_selector(dtype_include="number")
    is_category = make_column_selector(dtype_exclude="number")
    return ColumnTransformer(
        [("numbers", numbers, is_number), ("categories", categories, is_category)]
    )


def _plain(frame: pl.DataFrame) -> Any:
    """The inputs as pandas: switches as numbers, missing categories as one of their own."""
    return frame.with_columns(
        cs.boolean().cast(pl.Float64), cs.string().fill_null("missing")
    ).to_pandas()


def _piped(job: Job, last: Any) -> Answer:
    """Fit one of scikit-learn's models behind the dense inputs."""
    from sklearn.pipeline import make_pipeline

    pipe = make_pipeline(_dense_inputs(job), last)
    start = time.perf_counter()
    pipe.fit(_plain(job.train.drop(job.case.target)), job.y)
    seconds = time.perf_counter() - start
    inputs = _plain(job.x_test)
    shares = pipe.predict_proba(inputs) if job.classes else None
    return Answer(predicted=pipe.predict(inputs), shares=shares, seconds=seconds)


def trivial(job: Job) -> Answer:
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return _piped(job, DummyClassifier(strategy="prior") if job.classes else DummyRegressor())


def linear(job: Job) -> Answer:
    from sklearn.linear_model import LogisticRegression, RidgeCV

    if job.classes:
        return _piped(job, LogisticRegression(C=1.0, max_iter=2000))
    return _piped(job, RidgeCV(alphas=np.logspace(-3, 4, 15)))


def mlp(job: Job) -> Answer:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    if job.classes:
        return _piped(job, MLPClassifier(random_state=job.seed))
    network = MLPRegressor(random_state=job.seed)
    return _piped(job, TransformedTargetRegressor(network, transformer=StandardScaler()))


def lightgbm(job: Job) -> Answer:
    from lightgbm import LGBMClassifier, LGBMRegressor

    def inputs(frame: pl.DataFrame) -> Any:
        frame = frame.drop(job.case.target)
        # LightGBM refuses brackets and the like in names.
        frame = frame.rename({name: f"c{i}" for i, name in enumerate(frame.columns)})
        texts = frame.select(cs.string()).columns
        return frame.to_pandas().astype(dict.fromkeys(texts, "category"))

    kind = LGBMClassifier if job.classes else LGBMRegressor
    # n_jobs=0: as many threads as OpenMP says, which is what torch goes by as well.
    model = kind(verbose=-1, n_jobs=0, deterministic=True, force_row_wise=True, seed=job.seed)
    start = time.perf_counter()
    model.fit(inputs(job.train), job.y)
    seconds = time.perf_counter() - start
    shares = model.predict_proba(inputs(job.test)) if job.classes else None
    return Answer(predicted=model.predict(inputs(job.test)), shares=shares, seconds=seconds)


ROWS: Mapping[str, Callable[[Job], Answer]] = {
    "justright": justright,
    "trivial": trivial,
    "linear": linear,
    "MLP": mlp,
    "LightGBM": lightgbm,
}

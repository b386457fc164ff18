"""The tables that travel along: one of the package, and those that scikit-learn carries."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

Cells = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSet:
    """A table of the demo.

    Attributes:
        target: The column to predict.
        rows: Hands back header and rows.
        options: Words that `fit` needs besides.
    """

    target: str
    rows: Callable[[], Cells]
    options: tuple[str, ...] = ()


def _penguins() -> Cells:
    text = resources.files("justright.demo").joinpath("penguins.csv").read_text("utf-8")
    return list(csv.reader(text.splitlines()))


def _from_sklearn(loader: str, target: str) -> Callable[[], Cells]:
    """A table that scikit-learn carries, with class labels in words where it has them."""

    def rows() -> Cells:
        from sklearn import datasets

        bunch: Any = getattr(datasets, loader)()
        names = [str(name).replace(" ", "_") for name in bunch.feature_names]
        words = [str(name) for name in bunch.get("target_names", ())]
        labels = [words[label] if words else label for label in bunch.target.tolist()]
        body = [[*row, label] for row, label in zip(bunch.data.tolist(), labels, strict=True)]
        return [[*names, target], *body]

    return rows


#: Every table of the demo, by name.
SETS = {
    "penguins": DemoSet(target="species", rows=_penguins),
    "wine": DemoSet(target="cultivar", rows=_from_sklearn("load_wine", "cultivar")),
    "breast-cancer": DemoSet(
        target="diagnosis", rows=_from_sklearn("load_breast_cancer", "diagnosis")
    ),
    "diabetes": DemoSet(target="progression", rows=_from_sklearn("load_diabetes", "progression")),
    "digits": DemoSet(
        target="digit",
        rows=_from_sklearn("load_digits", "digit"),
        options=("--task", "multiclass"),
    ),
}

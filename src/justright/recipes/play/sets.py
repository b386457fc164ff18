"""The data sets to play with: toys, the tables of the demo, and files below a folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from justright.data.read import read
from justright.data.table import Table
from justright.demo.sets import SETS
from justright.errors import DataError
from justright.recipes import views
from justright.recipes.ground import Ground, lay_ground
from justright.recipes.play.toys import TARGET, TOYS
from justright.recipes.population_data import Parted, parted_ground
from justright.recipes.wish import Wish

MOST_ROWS = 4_000  # of a table; more say the same of a lever and take longer (house convention)
LOOK_S = 5.0  # seconds that the profile of a table may take
VALIDATION_SHARE = 0.3  # of the rows, 0 to 1; toys are small (house convention)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A data set, read and parted once for every try on it.

    Attributes:
        name: As it was asked for.
        parted: The data.
        notes: What was done to it for the sake of speed.
    """

    name: str
    parted: Parted
    notes: tuple[str, ...] = ()


def listed() -> list[dict[str, str]]:
    """The sets that are always there: name, words, and group.

    Example:
        >>> [each["name"] for each in listed()][:3]
        ['moons', 'few-moons', 'circles']
    """
    toys = [{"name": name, "words": toy.words, "group": "toys"} for name, toy in TOYS.items()]
    real = [
        {"name": name, "words": f"{name}: {own.target}", "group": "tables"}
        for name, own in SETS.items()
    ]
    return toys + real


def scene(name: str, target: str | None = None, *, folder: Path) -> Scene:
    """Read and part a data set.

    Args:
        name: A toy, a table of the demo, or the path of a file below the folder.
        target: Column of a file to predict; None for its last one.
        folder: The folder that files must lie in.

    Raises:
        DataError: If there is no such set, or it cannot be used.

    Example:
        >>> moons = scene("moons", folder=Path())
        >>> moons.parted.ground.schema.task.kind, len(moons.parted.parts[0].view.validation)
        ('binary', 90)
    """
    if name in TOYS:
        toy = TOYS[name]
        metric = "rmse" if toy.task == "regression" else "accuracy"
        wish = _wish(toy.columns(), TARGET, task=toy.task, metric=metric)
        return Scene(name=name, parted=_parted(lay_ground(wish)))
    if name in SETS:
        own = SETS[name]
        task = "multiclass" if "multiclass" in own.options else None
        wish = _wish(_by_column(own.rows()), own.target, task=task)
        return Scene(name=name, parted=_parted(lay_ground(wish)))
    return _from_file(name, target, folder)


def _from_file(name: str, target: str | None, folder: Path) -> Scene:
    table = read(_below(name, folder))
    goal = table.frame.columns[-1] if target is None else str(target)
    table, notes = _short(table)
    ground = lay_ground(_wish(name, goal), table=table)
    return Scene(name=name, parted=_parted(ground), notes=notes)


def _below(name: str, folder: Path) -> Path:
    """The file of this name, refused where it lies elsewhere."""
    root = folder.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise DataError(
            f"no data set is called {name!r}",
            "the name of a toy or a table, or a file below the folder of the lab",
            try_="moons",
        )
    return path


def _short(table: Table) -> tuple[Table, tuple[str, ...]]:
    """The table with few rows enough to play with."""
    n_rows = table.frame.height
    if n_rows <= MOST_ROWS:
        return table, ()
    kept = np.sort(np.random.default_rng(0).choice(n_rows, MOST_ROWS, replace=False))
    note = f"{MOST_ROWS:,} of {n_rows:,} rows, drawn at random, so that a try is short"
    return replace(table, frame=table.frame[kept]), (note,)


def _wish(data: Any, target: str, *, task: str | None = None, metric: str | None = None) -> Wish:
    return Wish(data=data, target=target, time_s=LOOK_S, test_share=0, task=task, metric=metric)


def _parted(ground: Ground) -> Parted:
    return parted_ground(ground, views.hold_out(VALIDATION_SHARE), 0)


def _by_column(rows: Sequence[Sequence[object]]) -> Mapping[str, list[object]]:
    """A table given row by row, with empty cells missing."""
    header, *body = rows
    return {
        str(name): [None if row[i] == "" else row[i] for row in body]
        for i, name in enumerate(header)
    }

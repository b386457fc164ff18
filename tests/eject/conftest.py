"""Scripts for every kind of task, from plans that are made once."""

import dataclasses
import functools
from pathlib import Path

import pytest

from justright.eject.source import Source
from justright.recipes.design import PlannedDesign, design
from tests.eject.tables import asked, table

#: A training of a moment: what is tested is that it runs, not what it comes to.
BRIEF = {
    "epochs": 2,
    "ensemble_size": 1,
    "evaluation": "hold-out",
    "text": "hashed",
    "text_features": 16,
}


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("eject") / "rows.csv"
    table().write_csv(path)
    return path


@pytest.fixture(scope="session")
def planned(data: Path):
    """Plan a design for the table."""

    @functools.cache
    def plan(task: str, name: str | None = None, **overrides: object) -> PlannedDesign:
        return design(data, **asked(task), design=name, overrides=BRIEF | overrides)

    return plan


def changed(source: Source, **levers: object) -> Source:
    """A source whose design has other values of some levers."""
    plan = source.design
    for lever, value in levers.items():
        plan = plan.replace(dataclasses.replace(plan.decision(lever), value=value))
    return dataclasses.replace(source, design=plan)

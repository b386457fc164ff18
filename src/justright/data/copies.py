"""Columns that say the same as the target or as another column."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from justright.data.kind import Understood
from justright.data.repair import labels
from justright.data.twins import is_renamed, twins
from justright.kinds import ColumnKind, ColumnRole

_COMPARED: tuple[ColumnKind, ...] = ("number", "boolean", "date", "category")


def copies(
    typed: Mapping[str, Understood], targets: Sequence[str], roles: Mapping[str, ColumnRole]
) -> dict[str, Understood]:
    """Inputs that hold the same cells as the target or as an earlier input, excluded."""
    found_twice: dict[str, Understood] = {}
    goals = {target: labels(typed[target].cells) for target in targets}
    classes = [target for target in targets if typed[target].kind == "category"]
    seen: dict[tuple[Any, ...], list[str]] = {}
    for name, found in typed.items():
        if found.excluded or name in roles or found.kind == "image":
            continue
        cells = found.cells
        if reason := _of_target(cells, goals, classes):
            found_twice[name] = replace(found, reason=reason, excluded=True)
            continue
        key = (found.kind, cells.null_count(), cells.min(), cells.max(), *cells[:20])
        twin = next((t for t in seen.get(key, ()) if typed[t].cells.equals(cells)), None)
        if twin is not None:
            found_twice[name] = replace(found, reason=f"a copy of {twin!r}", excluded=True)
        else:
            seen.setdefault(key, []).append(name)
    return found_twice


def _of_target(cells: pl.Series, goals: Mapping[str, pl.Series], classes: Sequence[str]) -> str:
    """Which target a column says, be it under other names; empty for none."""
    for target, goal in goals.items():
        if _same(cells, goal):
            return f"a copy of the target {target!r}"
        if target in classes and is_renamed(cells, goal):
            return f"a copy of the target {target!r} under other names"
    return ""


def near_copies(
    typed: Mapping[str, Understood], roles: Mapping[str, ColumnRole]
) -> dict[str, Understood]:
    """Inputs that say the same as an earlier one in another unit or other names, excluded."""
    free = {
        name: found.cells
        for name, found in typed.items()
        if not found.excluded and name not in roles and found.kind in _COMPARED
    }
    return {
        name: replace(typed[name], reason=reason, excluded=True)
        for name, reason in twins(free).items()
    }


def _same(cells: pl.Series, goal: pl.Series) -> bool:
    """Whether a column says the same as the target's labels; a few rows tell most apart."""
    return labels(cells[:100]).equals(goal[:100]) and labels(cells).equals(goal)

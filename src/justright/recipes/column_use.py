"""What a fit does with one column, and why, in words."""

import polars as pl

from justright.data.categories import MAX_LEVELS, ONE_HOT_LEVELS
from justright.data.encode import vocabulary
from justright.data.schema import Schema
from justright.kinds import Column, Design, InputLayout, Task
from justright.nets.spec import DenseSpec

#: The encoder reads the columns of a schema; this stands where nothing is predicted.
_NO_TASK = Task(kind="regression", target="")

_ROLES = {
    "target": "predicted",
    "group": "keeps its rows on one side of every split",
    "weight": "tells how much each row counts; no input",
    "order": "orders the rows: the last ones are the test",
}


def use_of(column: Column, frame: pl.DataFrame, design: Design | None) -> tuple[str, str]:
    """What a fit does with a column, and why.

    Args:
        column: The column.
        frame: Typed cells of the rows that a fit learns from.
        design: The design; None where nothing is predicted yet.

    Returns:
        What is done; the reason.

    Example:
        >>> column = Column(name="sure", kind="boolean", role="input", reason="true and false",
        ...     n_missing=0, n_unique=2)
        >>> use_of(column, pl.DataFrame({"sure": [True, False]}), None)[0]
        'as 0 and 1'
    """
    if column.role == "excluded":
        return "left out", column.reason
    if column.role != "input":
        return _ROLES[column.role], column.reason
    layout = vocabulary(frame, Schema(columns=(column,), task=_NO_TASK)).layout
    match column.kind:
        case "number":
            return _number(layout, design)
        case "date":
            return _date(column, layout, design)
        case "boolean":
            return "as 0 and 1" + _gaps(column, layout), "two values need one input"
        case "category":
            return _category(column, layout, design)
        case "image":
            shape = " × ".join(map(str, layout.image or ()))
            return f"{shape} pixels, each scaled", "channels × height × width"
        case "text":
            return f"hashed words, {layout.n_columns:,} columns", column.reason
    return f"{layout.n_columns:,} columns of the input", column.reason


def _number(layout: InputLayout, design: Design | None) -> tuple[str, str]:
    gaps = ", a column says where it is missing" if layout.plain else ""
    if design is None:
        return "scaled" + gaps, "numbers of like size are learnt at a like speed"
    embedding = design.word("numeric_embedding")
    spread = f", embedded ({embedding.replace('_', ' ')})" if embedding != "none" else ""
    decision = design.decision("scaler")
    return f"scaled ({design.word('scaler')}){spread}{gaps}", decision.reason


def _date(column: Column, layout: InputLayout, design: Design | None) -> tuple[str, str]:
    scaler = "" if design is None else f" ({design.word('scaler')})"
    cycles = [part for part in layout.plain if part.startswith(f"{column.name} (")]
    parts = [name[len(column.name) + 2 :].split(",")[0] for name in cycles[::2]]
    said = f"; {', '.join(parts)} as cycles" if parts else ""
    why = "a trend needs the years, a season the place in its cycle"
    return f"years since the first, scaled{scaler}{said}{_gaps(column, layout)}", why


def _gaps(column: Column, layout: InputLayout) -> str:
    """Whether a column of the input says where the cells are missing."""
    said = f"{column.name} is missing" in layout.plain
    return ", a column says where it is missing" if said else ""


def _category(column: Column, layout: InputLayout, design: Design | None) -> tuple[str, str]:
    if not layout.codes:
        n_rare = column.n_unique + (column.n_missing > 0) - len(layout.plain)
        rare = f"; {n_rare:,} rare ones share one place" if n_rare > 0 else ""
        why = f"at most {ONE_HOT_LEVELS} levels{rare}"
        return f"one-hot, {len(layout.plain)} columns", why
    n_levels = layout.cardinalities[0]
    size = ""
    if design is not None and design.word("family") != "conv":
        size = f" in {DenseSpec.of(design, layout).embedding_sizes[0]} numbers"
    n_rare = column.n_unique + (column.n_missing > 0) - (n_levels - 1)
    rare = f"; {n_rare:,} rare ones share one place" if n_rare > 0 else ""
    why = f"more than {ONE_HOT_LEVELS} levels{rare}"
    if n_levels > MAX_LEVELS:
        why += f"; at most {MAX_LEVELS:,} are kept"
    return f"embedding of {n_levels:,} levels{size}", why

"""Measure the facts that the rule book reads."""

from collections import Counter
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.encode import vocabulary
from justright.data.facts import outlier_share, sample, skewness, spread
from justright.data.neighbours import likeness
from justright.data.schema import Prepared, Schema
from justright.data.target_values import target_values
from justright.data.text_embedding import is_installed
from justright.kinds import Profile, Rows

_SKEWED = 2.0  # third standardised moment: that of an exponential distribution


def measure(prepared: Prepared, rows: Rows, *, budget_s: float) -> Profile:
    """Measure the facts that the rule book reads, on the development rows only.

    Counts and shares of missing cells are exact; quartiles, outliers and skewness come from at
    most 100,000 rows.

    Args:
        prepared: The table.
        rows: Development rows.
        budget_s: Time that the user gives for the whole run, in seconds.

    Returns:
        The profile.

    Example:
        >>> from justright.data import read, schema
        >>> frame = {"x": [n * n for n in range(20)], "y": ["a", "b"] * 10}
        >>> profile = measure(schema.prepare(read.read(frame), "y"), np.arange(20), budget_s=60)
        >>> profile.n_numeric, profile.n_classes, profile.minority_share
        (1, 2, 0.5)
    """
    schema, frame = prepared.schema, prepared.frame
    inputs = {column.name: frame[column.name][rows] for column in schema.inputs}
    kinds = Counter(column.kind for column in schema.inputs)
    numbers = [
        sample(inputs[column.name].drop_nulls()).to_numpy()
        for column in schema.inputs
        if column.kind == "number" and inputs[column.name].count()
    ]
    n_missing = sum(cells.null_count() for cells in inputs.values())
    encoder = vocabulary(pl.DataFrame(list(inputs.values())), schema)
    n_from_text = sum(text.n_features for text in encoder.texts)  # the design may change it
    levels = [inputs[c.name].drop_nulls().n_unique() for c in schema.inputs if c.kind == "category"]
    skewed = [abs(skewness(values)) > _SKEWED for values in numbers]
    alike = likeness(prepared, rows)
    profile = Profile(
        task=schema.task.kind,
        n_rows=len(rows),
        n_numeric=kinds["number"],
        n_boolean=kinds["boolean"],
        n_category=kinds["category"],
        n_date=kinds["date"],
        n_text=kinds["text"],
        embeds_text=kinds["text"] > 0 and is_installed(),
        n_inputs=max(1, encoder.layout.n_columns - n_from_text),
        max_cardinality=max(levels, default=0),
        missing_share=n_missing / max(1, len(rows) * len(inputs)),
        outlier_share=max((outlier_share(values) for values in numbers), default=0.0),
        skewed_share=float(np.mean(skewed)) if skewed else 0.0,
        scale_ratio=_scale_ratio(numbers),
        **_image_facts(schema),
        autocorrelation=alike.autocorrelation,
        autocorrelation_z=alike.z,
        has_groups=schema.group is not None,
        has_order=schema.order is not None,
        budget_s=budget_s,
    )
    return _with_target(profile, prepared, rows)


def _image_facts(schema: Schema) -> dict[str, int]:
    if schema.image is None:
        return {}
    channels, height, width = schema.image
    return {"channels": channels, "height": height, "width": width}


def _scale_ratio(numbers: list[NDArray[np.float64]]) -> float:
    """Largest interquartile range over the smallest; those of 0 are left out."""
    with np.errstate(over="ignore"):  # a range beyond the largest float is left out too
        ranges = [np.subtract(*np.quantile(values / 2, (0.75, 0.25))) * 2 for values in numbers]
    usable = [float(width) for width in ranges if 0 < width < np.inf]
    if not usable:
        return 1.0
    return min(max(usable) / min(usable), float(np.finfo(np.float64).max))


def _with_target(profile: Profile, prepared: Prepared, rows: Rows) -> Profile:
    task = prepared.schema.task
    values = target_values(prepared.frame[rows], task)
    if task.classes:
        several = task.kind == "multilabel"
        counts = (
            values.sum(axis=0)
            if several
            else np.bincount(values.astype(np.int64), minlength=len(task.classes))
        )
        rarest = int(counts.min())
        return replace(
            profile,
            n_classes=len(task.classes),
            minority_share=rarest / max(1, len(rows)),
            n_rarest=rarest,
        )
    columns = values.reshape(len(values), -1)
    if task.kind == "ranking":
        columns = columns[:, :1]
    sampled = [sample(pl.Series(column)).to_numpy() for column in columns.T]
    return replace(
        profile,
        target_low=float(columns.min()),
        target_high=float(columns.max()),
        target_spread=spread(sampled[0]) if task.kind == "positive" else 1.0,
        target_outlier_share=max(outlier_share(numbers) for numbers in sampled),
        target_skewness=max((skewness(numbers) for numbers in sampled), key=abs),
    )

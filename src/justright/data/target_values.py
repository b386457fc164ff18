"""The target as arrays: class numbers, numbers, labels of a row, relevance within a query."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.label_lists import label_matrix
from justright.data.number_text import NumberForm, read_numbers
from justright.data.repair import as_numbers, as_text, labels, truths, without_infinity
from justright.data.target import refuse_unmeasurable
from justright.data.words import counted
from justright.errors import DataError
from justright.kinds import Task

_SHOWN = 10  # names listed in an error

#: Class numbers (int64) or numbers (float64); several columns in the kinds that have them.
Values = NDArray[np.int64] | NDArray[np.float64]


def target_values(frame: pl.DataFrame, task: Task) -> Values:
    """The target as the network needs it.

    Args:
        frame: A frame with the target columns, typed or as read.
        task: The task.

    Returns:
        Class numbers in the order of `task.classes` (int64, shape (rows,)), or numbers (float64):
        shape (rows,), (rows, labels) of 0 and 1 for a multilabel task, (rows, columns) for several
        targets, and (rows, 2) for a ranking: relevance and number of the query.

    Raises:
        DataError: If a column is absent, missing in some row, of a class that training did not
            have, or not a number.

    Example:
        >>> task = Task(kind="binary", target="y", classes=("no", "yes"))
        >>> target_values(pl.DataFrame({"y": ["yes", "no"]}), task)
        array([1, 0])
        >>> both = Task(kind="multi-target", target="a, b", targets=("a", "b"))
        >>> target_values(pl.DataFrame({"a": [1, 2], "b": [3, 4]}), both)
        array([[1., 3.],
               [2., 4.]])
    """
    for name in (*task.columns, *((task.query,) if task.query else ())):
        _refuse_absent(frame, name)
    if task.is_classification:
        return _class_numbers(frame[task.target], task)
    if task.kind == "multilabel":
        return _labels(frame, task)
    written = {name: NumberForm(decimal_mark=mark, unit=unit) for name, mark, unit in task.forms}
    columns = [_finite(frame[name], written.get(name)) for name in task.columns]
    if task.kind == "multi-target":
        return np.stack(columns, axis=1)
    if task.kind == "ranking":
        query = as_text(frame[task.query]).fill_null("").rank("dense").cast(pl.Float64)
        return np.stack([columns[0], query.to_numpy() - 1], axis=1)
    return columns[0]


def _refuse_absent(frame: pl.DataFrame, name: str) -> None:
    if name not in frame.columns:
        raise DataError(
            f"the table has no target column {name!r}",
            "the target in every row that is scored",
            try_=f"add a column {name!r}",
        )


def _class_numbers(raw: pl.Series, task: Task) -> NDArray[np.int64]:
    text = labels(raw)
    codes = _codes(text, task)
    _refuse_unseen(text, codes, task)
    return codes.to_numpy().astype(np.int64)


def _labels(frame: pl.DataFrame, task: Task) -> NDArray[np.float64]:
    """One column for each label, 1 where the row has it."""
    if not task.targets:
        _refuse_gaps(frame[task.target])
        return label_matrix(frame[task.target], task.classes)
    found = []
    for name in task.columns:
        raw = frame[name]
        _refuse_gaps(raw)
        held = raw.cast(pl.Boolean) if raw.dtype.is_numeric() else truths(as_text(raw))
        if held.null_count():
            row = int(held.is_null().arg_max() or 0)
            raise DataError(
                f"target {name!r} holds neither yes nor no in {counted(held.null_count())} of"
                f" {len(raw):,} (first: row {row + 1:,}, {raw[row]!r})",
                "0 or 1 in every row that is scored",
                try_=f"frame.drop_nulls({name!r})",
            )
        found.append(held.to_numpy().astype(np.float64))
    return np.stack(found, axis=1)


def _refuse_gaps(raw: pl.Series) -> None:
    if raw.null_count():
        row = int(raw.is_null().arg_max() or 0)
        raise DataError(
            f"target {raw.name!r} is missing in {counted(raw.null_count())} of {len(raw):,}"
            f" (first: row {row + 1:,})",
            "a target in every row that is scored",
            try_=f"frame.drop_nulls({raw.name!r})",
        )


def _finite(raw: pl.Series, form: NumberForm | None) -> NDArray[np.float64]:
    """Numbers of a target, read from text as training read them."""
    numbers = as_numbers(raw) if raw.dtype.is_numeric() else read_numbers(labels(raw), form)[0]
    finite, _ = without_infinity(numbers)
    if finite.null_count():
        row = int(finite.is_null().arg_max() or 0)
        raise DataError(
            f"target {raw.name!r} holds no number in {counted(finite.null_count())} of {len(raw):,}"
            f" (first: row {row + 1:,}, {raw[row]!r})",
            "a finite number in every row that is scored",
            try_=f"frame.drop_nulls({raw.name!r})",
        )
    refuse_unmeasurable(finite)
    return finite.to_numpy().astype(np.float64)


def _codes(text: pl.Series, task: Task) -> pl.Series:
    """Class numbers; null where unseen. Labels that differ only in case are the same."""
    by_label = {label: code for code, label in enumerate(task.classes)}
    by_key = {label.lower(): code for label, code in by_label.items()}
    words = text.drop_nulls().unique()
    codes = {
        word: by_label.get(word, by_key.get(word.lower(), _as_number(word, by_label)))
        for word in words
    }
    old, new = list(codes), list(codes.values())
    return (
        text.replace_strict(old, new, default=None, return_dtype=pl.Int64)
        if old
        else (text.cast(pl.Int64))
    )


def _as_number(word: str, by_label: dict[str, int]) -> int | None:
    """The class of "1.0", where the class is "1"."""
    try:
        number = float(word)
    except ValueError:
        return None
    return by_label.get(str(int(number))) if number.is_integer() else None


def _refuse_unseen(text: pl.Series, codes: pl.Series, task: Task) -> None:
    if n_missing := text.null_count():
        row = int(text.is_null().arg_max() or 0)
        raise DataError(
            f"target {task.target!r} is missing in {counted(n_missing)} of {len(text):,}"
            f" (first: row {row + 1:,})",
            "a class in every row that is scored",
            try_=f"frame.drop_nulls({task.target!r})",
        )
    if codes.null_count():
        unseen = sorted(text.filter(codes.is_null()).unique())
        shown = ", ".join(map(repr, unseen[:_SHOWN]))
        raise DataError(
            f"target {task.target!r} has {len(unseen):,} classes that training did not have, in"
            f" {counted(codes.null_count())} of {len(text):,} (first: {shown})",
            f"one of {', '.join(map(repr, task.classes[:_SHOWN]))}",
            try_=f"frame.filter(pl.col({task.target!r}).is_in({list(task.classes[:_SHOWN])}))",
        )

"""Cells that hold several labels: lists, or words with a mark between them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.repair import as_text

MARKS = ("|", ";", ",")  # between the labels of a cell, the surest first


def label_lists(raw: pl.Series, known: Sequence[str] = ()) -> pl.Series:
    """The labels of every cell, tidied, each once.

    Args:
        raw: Lists, or text such as "Action|Comedy" or "['Action', 'Comedy']".
        known: Labels that training had, which tell the mark of text.

    Returns:
        A column of lists of text; null where missing, empty where a cell holds none.

    Example:
        >>> label_lists(pl.Series(["Action|Comedy", "Drama", ""])).to_list()
        [['Action', 'Comedy'], ['Drama'], []]
    """
    cells = raw
    if isinstance(raw.dtype, pl.Array):
        cells = raw.arr.to_list()
    if not isinstance(cells.dtype, pl.List) or not _is_plain(cells.dtype.inner):
        text = as_text(cells).str.strip_chars().str.strip_chars("[](){}")
        cells = text.str.split(_mark(text, known))
    tidy = pl.element().cast(pl.String).str.strip_chars().str.strip_chars("'\"")
    tidy = tidy.str.replace_all("|", "/", literal=True)  # as labels are kept with | between them
    lists = cells.list.eval(tidy).list.drop_nulls()
    return lists.list.eval(pl.element().filter(pl.element() != "")).list.unique(maintain_order=True)


def _is_plain(dtype: Any) -> bool:
    """Whether cells of this type can be written as words."""
    return not (dtype.is_nested() or dtype in (pl.Object, pl.Binary, pl.Duration))


def _mark(text: pl.Series, known: Sequence[str]) -> str:
    """The mark whose pieces are most often known labels, or else the one found most often."""
    present = text.drop_nulls()
    if known:
        found = {
            mark: int(present.str.split(mark).explode().str.strip_chars(" '\"").is_in(known).sum())
            for mark in MARKS
        }
    else:
        found = {mark: int(present.str.contains(mark, literal=True).sum() or 0) for mark in MARKS}
    return max(MARKS, key=lambda mark: found[mark])


def holds_lists(raw: pl.Series) -> bool:
    """Whether each cell is a list of words or whole numbers.

    Example:
        >>> holds_lists(pl.Series([["a", "b"], ["a"]])), holds_lists(pl.Series(["a", "b"]))
        (True, False)
    """
    dtype = raw.dtype
    if not isinstance(dtype, pl.List):
        return False
    inner = dtype.inner
    return inner in (pl.String, pl.Categorical, pl.Enum) or inner.is_integer()


def label_matrix(raw: pl.Series, classes: Sequence[str]) -> NDArray[np.float64]:
    """One column for each label, 1 where the cell holds it; other labels are left out.

    Args:
        raw: Cells as `label_lists` takes them.
        classes: The labels.

    Returns:
        Shape (rows, labels).

    Example:
        >>> label_matrix(pl.Series(["a|b", "b"]), ["a", "b"])
        array([[1., 1.],
               [0., 1.]])
    """
    lists = label_lists(raw, classes)
    place = {label: i for i, label in enumerate(classes)}
    long = pl.DataFrame({"row": np.arange(len(raw)), "label": lists}).explode("label").drop_nulls()
    codes = long["label"].replace_strict(place, default=None, return_dtype=pl.Int64)
    known = codes.is_not_null().to_numpy()
    matrix = np.zeros((len(raw), len(classes)))
    matrix[long["row"].to_numpy()[known], codes.to_numpy()[known].astype(np.int64)] = 1.0
    return matrix

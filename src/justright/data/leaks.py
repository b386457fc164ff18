"""Single columns, or the order of the rows, that tell the target almost alone."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from justright.data.goals import MIN_ROWS, Cells, Goal, Input, dropped, ordered_by, warning
from justright.kinds import Finding, Rows, Severity

ALMOST = 0.99  # balanced accuracy or R² of one column alone that is too good (house convention)
APART = 5.0  # times the error of the suspect that the next best column makes (house convention)
ORDERED = 0.5  # share of the target that the row number tells: far from chance (house convention)
RISING = 0.999  # rank correlation with the row number of a column that counts rows (house)
EXACT = 0.99999  # rank correlation of a target and what was computed from it alone (house)
_LEAVES, _LEAF_ROWS = 256, 5  # of the tree: a level of a category each, and no single rows
_FOLDS = 5  # of the cross-validation
_MOST_CLASSES = 0.5  # classes per row of training above which none repeats enough (scikit-learn)
_LOOK_ROWS = 2_000  # rows of the first look, which is not cross-validated and so too kind
_LOOK = 0.9  # score of the first look below which none of ALMOST follows (house convention)
_LEAST = 1e-9  # of a row's own weight, so that it decides only where nothing else does
_TRIED = 30  # columns that are cross-validated at most, the best at first look
_CLASS_ROWS = 10  # rows of a class or level that is asked for: two for each fold


def single_columns(goal: Goal) -> tuple[Finding, ...]:
    """Flag columns that predict the target almost perfectly alone, far better than the others.

    Args:
        goal: The target and the inputs.

    Returns:
        A finding each, the best first. None where there is one column only, or where several
        good ones follow each other closely: then the task is easy.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> y, x = rng.normal(size=(2, 100))
        >>> columns = {"leak": y**3, "x": x}
        >>> inputs = tuple(Input(name=n, kind="number", cells=c) for n, c in columns.items())
        >>> rows = np.arange(100)
        >>> [found] = single_columns(
        ...     Goal(name="y", values=y, is_class=False, places=rows, inputs=inputs))
        >>> found.column, found.remedy
        ('leak', '--drop leak')
    """
    if len(goal.values) < MIN_ROWS or len(goal.inputs) < 2:
        return ()
    looks = {one.name: _look(one.cells, goal.values, is_class=goal.is_class) for one in goal.inputs}
    ranked = sorted(goal.inputs, key=lambda one: -looks[one.name])
    n_good = sum(look >= _LOOK for look in looks.values())
    if not n_good:
        return ()
    tried = ranked[: min(n_good, _TRIED) + 1]  # the next one too, to compare with
    scores = {one.name: alone(one.cells, goal.values, is_class=goal.is_class) for one in tried}
    honest = max((score for score in scores.values() if score < ALMOST), default=0.0)
    return tuple(
        _single(one, scores[one.name], honest, goal)
        for one in sorted(tried, key=lambda one: -scores[one.name])
        if scores[one.name] >= ALMOST and 1 - honest >= APART * (1 - scores[one.name])
    )


def told_by_target(goal: Goal) -> tuple[Finding, ...]:
    """Flag columns that the target alone determines almost: they may be made from it.

    Args:
        goal: The target and the inputs.

    Returns:
        A finding for each category or boolean, and for each number beside classes.
    """
    if len(goal.values) < MIN_ROWS or len(goal.inputs) < 2:
        return ()
    found = []
    for one in goal.inputs:
        if one.is_ordered and not goal.is_class:
            continue  # what `single_columns` sees from the other side
        known = np.isfinite(one.cells)
        x, y = goal.values[known], one.cells[known]
        if not one.is_ordered:
            x, y = _frequent(x, y)
        if len(y) < MIN_ROWS or _look(x, y, is_class=not one.is_ordered) < _LOOK:
            continue
        score = alone(x, y, is_class=not one.is_ordered)
        if score >= ALMOST:
            found.append(_told(one, score, goal))
    return tuple(found)


def row_order(goal: Goal, keys: Sequence[str] = ()) -> Finding | None:
    """Flag rows that are sorted by the target, or nearly: their number alone predicts it.

    Args:
        goal: The target, and where its rows lie.
        keys: Columns of keys that were left out.

    Returns:
        A finding; a warning where a column counts the rows, and so would give the target away.

    Example:
        >>> rows = np.arange(150)
        >>> goal = Goal(name="y", values=rows // 50, is_class=True, places=rows, inputs=())
        >>> row_order(goal).sign
        "the row number alone predicts 'y' with balanced accuracy 0.987 (by chance 0.333)"
    """
    if len(goal.values) < MIN_ROWS:
        return None
    score = alone(goal.places.astype(np.float64), goal.values, is_class=goal.is_class)
    chance = 1 / len(np.unique(goal.values)) if goal.is_class else 0.0
    if (score - chance) / (1 - chance) < ORDERED:
        return None
    said = _said(score, goal.is_class)
    counting = [one for one in goal.inputs if one.is_ordered and _counts(one, goal.places)]
    return Finding(
        check="row-order",
        severity=Severity.WARN if counting or keys else Severity.NOTE,
        sign=f"the row number alone predicts {goal.name!r} with {said} (by chance {chance:.3g})",
        meaning=_order_meaning(counting, keys),
        remedy=_order_remedy(counting),
        column=next(iter((*(one.name for one in counting), *keys)), None),
        numbers={"score": score, "chance": chance},
    )


def _order_meaning(counting: Sequence[Input], keys: Sequence[str]) -> str:
    sorted_ = "the rows are sorted by the target or by time"
    if counting:
        names = ", ".join(repr(one.name) for one in counting)
        return f"{sorted_}, and {names} counts them: it may give the target away"
    if keys:
        return f"{sorted_}: {', '.join(map(repr, keys))} would give it away, and is left out"
    return f"{sorted_}: a column that counts them would give it away, but there is none"


def _order_remedy(counting: Sequence[Input]) -> str:
    dates = [one.name for one in counting if one.kind == "date"]
    numbers = [one.name for one in counting if one.kind != "date"]
    if dates:
        return f"{ordered_by(dates[0])}, if later rows are to be predicted from earlier ones"
    if numbers:
        return dropped(numbers)
    return "none needed, as the split shuffles the rows; --order COLUMN if they lie in time"


def alone(x: Cells, y: Cells, *, is_class: bool) -> float:
    """How well one column predicts another, cross-validated.

    Args:
        x: The column to predict from, NaN where missing, shape (rows,).
        y: Numbers, or codes of classes; shape (rows,).
        is_class: Whether they are codes.

    Returns:
        Balanced accuracy of a tree; or R² of a tree, or of a line through the values or through
        their ranks, whichever is best. Folds are interleaved, of each class apart. 0 where
        classes hardly repeat, as combinations of labels may.

    Example:
        >>> x = np.arange(100.0)
        >>> alone(x, x > 30, is_class=True), round(alone(x, np.exp(x / 9), is_class=False), 3)
        (1.0, 1.0)
    """
    filled = _filled(x)
    fold = _fold_numbers(y, is_class)
    if is_class and len(np.unique(y)) > _MOST_CLASSES * (len(y) - np.bincount(fold).max()):
        return 0.0
    predicted = np.empty(len(y))
    for number in range(_FOLDS):
        held = fold == number
        if held.any():
            tree = _tree(is_class).fit(filled[~held, None], y[~held])
            predicted[held] = tree.predict(filled[held, None])
    if is_class:
        return _balanced_accuracy(y, predicted)
    known = np.isfinite(x)
    lines = (_r2(x[known], y[known]), _r2(_ranks(x[known]), _ranks(y[known])))
    return max(_explained(y, predicted), *(float(known.mean()) * r2 for r2 in lines))


def _look(x: Cells, y: Cells, *, is_class: bool) -> float:
    """About the same from fewer rows, each told by its neighbour or by the rows of equal cells."""
    step = -(-len(y) // _LOOK_ROWS)
    few, goal = _filled(x[::step]), y[::step]
    _, place, counts = np.unique(few, return_inverse=True, return_counts=True)
    pair = np.unique((np.cumsum(counts) - counts)[place] // 2, return_inverse=True)[1]
    others = np.bincount(pair)[pair] - 1
    if is_class:
        codes, code = np.unique(goal, return_inverse=True)
        weight = 1 / np.bincount(code)[code]
        shares = np.zeros((pair.max() + 1, len(codes)))
        np.add.at(shares, (pair, code), weight)
        of_others = shares[pair]
        of_others[np.arange(len(code)), code] -= np.where(others, weight * (1 - _LEAST), 0.0)
        return _balanced_accuracy(code, of_others.argmax(1))
    sums = np.bincount(pair, goal)[pair]
    told = np.where(others, (sums - goal) / np.maximum(others, 1), goal)
    return _explained(goal, told)


def _tree(is_class: bool) -> Any:
    # Loaded here: it takes most of a second, which small tables have no use for.
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    shape = {"max_leaf_nodes": _LEAVES, "min_samples_leaf": _LEAF_ROWS, "random_state": 0}
    if is_class:
        return DecisionTreeClassifier(class_weight="balanced", **shape)
    return DecisionTreeRegressor(**shape)


def _ranks(x: NDArray[Any]) -> Cells:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place], dtype=np.float64)


def _filled(x: Cells) -> Cells:
    """Ranks, which trees part alike, with the missing below them all."""
    return np.asarray(np.unique(x, return_inverse=True)[1] - np.isnan(x) * (len(x) + 1.0))


def _fold_numbers(y: Cells, is_class: bool) -> Rows:
    if not is_class:
        return np.arange(len(y)) % _FOLDS
    fold = np.empty(len(y), dtype=np.int64)
    for code in np.unique(y):
        own = np.flatnonzero(y == code)
        fold[own] = np.arange(len(own)) % _FOLDS
    return fold


def _balanced_accuracy(y: NDArray[Any], predicted: NDArray[Any]) -> float:
    """Mean over the classes of the share that was found."""
    hit = y == predicted
    return float(np.mean([hit[y == code].mean() for code in np.unique(y)]))


def _explained(y: Cells, predicted: Cells) -> float:
    scale = float(np.abs(y).max(initial=0.0)) or 1.0
    total = float((((y - y.mean()) / scale) ** 2).sum())
    return 1 - float((((y - predicted) / scale) ** 2).sum()) / total if total > 0 else 0.0


def _r2(x: Cells, y: Cells) -> float:
    """Squared correlation; 0 where either is constant."""
    if len(x) < MIN_ROWS:
        return 0.0
    a, b = (v / (np.abs(v).max(initial=0.0) or 1.0) for v in (x, y))
    a, b = a - a.mean(), b - b.mean()
    size = float(a @ a) * float(b @ b)
    return float(a @ b) ** 2 / size if size > 0 else 0.0


def _frequent(x: Cells, y: Cells) -> tuple[Cells, Cells]:
    """Rows whose level is not too rare to be asked for; none where only one level is left."""
    _, place, counts = np.unique(y, return_inverse=True, return_counts=True)
    keep = counts[place] >= _CLASS_ROWS
    if (counts >= _CLASS_ROWS).sum() < 2:
        keep[:] = False
    return x[keep], y[keep]


def _counts(one: Input, places: Rows) -> bool:
    known = np.isfinite(one.cells)
    return _r2(_ranks(one.cells[known]), _ranks(places[known])) > RISING**2


def _single(one: Input, score: float, honest: float, goal: Goal) -> Finding:
    exact = not goal.is_class and _r2(_ranks(one.cells), _ranks(goal.values)) > EXACT**2
    if exact:
        sign = f"{one.name!r} rises or falls with the target {goal.name!r} in every row"
        meaning = "it looks like the target in another unit or scale"
    else:
        sign = (
            f"{one.name!r} alone predicts {goal.name!r} with {_said(score, goal.is_class)}, the"
            f" next best column with {honest:.3g}"
        )
        meaning = "it may be known only after the target is, and then the score is too good"
    return warning(
        "leak-single-column", sign, meaning, drop=[one.name], score=score, next_best=honest
    )


def _told(one: Input, score: float, goal: Goal) -> Finding:
    return warning(
        "leak-from-target",
        f"the target {goal.name!r} alone tells {one.name!r} with"
        f" {_said(score, not one.is_ordered)}",
        "the column may be made from the target, and then the score is too good",
        drop=[one.name],
        score=score,
    )


def _said(score: float, is_class: bool) -> str:
    return f"{'balanced accuracy' if is_class else 'R²'} {score:.3f}"

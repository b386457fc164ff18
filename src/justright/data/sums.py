"""Targets that are computed from other columns: a sum, a difference, a linear formula."""

import numpy as np

from justright.data.goals import MIN_ROWS, Cells, Goal, warning
from justright.kinds import Finding

LINEAR = 0.999999  # R² of a formula, not of a law measured with noise (house convention)
TERMS = 4  # columns of a sum, at most
_GATE = 0.99  # R² below which no sum rounded to whole units hides (house convention)
_ROWS_PER_COLUMN = 4  # rows needed for each column: half of them fit, half of them test
_COLUMNS = 200  # tried at most, those most correlated with the target
_KNOWN_SHARE = 0.8  # of the rows that a column must be known in
_WORSE = 1.5  # times the error that leaving a column out may cost
_UNIT_TOLERANCE = 0.05  # distance of a coefficient from +1 or -1
_EQUAL_SHARE = 0.999  # of the rows in which a sum must come out
_EXACT = 2.0**53  # from here on every 64-bit float is a whole number (IEEE 754)
_DIGITS = 9  # decimals that are looked for; more are binary noise
_NAMED = 6  # columns named in a sentence


def sums(goal: Goal) -> tuple[Finding, frozenset[str]] | None:
    """Flag a target that equals a sum or difference of columns, or a linear formula of them.

    Args:
        goal: The target, numbers, and the inputs.

    Returns:
        A finding and the names of the columns; None for classes, or where nothing comes out.

    Example:
        >>> from justright.data.goals import Input
        >>> rng = np.random.default_rng(0)
        >>> a, b, c = rng.integers(0, 100, (3, 60)).astype(float)
        >>> columns = {"a": a, "b": b, "c": c}
        >>> inputs = tuple(Input(name=n, kind="number", cells=v) for n, v in columns.items())
        >>> sums(Goal(name="y", values=a - b, is_class=False, places=np.arange(60), inputs=inputs)
        ...     )[0].sign
        "'y' = 'a' - 'b' in all of 60 rows"
    """
    numbers = [one for one in goal.inputs if one.kind == "number"]
    columns = {one.name: one.cells for one in numbers if _is_known(one.cells)}
    if goal.is_class or not columns:
        return None
    complete = np.isfinite(np.stack(list(columns.values()))).all(0)
    y = goal.values[complete]
    if len(y) < MIN_ROWS:
        return None
    x = np.stack([cells[complete] for cells in columns.values()], axis=1)
    names, x = _nearest(list(columns), x, y)
    kept = _needed(_scaled(x), _scaled(y[:, None])[:, 0])
    if not kept:
        return None
    parts = [names[i] for i in kept]
    found = _judged(goal.name, parts, x[:, kept], y)
    return None if found is None else (found, frozenset(parts))


def _is_known(cells: Cells) -> bool:
    known = np.isfinite(cells)
    return bool(known.mean() >= _KNOWN_SHARE and cells[known].max() > cells[known].min())


def _nearest(names: list[str], x: Cells, y: Cells) -> tuple[list[str], Cells]:
    """As many columns as the rows bear, those most correlated with the target."""
    room = min(_COLUMNS, len(y) // _ROWS_PER_COLUMN)
    if len(names) <= room:
        return names, x
    best = np.sort(np.argsort(-np.abs(_scaled(x).T @ _scaled(y[:, None])[:, 0]))[:room])
    return [names[i] for i in best], x[:, best]


def _scaled(x: Cells) -> Cells:
    """Columns with mean 0 and spread 1; 0 where constant."""
    scaled = x / np.maximum(np.abs(x).max(0), np.finfo(np.float64).tiny)
    centred = scaled - scaled.mean(0)
    spread = centred.std(0)
    tiny = spread <= np.finfo(np.float64).eps * 8
    return np.asarray(centred / np.where(tiny, np.inf, spread))


def _needed(x: Cells, y: Cells) -> list[int]:
    """The columns of a linear formula for the target; none where there is no good one."""
    kept = list(range(x.shape[1]))
    beta, error = _fit(x, y)
    if error > 1 - _GATE:
        return []
    limit = max(_WORSE * error, 1 - LINEAR)
    for column in np.argsort(np.abs(beta)):
        fewer = [i for i in kept if i != column]
        if fewer and _fit(x[:, fewer], y)[1] <= limit:
            kept = fewer
    return kept


def _fit(x: Cells, y: Cells) -> tuple[Cells, float]:
    """Coefficients from every other row, and 1 - R² on the rows between."""
    beta = np.asarray(np.linalg.lstsq(x[::2], y[::2], rcond=1e-10)[0], dtype=np.float64)
    rest = y[1::2] - x[1::2] @ beta
    total = float(((y[1::2] - y[1::2].mean()) ** 2).sum())
    return beta, float(rest @ rest) / total if total > 0 else 1.0


def _judged(target: str, names: list[str], x: Cells, y: Cells) -> Finding | None:
    design = np.column_stack([x, np.ones(len(y))])
    scale = np.maximum(np.abs(design).max(0), np.finfo(np.float64).tiny)
    beta = np.linalg.lstsq(design / scale, y, rcond=1e-12)[0] / scale
    signs = np.sign(beta[:-1])
    is_sum = len(names) <= TERMS and bool((np.abs(np.abs(beta[:-1]) - 1) < _UNIT_TOLERANCE).all())
    if is_sum:
        off = np.abs(y - x @ signs)
        equal = off <= _unit_of(y) / 2 + sum(_unit_of(column) for column in x.T) / 2
        if equal.mean() >= _EQUAL_SHARE:
            return _sum(target, names, signs, int(equal.sum()), len(y))
    rest = y - design @ beta
    r2 = 1 - float(rest @ rest) / float(((y - y.mean()) ** 2).sum())
    return _linear(target, names, r2, len(y)) if r2 > LINEAR else None


def _unit_of(values: Cells) -> float:
    """The last decimal place that is used: 1 for whole numbers, 0.01 for cents."""
    fine = values[np.abs(values) < _EXACT]  # larger ones are whole, and could overflow
    for digits in range(_DIGITS):
        scaled = fine * 10.0**digits
        if (np.abs(scaled - np.round(scaled)) < 1e-6 * np.maximum(1, np.abs(scaled))).all():
            return float(10.0**-digits) if digits else min(1.0, float(np.abs(values).max()) or 1.0)
    return float(10.0**-_DIGITS * max(1.0, np.abs(values).max()))


def _sum(target: str, names: list[str], signs: Cells, n_equal: int, n_rows: int) -> Finding:
    ordered = sorted(zip(signs, names, strict=True), key=lambda term: -term[0])
    words = " ".join(f"{'+' if sign > 0 else '-'} {name!r}" for sign, name in ordered)
    share = f"all of {n_rows:,}" if n_equal == n_rows else f"{n_equal:,} of {n_rows:,}"
    what = "they are parts of the target" if len(names) > 1 else "the column is the target"
    return warning(
        "leak-sum",
        f"{target!r} = {words.removeprefix('+ ')} in {share} rows",
        f"{what}: with them known there is nothing to predict, so the score is too good",
        drop=names,
        share=n_equal / n_rows,
    )


def _linear(target: str, names: list[str], r2: float, n_rows: int) -> Finding:
    shown = ", ".join(map(repr, names[:_NAMED]))
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return warning(
        "leak-formula",
        f"{target!r} is a linear formula of {shown}{more}: R² {r2:.7f} in {n_rows:,} rows",
        "a sum needs no network; if the target is computed from them, the score is too good",
        drop=names,
        r2=r2,
    )

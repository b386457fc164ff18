"""Development rows that look wrong: listed for the user to look at, never left out."""

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.far_rows import FAR as FAR_OUT
from justright.data.far_rows import reaches
from justright.data.mislabelled import mislabelled, misvalued
from justright.data.target_values import Values
from justright.data.words import counted
from justright.kinds import Design, Doubt, Finding, Severity, Suspect, Task
from justright.recipes.ground import Ground

SUSPECTS = "suspect_rows.csv"  # in the model folder
SHOWN = 20  # rows of each kind in the report; all are in the file
MIN_ROWS = 20  # judged rows; of fewer, the counts of confident learning are chance (convention)
NAMED = 3  # further columns that a far row names
SURE = 0.05  # probability of a given label; below it doubt is beyond noise (house convention)

_TYPES = {
    "row": pl.UInt32,
    "kind": pl.String,
    "column": pl.String,
    "given": pl.String,
    "suggested": pl.String,
    "confidence": pl.Float64,
    "distance": pl.Float64,
    "why": pl.String,
}
_GUARDS = {
    "robust": "the scaler measures by quartiles and bends far values towards 3 units, so that they"
    " weigh little",
    "standard": "the scaler takes them as they are: --set scaler=robust bends them",
    "min-max": "the scaler presses the others together: --set scaler=robust bends them instead",
    "quantile": "the scaler sees their rank alone, so that they weigh like any other row",
}

Array = NDArray[np.float64]


def doubts(ground: Ground, targets: Values, predictions: Array) -> tuple[Doubt, pl.DataFrame]:
    """Look for doubtful targets and far rows among the development rows.

    Args:
        ground: The table; its test part is not looked at.
        targets: Of the development rows, as `target_values` gives them.
        predictions: By networks that did not train on the row, as `Predictor.finish` gives them;
            NaN where there is none.

    Returns:
        What the report shows, and all suspects as a table, like `suspect_rows.csv`.
    """
    task, rows = ground.schema.task, ground.prepared.rows[ground.development] + 1
    judged = np.isfinite(predictions.reshape(len(predictions), -1)).all(1)
    judges = task.kind != "ranking" and int(judged.sum()) >= MIN_ROWS
    doubtful: list[Suspect] = []
    if judges:
        doubtful = _doubtful(task, rows[judged], targets[judged], predictions[judged])
    far = _far(ground, rows)
    doubt = Doubt(
        targets=tuple(doubtful[:SHOWN]),
        outliers=tuple(far[:SHOWN]),
        n_targets=len({suspect.row for suspect in doubtful}),
        n_outliers=len(far),
        n_judged=int(judged.sum()) if judges else 0,
        n_rows=len(rows),
        how=_how(task) if judges else "",
        guarded=_guarded(ground.design),
    )
    return doubt, pl.DataFrame([asdict(one) for one in (*doubtful, *far)], schema=_TYPES)


def read_suspects(content: bytes | None) -> pl.DataFrame:
    """The table of `suspect_rows.csv`; an empty one without the file.

    Example:
        >>> read_suspects(None).height
        0
    """
    return pl.DataFrame(schema=_TYPES) if content is None else pl.read_csv(content, schema=_TYPES)


def _doubtful(task: Task, rows: Values, targets: Values, predictions: Array) -> list[Suspect]:
    """Targets that are not believed, the least believed first."""
    if task.is_classification:
        labels = targets.astype(np.int64)
        return list(_labels(task.target, task.classes, rows, labels, predictions))
    found: list[Suspect] = []
    if task.kind == "multilabel":
        for k, label in enumerate(task.classes):
            own = np.stack([1 - predictions[:, k], predictions[:, k]], axis=1)
            found += _labels(label, ("no", "yes"), rows, targets[:, k].astype(np.int64), own)
        return sorted(found, key=lambda suspect: suspect.confidence or 0.0)
    values, guesses = targets.reshape(len(rows), -1), predictions.reshape(len(rows), -1)
    for k, name in enumerate(task.columns):
        found += _values(name, rows, values[:, k].astype(np.float64), guesses[:, k])
    return sorted(found, key=lambda suspect: -(suspect.distance or 0.0))


def _labels(
    column: str,
    classes: tuple[str, ...],
    rows: Values,
    labels: NDArray[np.int64],
    probabilities: Array,
) -> Iterator[Suspect]:
    for i in mislabelled(labels, probabilities):
        p, best = probabilities[i], int(probabilities[i].argmax())
        yield Suspect(
            row=int(rows[i]),
            kind="label",
            column=column,
            given=classes[labels[i]],
            suggested=classes[best],
            confidence=float(p[labels[i]]),
            why=f"given a probability of {p[labels[i]]:.2g}, against {p[best]:.2g} for"
            f" {classes[best]!r}",
        )


def _values(column: str, rows: Values, values: Array, guesses: Array) -> Iterator[Suspect]:
    found, distance = misvalued(values, guesses)
    for i in found:
        yield Suspect(
            row=int(rows[i]),
            kind="value",
            column=column,
            given=f"{values[i]:.6g}",
            suggested=f"{guesses[i]:.6g}",
            distance=float(distance[i]),
            why=f"{distance[i]:.3g} robust standard deviations from what is predicted",
        )


def _far(ground: Ground, rows: Values) -> list[Suspect]:
    """Rows with a number far outside, the farthest first."""
    names = [column.name for column in ground.schema.inputs if column.kind == "number"]
    frame = ground.prepared.frame[ground.development].select(names)
    farthest, where = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.int64)
    beyond: dict[int, list[str]] = {}
    for k, name in enumerate(names):
        found = reaches(frame[name])
        more = np.abs(found) > np.abs(farthest)
        farthest[more], where[more] = found[more], k
        for i in np.flatnonzero(np.abs(found) >= FAR_OUT):
            beyond.setdefault(int(i), []).append(name)
    order = sorted(beyond, key=lambda i: -abs(farthest[i]))
    return [
        _outlier(int(rows[i]), frame[names[where[i]]], i, farthest[i], beyond[i]) for i in order
    ]


def _outlier(row: int, cells: pl.Series, i: int, far: float, beyond: list[str]) -> Suspect:
    side = "above" if far > 0 else "below"
    others = [name for name in beyond if name != cells.name]
    more = f", and {len(others) - NAMED:,} more" if len(others) > NAMED else ""
    also = f"; also {', '.join(map(repr, others[:NAMED]))}{more}" if others else ""
    return Suspect(
        row=row,
        kind="outlier",
        column=cells.name,
        given=f"{cells[i]:.6g}",
        distance=abs(float(far)),
        why=f"{abs(far):.3g} times as far {side} the median as the outer 5 % begin{also}",
    )


def _how(task: Task) -> str:
    if task.is_numeric:
        return "residuals in robust standard deviations, of rows with a similar prediction"
    return "confident learning (Northcutt et al. 2021)"


def _guarded(design: Design) -> str:
    loss = "; Huber's loss grows in a line where a target is far" if (
        design.word("loss") == "huber"
    ) else ""  # fmt: skip
    return _GUARDS[design.word("scaler")] + loss


def findings(doubt: Doubt) -> tuple[Finding, ...]:
    """What the user should know of it: a word in the terminal, a line in the report."""
    found = []
    where = f"listed in {SUSPECTS} and model.suspects; none was left out"
    if doubt.n_targets:
        one = doubt.targets[0]
        label = one.kind == "label"
        share = doubt.n_targets / doubt.n_judged
        found.append(
            Finding(
                check="mislabelled" if label else "misvalued",
                severity=_severity(one),
                sign=f"{counted(doubt.n_targets)} {'look' if doubt.n_targets > 1 else 'looks'}"
                f" {'mislabelled' if label else 'to have a wrong target'}",
                meaning=f"networks that did not train on them believe otherwise; {where}",
                remedy="look at them; to leave them out: frame.with_row_index('row', 1)"
                ".join(model.suspects, on='row', how='anti')",
                column=one.column,
                numbers={"rows": float(doubt.n_targets), "share": share},
            )
        )
    if doubt.n_outliers:
        far = doubt.outliers[0]
        found.append(
            Finding(
                check="far-rows",
                severity=Severity.NOTE,
                sign=f"{counted(doubt.n_outliers)} {'lie' if doubt.n_outliers > 1 else 'lies'}"
                " far outside the others",
                meaning=f"{doubt.guarded}; {where}",
                remedy=f"look at row {far.row:,}: {far.column} = {far.given}",
                numbers={"rows": float(doubt.n_outliers)},
            )
        )
    return tuple(found)


def _severity(worst: Suspect) -> Severity:
    """A warning where a target is doubtful beyond what hard rows bring."""
    sure = worst.confidence is None or worst.confidence < SURE
    return Severity.WARN if sure else Severity.NOTE

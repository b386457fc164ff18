"""A trained model: to predict with, to evaluate, to explain, to keep."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.conformal import Conformal
from justright.data.image_folder import PATH
from justright.data.schema import Conformed, Schema, conform, read_like
from justright.data.target_values import target_values
from justright.designer.explain import WIDTH, Form, explain
from justright.errors import ModelError
from justright.kinds import RunRecord, Score
from justright.recipes.doubt import SUSPECTS, read_suspects
from justright.recipes.eject import script, script_file
from justright.recipes.folder import read_folder, write_folder
from justright.recipes.intervals import INTERVALS, intervals, intervals_file, read_intervals
from justright.recipes.metrics import names, resamples, scores
from justright.recipes.model_files import DESIGN, ENCODER, RUN, WEIGHTS, model_files, read_model
from justright.recipes.predictor import Predictor
from justright.recipes.told import interval_columns, prediction_columns, told
from justright.report.card import card
from justright.report.html import html
from justright.report.logbook import logbook_text
from justright.report.notebook import model_html
from justright.report.plot import plot_curves, plot_gradients, plot_scores, plot_sweep
from justright.report.words import rows_scored


class Model:
    """A trained model.

    Attributes:
        schema: What each column is, and the task.
        predictor: The networks.
        run: How it came about: design, decisions, curves, scores.
        folder: Where it lies; None when it was not saved.
        suspects: Development rows that look wrong, one line each: row (from 1), kind, column,
            given, suggested, confidence, distance, why. None of them was left out.
        conformals: Errors out of fold that intervals are made from, for each column; empty for
            classes and rankings.
    """

    def __init__(
        self,
        schema: Schema,
        predictor: Predictor,
        run: RunRecord,
        folder: Path | None = None,
        *,
        suspects: pl.DataFrame | None = None,
        conformals: tuple[Conformal, ...] = (),
    ) -> None:
        self.schema, self.predictor, self.run, self.folder = schema, predictor, run, folder
        self.suspects = read_suspects(None) if suspects is None else suspects
        self.conformals = conformals

    def predict(self, data: Any) -> NDArray[Any]:
        """Predict rows.

        Args:
            data: A path, a frame, a dict of columns, or a 2-D array, with the input columns of
                training. Their order does not count; more columns do no harm. Or images, as
                `fit` takes them.

        Returns:
            Class labels as text, or numbers in the target's unit, shape (rows,); of several
            columns, numbers of shape (rows, columns); of labels, whether each row has them, shape
            (rows, labels); of a ranking, scores to sort the rows of a query by, the best highest.

        Raises:
            ModelError: If input columns are missing.
        """
        return told(self.schema.task, self.predictor.predict(self._conform(data).frame))

    def predict_proba(self, data: Any) -> NDArray[np.float64]:
        """Probability of each class or label, in the order of `classes`.

        Args:
            data: As for `predict`.

        Returns:
            Shape (rows, classes); each row sums to 1, but for labels, of which a row has many.

        Raises:
            ModelError: If the model predicts numbers, or input columns are missing.
        """
        if self.schema.task.is_numeric:
            raise ModelError(
                f"the model predicts a number, {self.schema.target!r}",
                "a model of classes, to give probabilities",
                try_="model.predict(data)",
            )
        return self.predictor.predict(self._conform(data).frame)

    def predict_interval(self, data: Any, level: float = 0.9) -> NDArray[np.float64]:
        """The interval of each predicted number: both ends, in the target's unit.

        It is learnt from errors on rows that the networks had not seen, and holds on `level` of
        new rows like those. `run.coverage` tells on how many test rows it held.

        Args:
            data: As for `predict`.
            level: Share of new rows whose true number shall lie inside, above 0 and below 1.

        Returns:
            Low and high, shape (rows, 2); of several columns (rows, columns, 2), each column by
            itself. A bounded or positive target's keep to its bounds.

        Raises:
            ModelError: If the model predicts no numbers, was saved before intervals were kept, or
                has seen too few rows for the level.
        """
        return self._interval(self.predictor.predict(self._conform(data).frame), level)

    def _interval(self, outputs: NDArray[np.float64], level: float) -> NDArray[np.float64]:
        scale = self.predictor.scale
        return intervals(outputs, self.conformals, scale, self.schema.task, level)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class labels in the order of the probabilities; empty for numbers."""
        return self.schema.task.classes

    def predict_frame(self, data: Any, *, interval: float | None = None) -> pl.DataFrame:
        """Predict rows into a frame: `prediction`, and for classes and labels `prob_<class>`.

        Several columns have `prediction_<column>` each; labels are put in a row, with | between
        them; a ranking has `rank` beside, from 1 within each query, where the query is known.
        Images of a folder have their `path` beside it.

        Args:
            data: As for `predict`. Rows keep their order and number.
            interval: As `level` of `predict_interval`, to have its ends as `low` and `high`, or
                `low_<column>` and `high_<column>`; None for none.

        Raises:
            ModelError: If input columns are missing, or as `predict_interval` does.
        """
        table = read_like(data, self.schema)
        outputs = self.predictor.predict(conform(table, self.schema).frame)
        columns = prediction_columns(self.schema.task, outputs, table.frame)
        if interval is not None:
            columns |= interval_columns(self.schema.task, self._interval(outputs, interval))
        if self.schema.image is not None and PATH in table.frame.columns:
            columns = {PATH: table.frame[PATH], **columns}
        return pl.DataFrame(columns)

    def evaluate(self, data: Any) -> tuple[Score, ...]:
        """Score the model on rows with a known target.

        Args:
            data: As for `predict`, with the target column.

        Returns:
            The design's metric first, each with its 95 % interval from resampled rows.

        Raises:
            DataError: If the target is missing in some rows or has classes unseen in training.
        """
        frame = self._conform(data).frame
        absent = [name for name in self.schema.task.columns if name not in frame.columns]
        if absent:
            raise ModelError(
                f"the rows have no column {absent[0]!r}",
                "the target, to score against",
                try_="model.predict(data), which needs none",
            )
        y = target_values(frame, self.schema.task)
        wanted = names(self.schema.task, self.run.design.word("metric"))
        groups = y[:, 1] if self.schema.task.kind == "ranking" else None
        draws = resamples(len(y), self.run.seed, groups)
        return scores(wanted, y, self.predictor.predict(frame), draws)

    def explain(self, form: Form = "text", *, width: int = WIDTH) -> str:
        """Why each choice was made, what was passed over, and what would change it.

        Args:
            form: "text", "html" or "json".
            width: Characters of a line of text.
        """
        return explain(self.run.design, form, width=width)

    def to_code(self) -> str:
        """One script of plain PyTorch that trains these networks again, without Justright.

        It reads the same file, parts and encodes its rows alike, trains by the same recipe with
        the rate and the epochs that were measured here, and prints the score on the test rows.

        Returns:
            Python code that needs torch, numpy and polars alone.

        Raises:
            DesignError: If the design or the data has no form in such a script.
        """
        return script(self.run, self.predictor.encoders[0].layout)

    def plot(self, what: str = "curves") -> Any:
        """Draw a picture of the run with matplotlib, for a notebook.

        Args:
            what: "curves", "learning-rate", "scores" or "gradients".

        Returns:
            A matplotlib Figure.

        Raises:
            JustrightError: If matplotlib is not installed.
            ValueError: If there is no such picture.
        """
        if what == "learning-rate" and self.run.sweep is not None:
            return plot_sweep(self.run.sweep)
        if what == "scores":
            return plot_scores(self.run)
        if what in ("curves", "gradients"):
            return (plot_curves if what == "curves" else plot_gradients)(self.run.traces)
        raise ValueError(f"no such picture of this run: {what=}")

    def save(self, folder: str | Path) -> Path:
        """Write the model folder: weights, design, encoder, run, card, report, logbook, script.

        Args:
            folder: A folder that does not exist yet, or is empty.

        Returns:
            The folder.

        Raises:
            ModelError: If it exists with something in it, or cannot be written.
        """
        path = Path(folder)
        write_folder(
            path,
            {
                **self.files(),
                "card.md": card(self.run).encode(),
                "report.html": html(self.run).encode(),
                "logbook.txt": f"{logbook_text(self.run.logbook)}\n".encode(),
                **script_file(self.run, self.predictor.encoders[0].layout),
            },
        )
        self.folder = path
        return path

    def files(self) -> dict[str, bytes]:
        """All that makes the model, as the files of its folder by name; see `from_files`."""
        return {
            **model_files(self.schema, self.predictor, self.run),
            SUSPECTS: self.suspects.write_csv().encode(),
            **intervals_file(self.conformals),
        }

    def _conform(self, data: Any) -> Conformed:
        return conform(read_like(data, self.schema), self.schema)

    def __repr__(self) -> str:
        first = self.run.scores[0] if self.run.scores else None
        score = ""
        if first:
            rows = f"{first.n_rows} {rows_scored(self.run)} rows"
            score = f", {first.metric} {first.value:.4g} on {rows}"
        return f"<Model of {self.schema.target!r}: {self.predictor.n_networks} networks{score}>"

    def _repr_html_(self) -> str:
        return model_html(self.run)


def load(folder: str | Path) -> Model:
    """Load a model folder. Nothing in it is executed.

    Args:
        folder: As `fit` wrote it.

    Returns:
        The model.

    Raises:
        ModelError: If it is no model folder, or a file in it is missing, cut short or edited.
    """
    path = Path(folder)
    files = read_folder(path, (WEIGHTS, DESIGN, ENCODER, RUN), optional=(SUSPECTS, INTERVALS))
    model = from_files(files, str(folder))
    model.folder = path
    return model


def from_files(files: Mapping[str, bytes], where: str) -> Model:
    """The model that `Model.files` wrote. Nothing in them is executed.

    Args:
        files: File name to content.
        where: Where they lie, for the error.

    Raises:
        ModelError: If a file cannot be understood, or they do not fit together.
    """
    schema, predictor, run = read_model(files, where)
    return Model(
        schema,
        predictor,
        run,
        suspects=read_suspects(files.get(SUSPECTS)),
        conformals=read_intervals(files.get(INTERVALS), schema, where),
    )

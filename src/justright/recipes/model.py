"""A trained model: to predict with, to evaluate, to explain, to keep."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from justright.data.encode import Encoder
from justright.data.image_folder import PATH
from justright.data.schema import Conformed, Schema, conform, read_like
from justright.data.target_scale import TargetScale
from justright.data.target_values import target_values
from justright.designer.explain import WIDTH, Form, explain
from justright.errors import ModelError
from justright.kinds import InputLayout, RunRecord, Score
from justright.nets.conv_spec import ConvSpec
from justright.nets.family import Spec, parameter_slots, statistic_slots, table_of
from justright.nets.slots import Slot, named
from justright.nets.spec import DenseSpec
from justright.nets.tabm_spec import TabmSpec
from justright.recipes.doubt import SUSPECTS, read_suspects
from justright.recipes.eject import script, script_file
from justright.recipes.folder import decoded, read_folder, write_folder
from justright.recipes.metrics import names, resamples, scores
from justright.recipes.predictor import Predictor
from justright.recipes.told import prediction_columns, told
from justright.report.card import card
from justright.report.html import html
from justright.report.logbook import logbook_text
from justright.report.notebook import model_html
from justright.report.plot import plot_curves, plot_gradients, plot_scores, plot_sweep

WEIGHTS, DESIGN, ENCODER, RUN = "weights.safetensors", "design.json", "encoder.json", "run.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What `design.json` holds: all that the weights and encoders need around them.

    Attributes:
        schema: What each column is, and the task.
        spec: Shape of every member's network, where it is dense.
        conv: Its shape where it is of convolutions.
        tabm: Its shape where it is TabM's. Two of the three are None.
        folds: Fold of each member.
        scale: How a numeric target is scaled; None for classes, labels and rankings.
        output: Word of the output_activation lever.
        temperature: Of the probabilities.
        doubt: Share of the probabilities that is spread evenly.
    """

    schema: Schema
    spec: DenseSpec | None
    folds: tuple[int, ...]
    scale: TargetScale | None
    output: str = "none"
    temperature: float
    doubt: float
    conv: ConvSpec | None = None
    tabm: TabmSpec | None = None

    @property
    def network(self) -> Spec:
        """The shape of every member's network.

        Raises:
            ModelError: If the folder holds none, or several.
        """
        found = [spec for spec in (self.spec, self.conv, self.tabm) if spec is not None]
        if len(found) != 1:
            raise ModelError(
                f"{DESIGN} has {len(found)} shapes of a network",
                "one: dense, or of convolutions",
                try_="a fresh copy of the folder, or fit again",
            )
        return found[0]


class Model:
    """A trained model.

    Attributes:
        schema: What each column is, and the task.
        predictor: The networks.
        run: How it came about: design, decisions, curves, scores.
        folder: Where it lies; None when it was not saved.
        suspects: Development rows that look wrong, one line each: row (from 1), kind, column,
            given, suggested, confidence, distance, why. None of them was left out.
    """

    def __init__(
        self,
        schema: Schema,
        predictor: Predictor,
        run: RunRecord,
        folder: Path | None = None,
        *,
        suspects: pl.DataFrame | None = None,
    ) -> None:
        self.schema, self.predictor, self.run, self.folder = schema, predictor, run, folder
        self.suspects = read_suspects(None) if suspects is None else suspects

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

    @property
    def classes(self) -> tuple[str, ...]:
        """Class labels in the order of the probabilities; empty for numbers."""
        return self.schema.task.classes

    def predict_frame(self, data: Any) -> pl.DataFrame:
        """Predict rows into a frame: `prediction`, and for classes and labels `prob_<class>`.

        Several columns have `prediction_<column>` each; labels are put in a row, with | between
        them; a ranking has `rank` beside, from 1 within each query, where the query is known.
        Images of a folder have their `path` beside it.

        Args:
            data: As for `predict`. Rows keep their order and number.
        """
        table = read_like(data, self.schema)
        outputs = self.predictor.predict(conform(table, self.schema).frame)
        columns = prediction_columns(self.schema.task, outputs, table.frame)
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
        p = self.predictor
        plan = Blueprint(
            schema=self.schema,
            spec=p.spec if isinstance(p.spec, DenseSpec) else None,
            conv=p.spec if isinstance(p.spec, ConvSpec) else None,
            tabm=p.spec if isinstance(p.spec, TabmSpec) else None,
            folds=p.folds,
            scale=p.scale,
            output=p.output,
            temperature=p.temperature,
            doubt=p.doubt,
        )
        write_folder(
            path,
            {
                WEIGHTS: save_tensors(_tensors(p)),
                DESIGN: _pretty(plan),
                ENCODER: _pretty(p.encoders),
                RUN: _pretty(self.run),
                "card.md": card(self.run).encode(),
                "report.html": html(self.run).encode(),
                SUSPECTS: self.suspects.write_csv().encode(),
                "logbook.txt": f"{logbook_text(self.run.logbook)}\n".encode(),
                **script_file(self.run, p.encoders[0].layout),
            },
        )
        self.folder = path
        return path

    def _conform(self, data: Any) -> Conformed:
        return conform(read_like(data, self.schema), self.schema)

    def __repr__(self) -> str:
        first = self.run.scores[0] if self.run.scores else None
        score = f", {first.metric} {first.value:.4g} on {first.n_rows} test rows" if first else ""
        return f"<Model of {self.schema.target!r}: {len(self.predictor.folds)} networks{score}>"

    def _repr_html_(self) -> str:
        return model_html(self.run)


def _pretty(record: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=1)


def _tensors(predictor: Predictor) -> dict[str, Tensor]:
    """Weights and statistics by name, members first."""
    both = named(parameter_slots(predictor.spec), predictor.theta)
    both |= named(statistic_slots(predictor.spec), predictor.statistics)
    return {name: value.detach().clone().contiguous() for name, value in both.items()}


def _buffer(slots: tuple[Slot, ...], tensors: dict[str, Tensor], n_members: int) -> Tensor:
    """The flat buffer of named tensors, their shapes checked."""
    for slot in slots:
        found = tensors.get(slot.name)
        wanted = (n_members, *slot.shape)
        if found is None or tuple(found.shape) != wanted:
            shape = "no such tensor" if found is None else tuple(found.shape)
            raise ModelError(
                f"{WEIGHTS} has {shape} for {slot.name!r}",
                f"the shape {wanted} that {DESIGN} asks for",
                try_="a fresh copy of the folder, or fit again",
            )
    if not slots:
        return torch.zeros(n_members, 0)
    return torch.cat([tensors[slot.name].flatten(1) for slot in slots], dim=1)


def _loaded(content: bytes) -> dict[str, Tensor]:
    """The named tensors of the weights file."""
    try:
        return load_tensors(content)
    except SafetensorError as error:
        raise ModelError(
            f"{WEIGHTS} cannot be understood: {error}",
            "tensors in the form of safetensors",
            try_="a fresh copy of the folder, or fit again",
        ) from error


def _refuse_misfit(plan: Blueprint, encoders: tuple[Encoder, ...]) -> None:
    """Refuse encoders that are not those of the networks."""
    last = max(plan.folds, default=0)
    layouts = {encoder.layout for encoder in encoders}
    if last >= len(encoders) or not all(_fits(plan.network, layout) for layout in layouts):
        raise ModelError(
            f"{ENCODER} has {len(encoders)} encoders, not of the folds or columns of the networks",
            f"{last + 1} encoders, each of the columns that {DESIGN} asks for",
            try_="a fresh copy of the folder, or fit again",
        )


def _fits(spec: Spec, layout: InputLayout) -> bool:
    """Whether a network takes input of this layout."""
    if isinstance(spec, ConvSpec):
        return layout == InputLayout(image=spec.image)
    table = table_of(spec)
    n_plain = layout.n_dense - len(layout.numeric)
    found = (len(layout.numeric), n_plain, layout.cardinalities)
    return table is not None and found == (table.n_numeric, table.n_plain, table.cardinalities)


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
    files = read_folder(path, (WEIGHTS, DESIGN, ENCODER, RUN), optional=(SUSPECTS,))
    plan = decoded(files[DESIGN], Blueprint, f"{folder}/{DESIGN}")
    encoders = decoded(files[ENCODER], tuple[Encoder, ...], f"{folder}/{ENCODER}")
    run = decoded(files[RUN], RunRecord, f"{folder}/{RUN}")
    tensors = _loaded(files[WEIGHTS])
    _refuse_misfit(plan, encoders)
    predictor = Predictor(
        task=plan.schema.task,
        spec=plan.network,
        theta=_buffer(parameter_slots(plan.network), tensors, len(plan.folds)),
        statistics=_buffer(statistic_slots(plan.network), tensors, len(plan.folds)),
        folds=plan.folds,
        encoders=encoders,
        scale=plan.scale,
        output=plan.output,
        temperature=plan.temperature,
        doubt=plan.doubt,
    )
    return Model(plan.schema, predictor, run, path, suspects=read_suspects(files.get(SUSPECTS)))

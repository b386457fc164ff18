"""What both estimators share: their parameters, the fit, the state."""

from collections.abc import Mapping
from operator import index
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from justright.data.target import understand_target
from justright.duration import seconds
from justright.errors import DataError
from justright.estimators.rows import checked_rows, free_name, merged, nearest_truths
from justright.kinds import Value
from justright.recipes.fit import fit
from justright.recipes.model import Model, from_files

OWN = ("time", "seed", "design", "search")  # parameters that are no levers
_FILES = "model_files_"  # where a state has the files of the model


class Network(BaseEstimator):  # type: ignore[misc]
    """A network that designs itself, as scikit-learn has estimators.

    Every parameter but the first four, `OWN`, is a lever of the design. None leaves it to the
    rule book; "none", "off", 0 or False switch it off.
    """

    def __init__(
        self,
        *,
        time: float | str = 60.0,
        seed: int = 0,
        design: str | None = None,
        search: bool | None = None,
        evaluation: str | None = None,
        folds: int | None = None,
        repeats: int | None = None,
        split: str | None = None,
        scaler: str | None = None,
        text: str | None = None,
        text_features: int | None = None,
        sampling: str | None = None,
        loss: str | None = None,
        output_activation: str | None = None,
        metric: str | None = None,
        family: str | None = None,
        numeric_embedding: str | None = None,
        embedding_size: int | None = None,
        frequency_scale: float | None = None,
        category_size: int | None = None,
        input_scaling: bool | None = None,
        depth: int | None = None,
        width: int | None = None,
        shape: str | None = None,
        residual: bool | None = None,
        kernel: int | None = None,
        pool: str | None = None,
        head_width: int | None = None,
        heads: int | None = None,
        activation: str | None = None,
        activation_blend: bool | None = None,
        init: str | None = None,
        bias_init: str | None = None,
        last_layer_init: str | None = None,
        parametrisation: str | None = None,
        batch_size: int | None = None,
        normalisation: str | None = None,
        dropout: float | None = None,
        dropout_schedule: str | None = None,
        input_dropout: float | None = None,
        optimizer: str | None = None,
        weight_decay: float | None = None,
        weight_decay_schedule: str | None = None,
        label_smoothing: float | None = None,
        learning_rate: float | None = None,
        bias_rate: float | None = None,
        embedding_rate: float | None = None,
        scaling_rate: float | None = None,
        blend_rate: float | None = None,
        momentum: float | None = None,
        beta2: float | None = None,
        epochs: int | None = None,
        schedule: str | None = None,
        warmup_share: float | None = None,
        clip: str | None = None,
        clip_threshold: float | None = None,
        patience: int | None = None,
        averaging: str | None = None,
        ema_decay: float | None = None,
        ensemble_size: int | None = None,
    ) -> None:
        given = dict(locals())
        for name in self._get_param_names():
            setattr(self, name, given[name])

    model_: Model | None
    _names: tuple[str, ...]

    def _levers(self) -> dict[str, Value]:
        """Levers that are set."""
        given = self.get_params(deep=False)
        return {name: v for name, v in given.items() if name not in OWN and v is not None}

    def _seconds(self) -> float:
        time = self.get_params(deep=False)["time"]
        return seconds(time) if isinstance(time, str) else float(time)

    def _learn(
        self,
        rows: pl.DataFrame,
        targets: Mapping[str, Any],
        weights: NDArray[np.float64],
        task: str,
    ) -> Model:
        """Train on the rows in the one form that they have whatever their order and repeats.

        Args:
            rows: The inputs.
            targets: Name to the cells of each column to predict.
            weights: Weight of every row.
            task: Kind of the task.

        Returns:
            The model.

        Raises:
            ValueError: If the data cannot be learnt from.
        """
        params = self.get_params(deep=False)
        weight = free_name("weight", (*rows.columns, *targets))
        known = [pl.Series(name, cells) for name, cells in targets.items()]
        own = merged(rows.with_columns(*known, pl.Series(weight, weights)), weight)
        if own[weight].n_unique() == 1:
            own, weight = own.drop(weight), ""
        goals = list(targets)
        try:
            return fit(
                own,
                goals if len(goals) > 1 else goals[0],
                time_s=self._seconds(),
                seed=index(params["seed"]),
                design=params["design"],
                search=params["search"],
                overrides=self._levers(),
                weight=weight or None,
                test_share=0.0,
                task=_overruled(task, own[goals[0]]),
            )
        except DataError as error:  # scikit-learn's word for data that cannot be used
            seen = f"  of {own.height} different rows that weigh more than 0"
            raise ValueError(f"{error}\n{seen}") from error

    def _outputs(self, X: Any) -> tuple[Model | None, pl.DataFrame]:
        """The model, in double precision, and rows as it takes them."""
        check_is_fitted(self)
        rows = checked_rows(self, X, names=self._names)
        if self.model_ is None:
            return None, rows
        model = self.model_
        rows = nearest_truths(rows, model.schema.inputs)
        return Model(model.schema, model.predictor.in_double(), model.run), rows

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def __getstate__(self) -> dict[str, Any]:
        """Parameters and plain attributes, and the model as the files of its folder."""
        state: dict[str, Any] = dict(super().__getstate__())
        model = state.pop("model_", None)
        if model is not None:
            state[_FILES] = model.files()
        elif hasattr(self, "model_"):
            state[_FILES] = None
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Read the model; nothing in its files is executed."""
        state = dict(state)
        fitted, files = _FILES in state, state.pop(_FILES, None)
        super().__setstate__(state)
        if fitted:
            self.model_ = None if files is None else from_files(files, "the state")


def _overruled(task: str, cells: pl.Series) -> str | None:
    """The task to insist on; None where it is what the numbers are taken for anyway.

    A number that nothing is said of may then be found to be positive or bounded.
    """
    if task != "regression":
        return task
    return None if understand_target(cells, tested=False).task.kind == task else task

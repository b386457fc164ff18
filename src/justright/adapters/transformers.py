"""The doctor as a callback of Hugging Face's Trainer: `pip install 'justright[transformers]'`."""

import sys
from types import FrameType
from typing import Any

from justright.adapters.watched import Watched, missing
from justright.recipes.lab_place import Place

try:
    from transformers import Trainer, TrainerCallback
except ImportError as error:
    raise missing("transformers", "5.0", "transformers") from error

#: What a Trainer calls for each batch; it tells its callbacks of no error.
GUARDED = ("get_batch_samples", "training_step", "prediction_step")


class DoctorCallback(Watched, TrainerCallback):  # type: ignore[misc]
    """Watches `Trainer.train`, and says what keeps the network from learning.

    Args:
        verbose: Whether to print the report at the end of the training.
        metric: Name of a metric of `compute_metrics` ("eval_accuracy"); None for none.
        lab: Where the run is kept, as in `justright.watch`.

    Example:
        >>> DoctorCallback(metric="eval_accuracy").verbose
        False
    """

    def __init__(
        self, *, verbose: bool = False, metric: str | None = None, lab: Place = None
    ) -> None:
        super().__init__(verbose=verbose, lab=lab)
        self.metric = metric

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Begin to watch: the model, and the optimizer inside of accelerate's."""
        optimizer = kwargs["optimizer"]
        self._begin([kwargs["model"]], [getattr(optimizer, "optimizer", optimizer)])
        trainer = _trainer()
        if trainer is not None:
            self._guard(trainer, *GUARDED)

    def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Take in the figures of the evaluation."""
        told = kwargs.get("metrics") or {}
        self._validated(told.get("eval_loss"), told.get(self.metric))

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Watch no longer."""
        self.ended()


def _trainer() -> Trainer | None:
    """The Trainer that calls its callbacks: it hands them all but itself."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if isinstance(own := frame.f_locals.get("self"), Trainer):
            return own
        frame = frame.f_back
    return None

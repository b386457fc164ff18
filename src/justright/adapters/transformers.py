"""The doctor as a callback of Hugging Face's Trainer: `pip install 'justright[transformers]'`."""

import sys
from types import FrameType
from typing import Any

from justright.adapters.watched import Watched, missing

try:
    from transformers import Trainer, TrainerCallback
except ImportError as error:
    raise missing("transformers", "4.46", "transformers") from error

#: What a Trainer calls for each batch; it tells its callbacks of no error.
GUARDED = ("get_batch_samples", "training_step", "prediction_step")


class DoctorCallback(Watched, TrainerCallback):  # type: ignore[misc]
    """Watches a training"""

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Begin to watch."""
        optimizer = kwargs["optimizer"]
        self._begin([kwargs["model"]], [getattr(optimizer, "optimizer", optimizer)])
        trainer = _trainer()
        if trainer is not None:
            self._guard(trainer, *GUARDED)

    def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        metrics = kwargs.get("metrics") or {}
        self._validated(loss=metrics.get("eval_loss"))

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.ended()


def _trainer() -> Trainer | None:
    """The Trainer that calls its callbacks: it hands them all but itself."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if isinstance(own := frame.f_locals.get("self"), Trainer):
            return own
        frame = frame.f_back
    return None

"""The doctor as a callback of Lightning: `pip install 'justright[lightning]'`."""

import sys
from typing import Any

from justright.adapters.watched import Watched, missing

try:
    if "lightning.pytorch" in sys.modules:  # the same code under its other name
        from lightning.pytorch import Callback
    else:
        from pytorch_lightning import Callback
except ImportError as error:
    raise missing("lightning", "2.4", "lightning") from error


class DoctorCallback(Watched, Callback):  # type: ignore[misc]
    """Watches a training of Lightning's, and says what keeps the network from learning.
    """

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Begin to watch, after the sanity check of the validation."""
        self._begin([pl_module], trainer.optimizers)

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        if not trainer.sanity_checking:
            self._validated(loss=trainer.callback_metrics.get("val_loss"))

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        self.ended()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        self.ended(exception)

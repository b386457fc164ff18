"""The doctor as a callback of Lightning: `pip install 'justright[lightning]'`."""

import sys
from typing import Any

from justright.adapters.watched import Watched, missing
from justright.recipes.lab_place import Place

try:
    if "lightning.pytorch" in sys.modules:  # the same code, by the name that the user took
        from lightning.pytorch import Callback
    else:
        from pytorch_lightning import Callback
except ImportError as error:
    raise missing("lightning", "2.6", "lightning") from error


class DoctorCallback(Watched, Callback):  # type: ignore[misc]
    """Watches `Trainer.fit` of Lightning, and says what keeps the network from learning.

    The validation's loss and metric are those logged by the names given; losses of PyTorch's own
    functions are seen without. The sanity check before the training is not looked at.

    Args:
        verbose: Whether to print the report at the end of the training.
        loss: Name by which the module logs its validation loss.
        metric: Name by which it logs a validation metric; None for none.
        lab: Where the run is kept, as in `justright.watch`.

    Example:
        >>> DoctorCallback(metric="val_acc").verbose
        False
    """

    def __init__(
        self,
        *,
        verbose: bool = False,
        loss: str = "val_loss",
        metric: str | None = None,
        lab: Place = None,
    ) -> None:
        super().__init__(verbose=verbose, lab=lab)
        self.loss, self.metric = loss, metric

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Begin to watch: models and optimizers are in their places."""
        self._begin([pl_module], trainer.optimizers)

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        """Take in the figures of the validation."""
        told = trainer.callback_metrics
        self._validated(told.get(self.loss), told.get(self.metric))

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Watch no longer."""
        self.ended()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """Watch no longer; the report explains the error."""
        self.ended(exception)

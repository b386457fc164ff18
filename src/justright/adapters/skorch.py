"""The doctor as a callback of skorch: `pip install 'justright[skorch]'`."""

from typing import Any

from justright.adapters.watched import Watched, missing

try:
    from skorch.callbacks import Callback
except ImportError as error:
    raise missing("skorch", "1.4", "skorch") from error


class DoctorCallback(Watched, Callback):  # type: ignore[misc]
    """Watches `fit` of a skorch net, and says what keeps the network from learning.

    The validation's loss, and its accuracy where skorch scores it, are taken from the history.
    A clone of the net, as a grid search makes them, has a doctor of its own; a pickle has the
    report.

    Args:
        verbose: Whether to print the report at the end of the training.
        lab: Where the run is kept, as in `justright.watch`.

    Example:
        >>> DoctorCallback().verbose
        False
    """

    def _get_param_names(self) -> list[str]:
        """What a clone is made with: skorch would take every attribute for a setting."""
        return ["verbose", "lab"]

    def on_train_begin(self, net: Any, X: Any = None, y: Any = None, **kwargs: Any) -> None:
        """Begin to watch: all modules of the net, and all its optimizers."""
        models = [getattr(net, f"{name}_") for name in net._modules]
        optimizers = [getattr(net, f"{name}_") for name in net._optimizers]
        self._begin(models, optimizers)
        self._guard(net, "fit_loop")

    def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
        """Take in the figures of the validation."""
        last = net.history[-1]
        self._validated(last.get("valid_loss"), last.get("valid_acc"))

    def on_train_end(self, net: Any, X: Any = None, y: Any = None, **kwargs: Any) -> None:
        """Watch no longer."""
        self.ended()

"""The doctor as a callback of skorch: `pip install 'justright[skorch]'`."""

from typing import Any

from justright.adapters.watched import Watched, missing

try:
    from skorch.callbacks import Callback
except ImportError as error:
    raise missing("skorch", "1.0", "skorch") from error


class DoctorCallback(Watched, Callback):  # type: ignore[misc]
    """Watches a training"""

    def on_train_begin(self, net: Any, X: Any = None, y: Any = None, **kwargs: Any) -> None:
        """Begin to watch."""
        models = [getattr(net, name + "_") for name in net._modules]
        optimizers = [getattr(net, name + "_") for name in net._optimizers]
        self._begin(models, optimizers)
        self._guard(net, "fit_loop")

    def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
        last = net.history[-1]
        self._validated(loss=last.get("valid_loss"), metric=last.get("valid_acc"))

    def on_train_end(self, net: Any, X: Any = None, y: Any = None, **kwargs: Any) -> None:
        self.ended()

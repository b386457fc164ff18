"""The doctor as a callback of Keras 3 on PyTorch: `pip install 'justright[keras]'`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from justright.adapters.watched import Watched, missing
from justright.errors import JustrightError
from justright.recipes.lab_place import Place


def _other_backend(seen: str) -> JustrightError:
    return JustrightError(
        seen,
        "Keras on PyTorch: the doctor watches PyTorch alone",
        try_='os.environ["KERAS_BACKEND"] = "torch" before keras is imported',
    )


if "keras" not in sys.modules:  # on any other backend there is nothing to watch
    os.environ.setdefault("KERAS_BACKEND", "torch")
try:
    import keras
except ImportError as error:
    if (error.name or "").partition(".")[0] == "keras":
        raise missing("keras", "3.15", "keras") from error
    raise _other_backend(f"Keras wants {error.name}, which is not installed") from error
if keras.backend.backend() != "torch":
    raise _other_backend(f"Keras runs on {keras.backend.backend()}")

#: How PyTorch's optimizers call what Keras's have.
SETTINGS = {
    "momentum": "momentum",
    "nesterov": "nesterov",
    "rho": "alpha",
    "epsilon": "eps",
    "weight_decay": "weight_decay",
}
#: Keras's optimizers, by the name of PyTorch's.
KINDS: dict[str, Callable[..., Optimizer]] = {
    "SGD": torch.optim.SGD,
    "Adam": torch.optim.Adam,
    "AdamW": torch.optim.AdamW,
    "Nadam": torch.optim.NAdam,
    "Adamax": torch.optim.Adamax,
    "Adagrad": torch.optim.Adagrad,
    "RMSprop": torch.optim.RMSprop,
}


class DoctorCallback(Watched, keras.callbacks.Callback):  # type: ignore[misc]
    """Watches `model.fit` of Keras, and says what keeps the network from learning.

    Steps are made by Keras's own optimizer; the callback tells the doctor of each. A doctor speaks
    PyTorch: "logits into cross_entropy" is `from_logits=True` of Keras.

    Args:
        verbose: Whether to print the report at the end of the training.
        metric: Name of a metric of the validation ("val_accuracy"); None for none.
        lab: Where the run is kept, as in `justright.watch`.

    Example:
        >>> keras.utils.set_random_seed(0)
        >>> net = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
        >>> net.compile(optimizer="sgd", loss="mse")
        >>> doctor = DoctorCallback()
        >>> x = keras.random.normal((64, 2))
        >>> _ = net.fit(x, x[:, :1], epochs=20, batch_size=16, verbose=0, callbacks=[doctor])
        >>> doctor.report().healthy
        True
    """

    def __init__(
        self, *, verbose: bool = False, metric: str | None = None, lab: Place = None
    ) -> None:
        super().__init__(verbose=verbose, lab=lab)
        self.metric = metric

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Begin to watch."""
        model, optimizer = self.model, self.model.optimizer
        if not optimizer.built:
            optimizer.build(model.trainable_variables)
        standing = stand_in(optimizer)
        recorder = self._begin([model], [standing]).recorder
        recorder.tell(model, layers_of(model))

        def apply(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            standing.param_groups[0]["lr"] = float(optimizer.learning_rate)
            with recorder.step(standing):
                return call(*args, **kwargs)

        self._around(optimizer, "apply", apply)
        self._guard(model, "train_function")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Take in the figures of the validation."""
        told = logs or {}
        self._validated(told.get("val_loss"), self.metric and told.get(self.metric))

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Watch no longer."""
        self.ended()


def layers_of(model: Any) -> Iterator[tuple[str, nn.Module, dict[str, Tensor]]]:
    """Every layer of a Keras model that has variables of its own or none within it.

    Args:
        model: The model, built.

    Yields:
        Its path of names in the model, the layer, and its variables by name.
    """
    for layer in model._flatten_layers(include_self=False):
        held = layer._trainable_variables
        if held or not layer._layers:
            path = held[0].path.rpartition("/")[0] if held else layer.name
            name = path.removeprefix(f"{model.name}/").replace("/", ".")
            yield name, layer, {variable.name: variable.value for variable in held}


def stand_in(optimizer: Any) -> Optimizer:
    """An optimizer of PyTorch's with the same parameters and settings, which is never stepped.

    Args:
        optimizer: Keras's own, built.
    """
    values = [variable.value for variable in optimizer._trainable_variables]
    settings: dict[str, Any] = {"lr": float(optimizer.learning_rate)}
    for name, torchs in SETTINGS.items():
        if getattr(optimizer, name, None) is not None:
            settings[torchs] = getattr(optimizer, name)
    if hasattr(optimizer, "beta_1"):
        settings["betas"] = (optimizer.beta_1, optimizer.beta_2)
    name = type(optimizer).__name__
    with suppress(KeyError, TypeError):
        return KINDS[name](values, **settings)
    plain: Optimizer = type(name, (Optimizer,), {})(values, settings)
    return plain

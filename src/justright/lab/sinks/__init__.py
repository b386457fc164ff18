"""Other trackers that are told of the same runs: W&B, MLflow, TensorBoard."""

from collections.abc import Callable, Iterable

from justright.errors import LabError
from justright.lab.sinks.mlflow import MLflow
from justright.lab.sinks.sink import Beginning, Sink
from justright.lab.sinks.tensorboard import TensorBoard
from justright.lab.sinks.thread import Sinks
from justright.lab.sinks.wandb import WandB

__all__ = ["BY_NAME", "Beginning", "MLflow", "Sink", "Sinks", "TensorBoard", "WandB", "sinks_of"]

#: The sinks by the words of `--to`.
BY_NAME: dict[str, Callable[[], Sink]] = {
    "wandb": WandB,
    "mlflow": MLflow,
    "tensorboard": TensorBoard,
}


def sinks_of(wished: Iterable[str | Sink]) -> list[Sink]:
    """Sinks by their names, or as they are given.

    Args:
        wished: "wandb", "mlflow", "tensorboard", or a sink that was made already.

    Raises:
        LabError: If a name is unknown, or its package is not installed.

    Example:
        >>> sinks_of(["paper"])
        Traceback (most recent call last):
        justright.errors.LabError: 'paper' is no tracker that runs can go to
          needed: wandb, mlflow or tensorboard
          try:    --to tensorboard
    """
    return [_sink(each) if isinstance(each, str) else each for each in wished]


def _sink(name: str) -> Sink:
    if name not in BY_NAME:
        raise LabError(
            f"{name!r} is no tracker that runs can go to",
            "wandb, mlflow or tensorboard",
            try_="--to tensorboard",
        )
    return BY_NAME[name]()

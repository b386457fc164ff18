"""The other sides of `benchmarks/population.py`: the same training, as users write it elsewhere.

Each side is built by a function and then called: a call does a stated amount of work on one thread
and hands back the member-steps done (optimizer steps, summed over the networks), so that a caller
can time several sides in turn within one run. All train one network after the other on
cross-entropy; the networks are plain `nn.Sequential`, quicker than modules that can do more. Where
a framework's own way ends an epoch with a smaller batch, that batch counts as a step all the same.

`lightning_trainer`, `skorch_nets` and `keras_nets` take the number of networks, their hidden units
and layers, examples per step, and training rows with their classes, shapes (rows, inputs) and
(rows,); then the epochs of each network in a call, and the first one's seed (the next count on).

    pip install -c constraints.txt '.[bench]'
    OMP_NUM_THREADS=1 python benchmarks/rivals.py [--nets 4] [--epochs 5] [--width 32] [--batch 32]

prints each side's rate once, after counting its optimizer steps from outside and looking at its
loss. Libraries are imported where they are used, so a missing one leaves the other sides usable.
"""

import argparse
import logging
import math
import os
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from counts import calls_of, torch_steps
from loops import (
    N_CLASSES,
    RATE,
    WEIGHT_DECAY,
    Logits,
    Side,
    alike,
    mixed,
    plain_loops,
    plain_net,
    quickest,
    rows,
    seeded,
)
from torch import Tensor, nn

from justright.train.threads import threads

EPOCHS = 5  # of each network in a call; enough that building it is a small share


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What one repeated cross-validation did.

    Attributes:
        scores: Accuracy on each fold held out, 0 to 1, shape (folds * repeats,).
        epochs: Epochs of all fits together.
        steps: Optimizer steps of all fits together.
    """

    scores: np.ndarray
    epochs: int
    steps: int


def digits() -> tuple[np.ndarray, np.ndarray]:
    """The 1,797 handwritten digits of scikit-learn, unscaled, and their classes."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    return x.astype(np.float32), y


@contextmanager
def hushed(*loggers: str) -> Iterator[None]:
    """Keep warnings, and what these loggers say below an error, from the output."""
    before = {name: logging.getLogger(name).level for name in loggers}
    for name in loggers:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def loader(x: Tensor, y: Tensor, batch: int, whole: bool) -> torch.utils.data.DataLoader[Any]:
    """The usual loader, which collects row by row, or one that looks up a `whole` batch at once."""
    from torch.utils.data import BatchSampler, DataLoader, RandomSampler, TensorDataset

    table = TensorDataset(x, y)
    if not whole:
        return DataLoader(table, batch_size=batch, shuffle=True, num_workers=0)
    order = BatchSampler(RandomSampler(table), batch, drop_last=False)
    return DataLoader(table, sampler=order, batch_size=None, num_workers=0)


def lightning_module(lightning: Any, plain: nn.Module) -> Any:
    """A network as Lightning wants it, with fused AdamW."""

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net, self.loss = plain, nn.CrossEntropyLoss()

        def training_step(self, part: list[Tensor], index: int) -> Tensor:
            return self.loss(self.net(part[0]), part[1])

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return quickest("adamw", self)

    return Module()


def lightning_trainer(
    n_nets: int,
    width: int,
    depth: int,
    batch: int,
    x: Tensor,
    y: Tensor,
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
    whole_batches: bool = False,
) -> Side:
    """Lightning's Trainer without anything that costs time; a call trains fresh networks.

    `barebones` switches off logging, checkpoints, progress bar and summary; it was measured to be
    as quick as switching them off one by one. `whole_batches` looks up a batch at once
    instead of row by row.
    """
    with hushed():
        import pytorch_lightning as lightning

    def one(i: int) -> tuple[int, Logits]:
        with seeded(seed + i):
            net = lightning_module(lightning, plain_net(width, depth))
            trainer = lightning.Trainer(
                max_epochs=epochs, accelerator="cpu", devices=1, barebones=True
            )
            trainer.fit(net, loader(x, y, batch, whole_batches))
        return trainer.global_step, net.net

    def work() -> tuple[int, Sequence[Logits]]:
        with hushed("pytorch_lightning", "lightning.pytorch", "lightning_fabric"):
            return total(one, n_nets)

    return Side(work)


def total(one: Callable[[int], tuple[int, Logits]], n_nets: int) -> tuple[int, Sequence[Logits]]:
    """Train networks one after the other, and add up their steps."""
    steps, nets = zip(*[one(i) for i in range(n_nets)], strict=True)
    return sum(steps), nets


def skorch_settings(batch: int, epochs: int) -> dict[str, Any]:
    """The same training in skorch's words, and nothing beside it."""
    return dict(
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.AdamW,
        optimizer__weight_decay=WEIGHT_DECAY,
        optimizer__fused=True,
        lr=RATE,
        batch_size=batch,
        max_epochs=epochs,
        iterator_train__shuffle=True,
        train_split=None,
        callbacks="disable",
        verbose=0,
    )


def skorch_nets(
    n_nets: int,
    width: int,
    depth: int,
    batch: int,
    x: Tensor,
    y: Tensor,
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
) -> Side:
    """skorch's NeuralNetClassifier, no validation, no callbacks; a call trains fresh networks."""
    from skorch import NeuralNetClassifier

    settings = skorch_settings(batch, epochs)
    inputs, classes = x.numpy(), y.numpy()

    def one(i: int) -> tuple[int, Logits]:
        with seeded(seed + i):
            model = NeuralNetClassifier(plain_net(width, depth), **settings).fit(inputs, classes)
        return sum(len(epoch["batches"]) for epoch in model.history), model.module_

    def work() -> tuple[int, Sequence[Logits]]:
        with hushed():
            return total(one, n_nets)

    return Side(work)


def keras_on_torch() -> Any:
    """Keras with torch beneath it, on the CPU; an error where it was imported with another."""
    os.environ["KERAS_BACKEND"], os.environ["KERAS_TORCH_DEVICE"] = "torch", "cpu"
    import keras

    if keras.backend.backend() != "torch":
        raise RuntimeError(f"Keras was imported before, with {keras.backend.backend()} beneath it")
    return keras


def keras_nets(
    n_nets: int,
    width: int,
    depth: int,
    batch: int,
    x: Tensor,
    y: Tensor,
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
) -> Side:
    """Keras with torch beneath it, `fit` with its defaults; a call trains fresh networks.

    `fit` runs eagerly there, as its "auto" says, and one step per execution is its limit. Compiling
    a network doubled its rate here but took 12 s and more each time: 11,000 steps to make up for.
    """
    keras = keras_on_torch()
    inputs, classes = x.numpy(), y.numpy()

    def one(i: int) -> tuple[int, Logits]:
        keras.utils.set_random_seed(seed + i)
        hidden = [keras.layers.Dense(width, activation="relu") for _ in range(depth)]
        model = keras.Sequential(
            [keras.Input((x.shape[1],)), *hidden, keras.layers.Dense(N_CLASSES)]
        )
        model.compile(
            optimizer=keras.optimizers.AdamW(RATE, weight_decay=WEIGHT_DECAY),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        model.fit(inputs, classes, batch_size=batch, epochs=epochs, verbose=0)
        return int(model.optimizer.iterations), model

    def work() -> tuple[int, Sequence[Logits]]:
        with hushed(), torch.random.fork_rng(devices=[]):
            return total(one, n_nets)

    return Side(work)


def scaled_mlp(hidden: tuple[int, ...], epochs: int, batch: int, seed: int) -> Any:
    """A scaler and an MLPClassifier with Adam that makes all its epochs."""
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    network = MLPClassifier(
        hidden,
        batch_size=batch,
        learning_rate_init=RATE,
        max_iter=epochs,
        tol=0.0,
        n_iter_no_change=epochs + 1,
        random_state=seed,
    )
    return make_pipeline(StandardScaler(), network)


def sklearn_cross_validation(
    x: np.ndarray,
    y: np.ndarray,
    hidden: tuple[int, ...],
    epochs: int,
    folds: int = 5,
    repeats: int = 4,
    *,
    batch: int = 32,
    seed: int = 0,
) -> Callable[[], Validation]:
    """Repeated stratified cross-validation of scikit-learn's MLPClassifier, one fit at a time.

    Rows are scaled within each fold. This is what `cross_val_score` runs; it is called by its other
    name, `cross_validate`, because that hands back the fits, whose epochs are counted. `hidden`
    holds the units of each hidden layer; every fit makes all its epochs.
    """
    from sklearn.model_selection import RepeatedStratifiedKFold, cross_validate
    from threadpoolctl import threadpool_limits

    model = scaled_mlp(hidden, epochs, batch, seed)
    parts = RepeatedStratifiedKFold(n_splits=folds, n_repeats=repeats, random_state=seed)

    def work() -> Validation:
        with hushed(), threadpool_limits(1):
            result = cross_validate(model, x, y, cv=parts, n_jobs=1, return_estimator=True)
        fits = [fit[-1] for fit in result["estimator"]]
        return Validation(
            scores=result["test_score"],
            epochs=sum(fit.n_iter_ for fit in fits),
            steps=sum(fit.n_iter_ * math.ceil(fit.t_ / fit.n_iter_ / batch) for fit in fits),
        )

    return work


def sides(options: argparse.Namespace) -> dict[str, Callable[[], Side]]:
    """The sides that train `options.nets` networks, each still to be built."""
    x, y = rows()
    shape = (options.nets, options.width, options.depth, options.batch, x, y)
    same = alike(options.nets, options.width, options.depth)
    length = {"epochs": options.epochs}
    return {
        "plain loops": lambda: plain_loops(
            same, [quickest("adamw", net) for net in same], x, y, options.batch, **length
        ),
        "plain loops, mixed": lambda: plain_loops(
            *mixed(options.nets), x, y, options.batch, **length
        ),
        "Lightning": lambda: lightning_trainer(*shape, **length),
        "Lightning, whole batches": lambda: lightning_trainer(*shape, whole_batches=True, **length),
        "skorch": lambda: skorch_nets(*shape, **length),
        "Keras on torch": lambda: keras_nets(*shape, **length),
    }


def loss_of(nets: Sequence[Logits], x: Tensor, y: Tensor) -> float:
    """Mean cross-entropy of trained networks on the training rows, in nats."""
    with torch.no_grad():
        return statistics.fmean(nn.functional.cross_entropy(net(x), y).item() for net in nets)


def measure(name: str, build: Callable[[], Side]) -> str:
    """Count the steps of one call, time another, and say what came of it."""
    side = build()
    keras = name.startswith("Keras")
    counter = calls_of(keras_on_torch().optimizers.Optimizer, "apply") if keras else torch_steps()
    with counter as made:
        steps = side()
    loss = loss_of(side.nets, *rows())
    if len(made) != steps or not loss < math.log(N_CLASSES):
        raise RuntimeError(f"{name}: said {steps} steps, made {len(made)}, loss {loss:.3f}")
    start = time.perf_counter()
    steps = side()
    seconds = time.perf_counter() - start
    return f"| {name} | {steps:,} | {len(made):,} | {loss:.3f} | {steps / seconds:,.0f} |"


def measure_validation(epochs: int, batch: int) -> str:
    """The same for one repeated cross-validation, whose count and time come from one call."""
    from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

    work = sklearn_cross_validation(*digits(), (32,), epochs, batch=batch)
    start = time.perf_counter()
    with calls_of(AdamOptimizer, "update_params") as made:
        done = work()
    seconds = time.perf_counter() - start
    if len(made) != done.steps:
        raise RuntimeError(f"scikit-learn: said {done.steps} steps, made {len(made)}")
    return (
        f"\nscikit-learn, digits, one hidden layer of 32: {len(done.scores)} fits, {done.epochs}"
        f" epochs, {done.steps:,} steps ({len(made):,} counted), accuracy {done.scores.mean():.3f},"
        f" {done.steps / seconds:,.0f} member-steps/s, {seconds:.1f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nets", type=int, default=4)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args()
    print(
        f"{options.nets} nets, {options.epochs} epochs each; loss of a guess: {math.log(4):.3f}\n"
    )
    print("| side | member-steps | counted | loss | member-steps/s |")
    print("|---|---|---|---|---|")
    with threads(1):
        for name, build in sides(options).items():
            try:
                print(measure(name, build), flush=True)
            except ImportError as error:
                print(f"| {name} | not installed: {error.name} | | | |", flush=True)
        print(measure_validation(options.epochs, options.batch))


if __name__ == "__main__":
    main()

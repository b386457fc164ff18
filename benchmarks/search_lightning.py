"""Optuna with Lightning: an MLP searched as a user who knows both writes it.

The space is the rule book's (depth, width, activation, normalisation, residuals, dropout, weight
decay, label smoothing, optimizer, rate, momentum, batch, clipping, schedule, loss, epochs), each
lever within what its own guides call usual: TPE has minutes, so a user does not ask it whether
1e-6 or 10 is a good rate. Inputs are standardised and one-hot, a number to predict is standardised.
Every epoch is validated on a fifth of the rows: the pruner and the early stop look at that, and the
weights of the best epoch of the best trial answer. Batches are looked up whole, and logging,
checkpoint files, progress bar and summary are off, which is the quickest Lightning there is here
(see `rivals.py`).
"""

import copy
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from job import Answer, Job, timed
from rivals import hushed
from studies import Objective, study
from table_rivals import dense_inputs, fit_and_validation, plain
from torch import Tensor, nn
from torch.nn import functional

from justright.nets.plain import activation

PATIENCE = 10  # epochs without a gain, for all trials
END_SHARE, END_S = 0.02, 0.5  # of the time, and seconds: kept for ending and answering

#: A configuration to begin with, as tutorials have it.
FIRST: Mapping[str, Any] = {
    "depth": 2,
    "width": 128,
    "activation": "relu",
    "normalisation": "none",
    "residual": False,
    "dropout": 0.1,
    "optimizer": "adamw",
    "learning_rate": 1e-3,
    "momentum": 0.9,
    "weight_decay": 1e-4,
    "batch_size": 64,
    "schedule": "constant",
    "clip": 0.0,
    "epochs": 100,
    "label_smoothing": 0.0,  # of classes
    "loss": "mse",  # of numbers
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows to train on and rows to validate on, as tensors; and how many outputs answer."""

    x: Tensor
    y: Tensor
    x_validation: Tensor
    y_validation: Tensor
    n_outputs: int
    classes: bool


def space(trial: Any, classes: bool) -> dict[str, Any]:
    """One configuration."""
    one_of, real, whole = trial.suggest_categorical, trial.suggest_float, trial.suggest_int
    words = ["relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "tanh"]
    found = {
        "depth": whole("depth", 0, 6),
        "width": whole("width", 8, 1024, log=True),
        "activation": one_of("activation", words),
        "normalisation": one_of("normalisation", ["none", "batch", "layer"]),
        "residual": one_of("residual", [False, True]),
        "dropout": real("dropout", 0.0, 0.6),
        "optimizer": one_of("optimizer", ["sgd", "rmsprop", "adam", "adamw", "nadam", "adamax"]),
        "learning_rate": real("learning_rate", 1e-4, 0.3, log=True),
        "momentum": real("momentum", 0.8, 0.99),
        "weight_decay": real("weight_decay", 1e-6, 1e-1, log=True),
        "batch_size": one_of("batch_size", [16, 32, 64, 128, 256, 512]),
        "schedule": one_of("schedule", ["constant", "cosine", "one_cycle", "plateau"]),
        "clip": one_of("clip", [0.0, 1.0]),
        "epochs": whole("epochs", 20, 200, log=True),
    }
    if classes:
        return found | {"label_smoothing": real("label_smoothing", 0.0, 0.1)}
    return found | {"loss": one_of("loss", ["mse", "huber"])}


class Block(nn.Module):
    """One hidden layer: linear, normalisation, activation, dropout; and its input added."""

    def __init__(self, n_in: int, choice: Mapping[str, Any]) -> None:
        super().__init__()
        width, norm = choice["width"], choice["normalisation"]
        norms = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}
        self.work = nn.Sequential(
            nn.Linear(n_in, width),
            norms[norm](width),
            activation(choice["activation"]),
            nn.Dropout(choice["dropout"]),
        )
        self.adds = choice["residual"] and n_in == width

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.work(x)
        return h + x if self.adds else h


def network(n_in: int, n_outputs: int, choice: Mapping[str, Any]) -> nn.Sequential:
    """The MLP of a configuration."""
    fans = [n_in, *[choice["width"]] * choice["depth"]]
    blocks = [Block(fan, choice) for fan in fans[:-1]]
    return nn.Sequential(*blocks, nn.Linear(fans[-1], n_outputs))


def optimizer(net: nn.Module, choice: Mapping[str, Any]) -> torch.optim.Optimizer:
    """The optimizer of a configuration; SGD with Nesterov's momentum."""
    word, parameters, momentum = choice["optimizer"], net.parameters(), choice["momentum"]
    named = {"lr": choice["learning_rate"], "weight_decay": choice["weight_decay"]}
    if word == "sgd":
        return torch.optim.SGD(parameters, momentum=momentum, nesterov=True, **named)
    if word == "rmsprop":
        return torch.optim.RMSprop(parameters, momentum=momentum, **named)
    kinds = {"adam": "Adam", "adamw": "AdamW", "nadam": "NAdam", "adamax": "Adamax"}
    return getattr(torch.optim, kinds[word])(parameters, betas=(momentum, 0.999), **named)


def scheduled(made: torch.optim.Optimizer, choice: Mapping[str, Any], steps: int) -> Any:
    """What `configure_optimizers` hands back."""
    schedules, word = torch.optim.lr_scheduler, choice["schedule"]
    if word == "constant":
        return made
    if word == "plateau":
        plan = {"scheduler": schedules.ReduceLROnPlateau(made, patience=5), "monitor": "loss"}
    elif word == "cosine":
        plan = {"scheduler": schedules.CosineAnnealingLR(made, choice["epochs"])}
    else:
        cycle = schedules.OneCycleLR(made, choice["learning_rate"], total_steps=steps)
        plan = {"scheduler": cycle, "interval": "step"}
    return {"optimizer": made, "lr_scheduler": plan}


def module(lightning: Any, net: nn.Module, choice: Mapping[str, Any], classes: bool) -> Any:
    """A network as Lightning wants it."""

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net = net

        def training_step(self, part: list[Tensor], index: int) -> Tensor:
            out = self.net(part[0])
            if classes:
                smoothing = choice["label_smoothing"]
                return functional.cross_entropy(out, part[1], label_smoothing=smoothing)
            loss = functional.mse_loss if choice["loss"] == "mse" else functional.smooth_l1_loss
            return loss(out.squeeze(1), part[1])

        def validation_step(self, part: list[Tensor], index: int) -> None:
            out = self.net(part[0])
            loss = (
                functional.cross_entropy(out, part[1])
                if classes
                else functional.mse_loss(out.squeeze(1), part[1])
            )
            self.log("loss", loss, batch_size=len(out))

        def configure_optimizers(self) -> Any:
            steps = int(self.trainer.estimated_stepping_batches)
            return scheduled(optimizer(self.net, choice), choice, steps)

    return Module()


def watcher(lightning: Any, trial: Any, deadline_s: float) -> Any:
    """Tells the pruner, keeps the best weights, and ends with the time."""
    import optuna

    class Watcher(lightning.Callback):
        lowest, weights = float("inf"), None

        def on_train_batch_end(self, trainer: Any, *_: Any) -> None:
            trainer.should_stop = trainer.should_stop or time.monotonic() > deadline_s

        def on_validation_end(self, trainer: Any, own: Any) -> None:
            loss = trainer.callback_metrics["loss"].item()
            if loss < self.lowest:
                self.lowest, self.weights = loss, copy.deepcopy(own.net.state_dict())
            trial.report(loss, trainer.current_epoch)
            if trial.should_prune():
                raise optuna.TrialPruned

    return Watcher()


def loader(x: Tensor, y: Tensor, batch: int) -> Any:
    """Shuffled batches, looked up whole; of what is left over, none: batch-norm needs two rows."""
    from torch.utils.data import BatchSampler, DataLoader, RandomSampler, TensorDataset

    table = TensorDataset(x, y)
    order = BatchSampler(RandomSampler(table), min(batch, len(x)), drop_last=True)
    return DataLoader(table, sampler=order, batch_size=None, num_workers=0)


def objective(lightning: Any, rows: Rows) -> Objective:
    """Trains one trial."""

    def train(trial: Any, deadline_s: float) -> tuple[float, Any]:
        choice = space(trial, rows.classes)
        net = network(rows.x.shape[1], rows.n_outputs, choice)
        watch = watcher(lightning, trial, deadline_s)
        with hushed("pytorch_lightning", "lightning.pytorch", "lightning_fabric"):
            stop = lightning.callbacks.EarlyStopping("loss", patience=PATIENCE)
            trainer = lightning.Trainer(
                max_epochs=choice["epochs"],
                accelerator="cpu",
                devices=1,
                gradient_clip_val=choice["clip"] or None,
                num_sanity_val_steps=0,
                callbacks=[watch, stop],
                logger=False,
                enable_checkpointing=False,
                enable_progress_bar=False,
                enable_model_summary=False,
            )
            trainer.fit(
                module(lightning, net, choice, rows.classes),
                loader(rows.x, rows.y, choice["batch_size"]),
                loader(rows.x_validation, rows.y_validation, len(rows.x_validation)),
            )
        if watch.weights is None:
            raise ValueError("no finite loss")
        return watch.lowest, (choice, watch.weights)

    return train


def optuna_lightning(job: Job) -> Answer:
    """Search with Optuna, train with Lightning, answer with the best weights."""
    with hushed():
        import pytorch_lightning as lightning

    begin = time.monotonic()
    with timed() as clock:
        inputs, rows, shift, spread = _rows(job)
        found = study(
            objective(lightning, rows),
            first=FIRST,
            deadline_s=begin + job.limit_s - END_S - END_SHARE * job.limit_s,
            seed=job.seed,
        )
    choice, weights = found.best
    net = network(rows.x.shape[1], rows.n_outputs, choice)
    net.load_state_dict(weights)
    x = torch.from_numpy(np.asarray(inputs.transform(plain(job.x_test)), np.float32))
    with torch.no_grad():
        out = net.eval()(x)
    shares = out.double().softmax(1).numpy() if job.classes else None
    return Answer(
        predicted=shares.argmax(1) if shares is not None else out[:, 0].numpy() * spread + shift,
        shares=shares,
        seconds=clock.seconds,
        cpu_s=clock.cpu_s,
        notes={"tried": found.tried, "pruned": found.pruned, "best": choice},
    )


def _rows(job: Job) -> tuple[Any, Rows, float, float]:
    """The fitted preparation, the rows, and mean and spread of a number to predict."""
    fit, validation = fit_and_validation(job)
    table, y = plain(job.x_train), job.y
    inputs = dense_inputs().fit(table.iloc[fit])
    x = np.asarray(inputs.transform(table), np.float32)
    shift, spread = (0.0, 1.0) if job.classes else (y[fit].mean(), max(y[fit].std(), 1e-12))
    if not job.classes:
        y = ((y - shift) / spread).astype(np.float32)
    x_all, y_all = torch.from_numpy(x), torch.from_numpy(y)
    rows = Rows(
        x=x_all[fit],
        y=y_all[fit],
        x_validation=x_all[validation],
        y_validation=y_all[validation],
        n_outputs=len(job.classes) or 1,
        classes=bool(job.classes),
    )
    return inputs, rows, float(shift), float(spread)

"""What others suggest as a learning rate: Lightning's, torch-lr-finder's and fastai's finders.

Each runs its own range test with its own defaults, on the same network with the same first weights,
the same training rows and the same batch size, and hands back its suggestions by name.
"""

import contextlib
import copy
import io
import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from fastai_side import LOSSES
from rivals import hushed
from search_rivals import other_python
from torch import Tensor, nn

#: Class of torch.optim and its arguments, of each optimizer word; as Justright's members have it.
OPTIMIZERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "adamw": ("AdamW", {"betas": (0.9, 0.999), "weight_decay": 0.0}),
    "sgd_nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", {"momentum": 0.0, "alpha": 0.99}),
}
FIRST_RATE = 1e-7  # where torch-lr-finder begins, in the example of its README
FASTAI_S = 300.0  # seconds after which its process has hung


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a finder is given.

    Attributes:
        net: The network with its first weights, of `torch.nn` alone.
        loss: A word of `LOSSES`.
        x: Training rows, shape (rows, columns).
        y: Their targets, shape (rows,).
        batch: Examples per step.
        optimizer: A word of `OPTIMIZERS`.
        seed: Of the order of rows.
    """

    net: nn.Module
    loss: str
    x: Tensor
    y: Tensor
    batch: int
    optimizer: str
    seed: int

    def optimizer_of(self, net: nn.Module, rate: float) -> torch.optim.Optimizer:
        """The optimizer of a network."""
        name, arguments = OPTIMIZERS[self.optimizer]
        made: torch.optim.Optimizer = getattr(torch.optim, name)(
            net.parameters(), lr=rate, **arguments
        )
        return made

    def loader(self) -> torch.utils.data.DataLoader[Any]:
        """Shuffled batches."""
        table = torch.utils.data.TensorDataset(self.x, self.y)
        torch.manual_seed(self.seed)
        return torch.utils.data.DataLoader(table, batch_size=self.batch, shuffle=True)


def of_lightning(training: Training) -> dict[str, float | None]:
    """Lightning: `Tuner.lr_find`, steepest fall."""
    with hushed():
        import pytorch_lightning as lightning
        from pytorch_lightning.tuner import Tuner
    talkers = ("pytorch_lightning", "lightning.pytorch", "lightning_fabric")
    with hushed(*talkers, "pytorch_lightning.utilities.rank_zero"):

        class Module(lightning.LightningModule):
            def __init__(self) -> None:
                super().__init__()
                self.net, self.loss = copy.deepcopy(training.net), LOSSES[training.loss]()
                self.lr = 1e-3

            def training_step(self, part: list[Tensor], index: int) -> Tensor:
                return self.loss(self.net(part[0]), part[1])

            def configure_optimizers(self) -> torch.optim.Optimizer:
                return training.optimizer_of(self.net, self.lr)

        with tempfile.TemporaryDirectory() as folder:
            trainer = lightning.Trainer(
                accelerator="cpu",
                devices=1,
                max_epochs=1000,  # the finder ends it
                logger=False,
                enable_progress_bar=False,
                enable_model_summary=False,
                default_root_dir=folder,
            )
            quiet = io.StringIO()
            with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
                found = Tuner(trainer).lr_find(Module(), train_dataloaders=training.loader())
    return {"Lightning": None if found is None else found.suggestion()}


def of_torch_lr_finder(training: Training) -> dict[str, float | None]:
    """torch-lr-finder: `range_test` and the steepest fall of its plot."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with hushed():
        from torch_lr_finder import LRFinder

        net = copy.deepcopy(training.net)
        optimizer = training.optimizer_of(net, FIRST_RATE)
        finder = LRFinder(net, optimizer, LOSSES[training.loss](), device="cpu")
        quiet = io.StringIO()
        with contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
            finder.range_test(training.loader(), end_lr=10, num_iter=100)
            axes, rate = finder.plot(suggest_lr=True)
        plt.close(axes.figure)
    return {"torch-lr-finder": float(rate)}


def of_fastai(training: Training) -> dict[str, float | None]:
    """fastai: the four suggestions of `lr_find`; "minimum" is a tenth of it, as it says itself."""
    optimizer, arguments = OPTIMIZERS[training.optimizer]
    case = {
        "net": training.net,
        "loss": training.loss,
        "x": training.x,
        "y": training.y,
        "batch": training.batch,
        "seed": training.seed,
        "optimizer": optimizer,
        "arguments": dict(arguments),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.pt"
        torch.save(case, path)
        script = Path(__file__).with_name("fastai_side.py")
        done = subprocess.run(
            [other_python(), str(script), str(path)],
            capture_output=True,
            text=True,
            timeout=FASTAI_S,
        )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return {f"fastai {name}": rate for name, rate in json.loads(done.stdout).items()}


FINDERS: tuple[Callable[[Training], dict[str, float | None]], ...] = (
    of_lightning,
    of_torch_lr_finder,
    of_fastai,
)

"""Small data and members for the tests of training."""

import dataclasses

import numpy as np
import torch

from justright.kinds import View
from justright.nets.spec import DenseSpec
from justright.train.dataset import Dataset
from justright.train.member import Member

SPEC = DenseSpec(n_numeric=3, n_plain=0, cardinalities=(), n_outputs=1, depth=1, width=6)


def data_of(task="regression", n=48, dtype=torch.float32):
    """A learnable table of three columns."""
    generator = torch.Generator().manual_seed(2)
    x = torch.randn(n, 3, generator=generator).to(dtype)
    signal = x[:, 0] + x[:, 1] * x[:, 2]
    if task == "regression":
        return Dataset(task=task, x=x, y=signal)
    edges = torch.tensor([0.0] if task == "binary" else [-0.5, 0.5]).to(dtype)
    return Dataset(task=task, x=x, y=torch.bucketize(signal, edges), n_classes=len(edges) + 1)


def view(train, validation, fold=0, **changes):
    return View(train=np.array(train), validation=np.array(validation), fold=fold, **changes)


HALVES = view(range(0, 48, 2), range(1, 48, 2))

BASE = Member(
    spec=SPEC, view=HALVES, seed=0, order_seed=0, batch_size=8, epoch_steps=5, total_steps=30,
    loss="mse", learning_rate=0.01, optimizer="adam",
)  # fmt: skip


def member(seed=0, **changes):
    """A member; what is a field of its network's shape goes there."""
    shape = {k: v for k, v in changes.items() if k in DenseSpec.__dataclass_fields__}
    own = {k: v for k, v in changes.items() if k not in shape}
    spec = dataclasses.replace(own.pop("spec", SPEC), **shape)
    return dataclasses.replace(BASE, seed=seed, spec=spec, **own)

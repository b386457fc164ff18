"""Small data, members and recipes for the tests of training."""

import dataclasses

import numpy as np
import torch

from justright.kinds import Member, View
from justright.nets.spec import DenseSpec
from justright.train.dataset import Dataset
from justright.train.recipe import Recipe

SPEC = DenseSpec(n_numeric=3, n_plain=0, cardinalities=(), n_outputs=1, depth=1, width=6)
RECIPE = Recipe(
    loss="mse", optimizer="adam", batch_size=8, epoch_steps=5, total_steps=30, patience=1_000
)


def data_of(task="regression", n=48):
    """A learnable table of three columns."""
    generator = torch.Generator().manual_seed(2)
    x = torch.randn(n, 3, generator=generator)
    signal = x[:, 0] + x[:, 1] * x[:, 2]
    if task == "regression":
        return Dataset(task=task, x=x, y=signal)
    edges = torch.tensor([0.0] if task == "binary" else [-0.5, 0.5])
    return Dataset(task=task, x=x, y=torch.bucketize(signal, edges), n_classes=len(edges) + 1)


def view(train, validation, fold=0):
    return View(train=np.array(train), validation=np.array(validation), fold=fold)


HALVES = view(range(0, 48, 2), range(1, 48, 2))


def member(seed=0, **changes):
    base = Member(seed=seed, order_seed=0, view=HALVES, learning_rate=0.01)
    return dataclasses.replace(base, **changes)

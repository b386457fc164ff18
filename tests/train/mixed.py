"""Members that differ in whatever members may differ in, and data for them in float64."""

import dataclasses

import numpy as np
import torch

from justright.kinds import View
from justright.nets.spec import DenseSpec
from justright.train.dataset import Dataset
from justright.train.member import Member

OPTIMIZERS = ("sgd", "sgd_nesterov", "rmsprop", "adam", "adamw", "nadam", "adamax")
ACTIVATIONS = (
    "logistic", "tanh", "relu", "leaky_relu", "prelu", "rrelu", "elu", "selu", "gelu", "silu",
    "mish",
)  # fmt: skip
NORMS = ("none", "batch", "layer")
SCHEDULES = (
    "constant", "step", "exponential", "plateau", "one_cycle", "cosine", "cosine_cycles", "linear",
)  # fmt: skip
STRENGTHS = ("constant", "flat_cosine")
CLIPS = ("none", "norm", "value")
STEPS, TOLERANCE = 50, 1e-9  # steps; relative
RATE = {"sgd": 0.05, "sgd_nesterov": 0.05, "rmsprop": 0.002}  # others 0.01

BASE = DenseSpec(n_numeric=4, n_plain=2, cardinalities=(), n_outputs=3, depth=2, width=6)


def data_of(task="multiclass", n_codes=0, n=60):
    generator = torch.Generator().manual_seed(5)
    x = torch.randn(n, 6 + n_codes, generator=generator, dtype=torch.float64)
    for i in range(n_codes):
        x[:, 6 + i] = torch.randint(0, 12, (n,), generator=generator).double()
    signal = x[:, 0] + x[:, 1] * x[:, 2] + 0.3 * x[:, 4]
    if task == "regression":
        return Dataset(task=task, x=x, y=signal)
    edges = torch.tensor([0.0] if task == "binary" else [-0.5, 0.6], dtype=torch.float64)
    return Dataset(task=task, x=x, y=torch.bucketize(signal, edges), n_classes=len(edges) + 1)


def members_of(optimizer, n=60, dropout=0.0, spec=BASE, **settings):
    """Three members that differ in everything a member may differ in, folds among it."""
    rate = RATE.get(optimizer, 0.01)
    views = [
        View(
            train=np.flatnonzero(np.arange(n) % 3 != fold),
            validation=np.flatnonzero(np.arange(n) % 3 == fold),
            fold=fold,
        )
        for fold in range(2)
    ]
    schedule = settings.get("schedule", "constant")
    common = {
        "spec": spec, "loss": "cross_entropy", "optimizer": optimizer, "schedule": schedule,
        "batch_size": 16, "epoch_steps": 5, "total_steps": STEPS,
        "warmup_share": 0.1 if schedule == "linear" else 0.0,
    } | settings  # fmt: skip
    return [
        Member(
            seed=11 + i,
            order_seed=i,
            view=views[i % 2],
            learning_rate=rate * (1 + i),
            weight_decay=0.01 * i,
            dropout=dropout and dropout + 0.1 * i,
            label_smoothing=0.05 * i,
            clip_threshold=0.1 * (i + 1),
            momentum=0.9 - 0.05 * i,
            beta2=0.99 - 0.01 * i,
            **common,
        )
        for i in range(3)
    ]


def spec_with(**changes):
    return dataclasses.replace(BASE, **changes)


def mixed(seed, n, **settings):
    """Members that differ in every lever at random."""
    draw = np.random.default_rng(seed).choice
    members = []
    for i in range(n):
        spec = spec_with(
            depth=int(draw([0, 1, 2, 4])),
            width=int(draw([8, 11, 16, 40])),
            shape=str(draw(["same", "funnel"])),
            activation=str(draw(ACTIVATIONS)),
            normalisation=str(draw(NORMS)),
            residual=bool(draw([False, True])),
            input_scaling=bool(draw([False, True])),
            activation_blend=bool(draw([False, True])),
            parametrisation=str(draw(["standard", "ntk"])),
            **{k: v for k, v in settings.items() if k in BASE.__dataclass_fields__},
        )
        optimizer = str(draw(OPTIMIZERS))
        [member, *_] = members_of(
            optimizer,
            spec=spec,
            schedule=str(draw([s for s in SCHEDULES if s != "plateau"])),
            # The gradient of NTK's weights is another one, so a clip of it would be another clip.
            clip="none" if spec.parametrisation == "ntk" else str(draw(CLIPS)),
            input_dropout=float(draw([0.0, 0.2])),
            dropout=float(draw([0.0, 0.3])),
            dropout_schedule=str(draw(STRENGTHS)),
            weight_decay_schedule=str(draw(STRENGTHS)),
            bias_rate=float(draw([1.0, 0.1])),
            embedding_rate=float(draw([1.0, 0.3])),
            scaling_rate=float(draw([1.0, 6.0])),
            blend_rate=float(draw([1.0, 0.1])),
            loss=str(draw(settings.get("losses", ["cross_entropy"]))),
            batch_size=int(draw([16, 16, 10])),
        )
        total = int(draw([30, STEPS]))
        own = {"seed": i, "order_seed": i % 3, "weight_decay": float(draw([0.0, 0.01]))}
        members.append(dataclasses.replace(member, total_steps=total, **own))
    return members

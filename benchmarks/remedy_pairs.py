"""The sick designs and their mended twins: the doctor's remedies that are changes of a lever."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from justright.kinds import Value

#: What all designs share unless a remedy says otherwise: a plain network with one rate throughout.
BASE: Mapping[str, Value] = {
    "numeric_embedding": "none",
    "input_scaling": False,
    "depth": 2,
    "width": 32,
    "residual": False,
    "activation": "relu",
    "activation_blend": False,
    "init": "he_normal",
    "normalisation": "none",
    "batch_size": 32,
    "dropout": 0.0,
    "optimizer": "adamw",
    "weight_decay": 0.0,
    "learning_rate": 0.003,
    "momentum": 0.9,
    "epochs": 40,
    "patience": 40,
    "schedule": "constant",
    "warmup_share": 0.0,
    "clip": "none",
    "averaging": "none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A remedy on trial.

    Attributes:
        checks: Ids of the checks that propose it.
        sick: Levers of the sick design.
        mended: The same levers, mended.
        setting: Levers of both, where they are not those of `BASE`.
        rare: Whether it is tried on rare classes, judged by balanced accuracy.
    """

    checks: tuple[str, ...]
    sick: Mapping[str, Value]
    mended: Mapping[str, Value]
    setting: Mapping[str, Value] = field(default_factory=dict)
    rare: bool = False


_SGD: Mapping[str, Value] = {"optimizer": "sgd", "learning_rate": 0.01}
_SIGMOIDS: Mapping[str, Value] = {"depth": 6, "activation": "logistic", "init": "glorot_uniform"}
_DEEP: Mapping[str, Value] = {**_SGD, "depth": 8}
_IN_DEPTH = ("sigmoid-in-depth", "vanishing-gradient")
_STEEP: Mapping[str, Value] = {"optimizer": "sgd", "learning_rate": 0.3, "depth": 6}
_WIDE: Mapping[str, Value] = {"depth": 3, "width": 256}

REMEDIES: tuple[Remedy, ...] = (
    Remedy(
        checks=("learning-rate-too-high", "trial-rate"),
        sick={"learning_rate": 0.9},
        mended={"learning_rate": 0.003},
    ),
    Remedy(
        checks=("learning-rate-too-high", "trial-rate"),
        setting={"optimizer": "sgd"},
        sick={"learning_rate": 3.0},
        mended={"learning_rate": 0.01},
    ),
    Remedy(
        checks=("learning-rate-too-low", "trial-rate"),
        sick={"learning_rate": 3e-6},
        mended={"learning_rate": 0.003},
    ),
    Remedy(
        checks=("learning-rate-too-low", "trial-rate"),
        setting={"optimizer": "sgd"},
        sick={"learning_rate": 1e-5},
        mended={"learning_rate": 0.01},
    ),
    Remedy(checks=("too-few-steps",), sick={"epochs": 2}, mended={"epochs": 40}),
    Remedy(
        checks=_IN_DEPTH,
        setting={**_SGD, **_SIGMOIDS},
        sick={"activation": "logistic"},
        mended={"activation": "relu"},
    ),
    Remedy(
        checks=_IN_DEPTH,
        setting={**_SGD, **_SIGMOIDS},
        sick={"normalisation": "none"},
        mended={"normalisation": "batch"},
    ),
    Remedy(
        checks=("vanishing-gradient",),
        setting={**_SGD, **_SIGMOIDS},
        sick={"residual": False},
        mended={"residual": True},
    ),
    Remedy(
        checks=("init-scale",),
        setting=_DEEP,
        sick={"init": "lecun_uniform"},
        mended={"init": "he_normal"},
    ),
    Remedy(
        checks=("init-scale",),
        setting={**_DEEP, "init": "lecun_uniform"},
        sick={"normalisation": "none"},
        mended={"normalisation": "batch"},
    ),
    Remedy(
        checks=("init-scale",),
        setting={**_SGD, "init": "lecun_uniform"},
        sick={"depth": 8},
        mended={"depth": 2},
    ),
    Remedy(
        checks=("exploding-gradient",),
        setting={**_STEEP, "clip_threshold": 0.1},
        sick={"clip": "none"},
        mended={"clip": "norm"},
    ),
    Remedy(
        checks=("exploding-gradient",),
        setting=_STEEP,
        sick={"normalisation": "none"},
        mended={"normalisation": "batch"},
    ),
    Remedy(
        checks=("dead-units",),
        setting={"learning_rate": 0.1},
        sick={"activation": "relu"},
        mended={"activation": "leaky_relu"},
    ),
    Remedy(
        checks=("dead-units",),
        sick={"learning_rate": 0.1},
        mended={"learning_rate": 0.003},
    ),
    Remedy(
        checks=("saturated-units",),
        setting={"depth": 4, "activation": "tanh", "init": "glorot_uniform"},
        sick={"learning_rate": 0.3},
        mended={"learning_rate": 0.003},
    ),
    Remedy(
        checks=("saturated-units",),
        setting={"depth": 4, "learning_rate": 0.3, "init": "glorot_uniform"},
        sick={"activation": "tanh"},
        mended={"activation": "relu"},
    ),
    Remedy(
        checks=("underfitting", "overfit-one-batch", "trial-overfit"),
        sick={"depth": 0},
        mended={"depth": 2},
    ),
    Remedy(
        checks=("underfitting", "overfit-one-batch", "trial-overfit"),
        sick={"width": 8},
        mended={"width": 64},
    ),
    Remedy(
        checks=("overfitting",),
        setting=_WIDE,
        sick={"weight_decay": 0.0},
        mended={"weight_decay": 0.3},
    ),
    Remedy(
        checks=("overfitting",),
        setting=_WIDE,
        sick={"dropout": 0.0},
        mended={"dropout": 0.3},
    ),
    Remedy(
        checks=("overfitting",),
        setting={"depth": 3},
        sick={"width": 256},
        mended={"width": 16},
    ),
    Remedy(
        checks=("few-large-batches",),
        setting=_SGD,
        sick={"batch_size": 1024},
        mended={"batch_size": 32},
    ),
    Remedy(
        checks=("few-large-batches",),
        setting={**_SGD, "batch_size": 1024},
        sick={"epochs": 10},
        mended={"epochs": 100},
    ),
    Remedy(
        checks=("noisy-batches",),
        setting={"learning_rate": 0.03, "epochs": 10},
        sick={"batch_size": 2},
        mended={"batch_size": 32},
    ),
    Remedy(
        checks=("noisy-batches",),
        setting={"batch_size": 2, "epochs": 10},
        sick={"learning_rate": 0.03},
        mended={"learning_rate": 0.003},
    ),
    Remedy(
        checks=("batch-norm-tiny-batch",),
        setting={"normalisation": "batch", "epochs": 10},
        sick={"batch_size": 2},
        mended={"batch_size": 32},
    ),
    Remedy(
        checks=("batch-norm-tiny-batch",),
        setting={"batch_size": 2, "epochs": 10},
        sick={"normalisation": "batch"},
        mended={"normalisation": "layer"},
    ),
    Remedy(
        checks=("dropout-too-much",),
        setting={"depth": 4},
        sick={"dropout": 0.6},
        mended={"dropout": 0.2},
    ),
    Remedy(
        checks=("decay-dominates",),
        setting={"optimizer": "sgd", "learning_rate": 0.03},
        sick={"weight_decay": 0.3},
        mended={"weight_decay": 1e-4},
    ),
    Remedy(
        checks=("decay-dominates",),
        setting={"learning_rate": 0.01},
        sick={"weight_decay": 1.0},
        mended={"weight_decay": 0.01},
    ),
    Remedy(
        checks=("clipping-always",),
        setting={**_SGD, "clip": "norm"},
        sick={"clip_threshold": 0.001},
        mended={"clip_threshold": 10.0},
    ),
    Remedy(
        checks=("constant-under-imbalance",),
        rare=True,
        sick={"loss": "binary_cross_entropy"},
        mended={"loss": "weighted_cross_entropy"},
    ),
)

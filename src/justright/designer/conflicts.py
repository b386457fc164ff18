"""What cannot work together, and is refused before any training."""

from collections.abc import Callable

from justright.designer.levers import lever, words
from justright.errors import DesignError
from justright.kinds.decision import Value
from justright.kinds.design import Design
from justright.kinds.profile import Profile
from justright.kinds.task import TaskKind

_NUMBER_LOSSES = ("mse", "mae", "huber")
_NUMBER_METRICS = ("rmse", "mae", "r2", "rmsle")
_CLASS_METRICS = ("accuracy", "balanced_accuracy", "f1_macro", "log_loss", "roc_auc")

#: Gigabytes that the encoded copies of iterated folds may take (house convention: a quarter of 16).
COPIES_GB = 4.0
_CELL_BYTES = 4  # of an encoded input: float32

#: What fits each kind of task, the usual one first.
FITS: dict[str, dict[TaskKind, tuple[str, ...]]] = {
    "sampling": {
        "binary": ("plain", "balanced"),
        "multiclass": ("plain", "balanced"),
        "multilabel": ("plain",),
        "regression": ("plain",),
        "multi-target": ("plain",),
        "bounded": ("plain",),
        "positive": ("plain",),
        "ranking": ("plain",),
    },
    "loss": {
        "binary": ("binary_cross_entropy", "focal", "weighted_cross_entropy"),
        "multiclass": ("cross_entropy", "focal", "weighted_cross_entropy"),
        "multilabel": ("binary_cross_entropy",),
        "regression": _NUMBER_LOSSES,
        "multi-target": _NUMBER_LOSSES,
        "bounded": ("binary_cross_entropy", *_NUMBER_LOSSES),
        "positive": _NUMBER_LOSSES,
        "ranking": ("pairwise_logistic",),
    },
    "output_activation": {
        "binary": ("sigmoid",),
        "multiclass": ("softmax",),
        "multilabel": ("sigmoid",),
        "regression": ("none",),
        "multi-target": ("none",),
        "bounded": ("sigmoid", "tanh"),
        "positive": ("softplus", "exp", "none"),
        "ranking": ("none",),
    },
    "metric": {
        "binary": (*_CLASS_METRICS, "f1", "average_precision"),
        "multiclass": _CLASS_METRICS,
        "multilabel": ("average_precision", "roc_auc", "f1_micro", "f1_macro", "log_loss"),
        "regression": _NUMBER_METRICS,
        "multi-target": ("scaled_rmse", "rmse", "mae", "r2"),
        "bounded": _NUMBER_METRICS,
        "positive": _NUMBER_METRICS,
        "ranking": ("ndcg", "mean_average_precision"),
    },
}

#: What only the dense family has: others take these as they are.
_DENSE_ONLY: dict[str, tuple[Value, ...]] = {
    "input_scaling": (False,),
    "activation_blend": (False,),
    "init": tuple(word for word in lever("init").words if word != "data_normal"),
    "bias_init": ("zero",),
    "parametrisation": ("standard",),
}

#: What fits each family of network, where not all does.
FAMILY_FITS: dict[str, dict[str, tuple[Value, ...]]] = {
    "dense": {"shape": ("same", "funnel"), "pool": ("none",), "head_width": (0,), "heads": (1,)},
    "conv": {
        "depth": (1, 2, 3, 4, 5, 6),
        "kernel": (1, 3, 5, 7),
        "shape": ("double", "same"),
        "normalisation": ("batch", "none"),
        "heads": (1,),
        **_DENSE_ONLY,
    },
    "tabm": {
        "depth": (1, 2, 3, 4, 5, 6, 7, 8),
        "shape": ("same", "funnel"),
        "residual": (False,),
        "pool": ("none",),
        "head_width": (0,),
        "normalisation": ("none",),
        **_DENSE_ONLY,
    },
}


def refuse_conflicts(design: Design, profile: Profile) -> None:
    """Refuse what cannot work; odd but workable choices pass.

    Args:
        design: A value for every lever.
        profile: Facts measured from the data.

    Raises:
        DesignError: At the first conflict.

    Example:
        >>> from justright.designer.planner import plan
        >>> from justright.kinds.task import Task
        >>> facts = Profile(task="regression", n_rows=2_000)
        >>> plan(facts, Task(kind="regression", target="price"), {"loss": "focal"})
        Traceback (most recent call last):
        justright.errors.DesignError: loss = focal for a regression target 'price'
          needed: one that fits: mse, mae, huber
          try:    --set loss=mse
    """
    for name in FITS:
        _fits_task(design, name)
    for conflict in _CONFLICTS:
        conflict(design, profile)


def _fits_task(design: Design, name: str) -> None:
    """Loss, output activation and metric must suit what is predicted."""
    kind, word = design.task.kind, design.word(name)
    fitting = FITS[name][kind]
    if word not in fitting:
        raise DesignError(
            f"{name} = {word} for a {kind} target {design.task.target!r}",
            f"one that fits: {', '.join(fitting)}",
            try_=f"--set {name}={fitting[0]}",
        )


def _folds(design: Design, profile: Profile) -> None:
    folds, evaluation = design.count("folds"), design.word("evaluation")
    if (evaluation == "hold-out") != (folds == 1):
        other = "k-fold" if folds > 1 else "hold-out"
        raise DesignError(
            f"folds = {folds} with evaluation = {evaluation}",
            "1 fold for a hold-out, 2 to 20 for k-fold",
            try_=f"--set evaluation={other}",
        )
    if design.decision("folds").origin == "user" and folds > profile.n_rows:
        raise DesignError(
            f"folds = {folds} for {profile.n_rows} rows",
            "at least one row in each fold",
            try_=f"--set folds={max(2, min(5, profile.n_rows))}",
        )


def _repeats(design: Design, profile: Profile) -> None:
    """Folds in time cannot be dealt anew, and every fold of every repeat has a copy of the rows."""
    repeats, folds = design.count("repeats"), design.count("folds")
    if repeats == 1:
        return
    if design.word("split") == "ordered":
        raise DesignError(
            f"repeats = {repeats} with split = ordered",
            "1 repeat: rows in time are never shuffled, so that folds cannot be dealt anew",
            try_="--set repeats=1",
        )
    if folds == 1:
        raise DesignError(
            f"repeats = {repeats} with evaluation = hold-out",
            "folds, which can be dealt anew",
            try_=f"--set evaluation=k-fold --set repeats={repeats}",
        )
    n_inputs = profile.n_inputs + (design.count("text_features") if profile.n_text else 0)
    one = folds * profile.n_rows * n_inputs * _CELL_BYTES / 1e9
    if one * repeats > COPIES_GB:
        fitting = int(max(1, COPIES_GB // one))
        raise DesignError(
            f"{repeats} repeats of {folds} folds, each with its copy of {profile.n_rows:,} rows ×"
            f" {n_inputs:,} inputs: {one * repeats:.3g} GB",
            f"at most {COPIES_GB:g} GB",
            try_=f"--set repeats={fitting}",
        )


def _split(design: Design, profile: Profile) -> None:
    split = design.word("split")
    missing = {
        "grouped": (not profile.has_groups, "a group column", "--group COLUMN"),
        "ordered": (not profile.has_order, "an order column", "--order COLUMN"),
        "stratified": (design.task.is_numeric, "a target of classes", "--set split=random"),
    }
    lacks, needed, try_ = missing.get(split, (False, "", ""))
    if lacks:
        raise DesignError(f"split = {split} without {needed}", needed, try_=try_)


def _smoothing(design: Design, profile: Profile) -> None:
    smoothing = design.number("label_smoothing")
    if smoothing > 0 and not design.task.is_classification:
        raise DesignError(
            f"label_smoothing = {smoothing:g} for a {design.task.kind} target"
            f" {design.task.target!r}",
            "a target of classes, whose labels can be smoothed",
            try_="--set label_smoothing=0",
        )


def _rmsle(design: Design, profile: Profile) -> None:
    if design.word("metric") == "rmsle" and profile.target_low <= -1:
        raise DesignError(
            f"metric = rmsle with targets down to {profile.target_low:g}",
            "targets above -1, for the logarithm of 1 + target",
            try_="--set metric=rmse",
        )


def _nesterov(design: Design, profile: Profile) -> None:
    if design.word("optimizer") == "sgd_nesterov" and design.number("momentum") == 0:
        raise DesignError(
            "optimizer = sgd_nesterov with momentum = 0",
            "a momentum above 0, which Nesterov's step looks ahead along",
            try_="--set momentum=0.9",
        )


def _family(design: Design, profile: Profile) -> None:
    family, has_images = design.word("family"), profile.height > 0
    if family == "tabm" and has_images:
        raise DesignError(
            "family = tabm for images",
            "a table: pixels have neighbours, which convolutions see",
            try_="--set family=conv",
        )
    if family == "conv" and not has_images:
        raise DesignError(
            "family = conv without images",
            "a column of images, whose pixels have neighbours",
            try_="--set family=dense",
        )
    if has_images and design.word("scaler") != "standard":
        raise DesignError(
            f"scaler = {design.word('scaler')} for images",
            "scaler = standard: mean 0 and spread 1 of each channel",
            try_="--set scaler=standard",
        )
    for name, fitting in FAMILY_FITS[family].items():
        value = design[name]
        if value not in fitting:
            near = fitting[0] if isinstance(value, str) else _nearest(value, fitting)
            raise DesignError(
                f"{name} = {words(value)} with family = {family}",
                f"one that fits: {', '.join(map(words, fitting))}",
                try_=f"--set {name}={words(near)}",
            )


def _nearest(value: float, fitting: tuple[Value, ...]) -> Value:
    return min(fitting, key=lambda each: abs(float(each) - value))


_CONFLICTS: tuple[Callable[[Design, Profile], None], ...] = (
    _folds,
    _repeats,
    _split,
    _smoothing,
    _rmsle,
    _nesterov,
    _family,
)

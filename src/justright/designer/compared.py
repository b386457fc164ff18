"""Which values of a lever are compared where the user names none."""

from collections.abc import Mapping

from justright.designer.conflicts import FAMILY_FITS, FITS
from justright.designer.levers import Lever, check, lever, words
from justright.errors import DesignError
from justright.kinds.decision import Value
from justright.kinds.profile import Profile

#: What a single network does not decide, and what says it instead.
NOT_ASKED: Mapping[str, str] = {
    "evaluation": "--set evaluation=k-fold with any question",
    "folds": "--set folds=5 with any question",
    "repeats": "--set repeats=3 with any question",
    "split": "--group COL or --order COL with any question",
    "metric": "--metric NAME with any question",
    "text": "justright fit with --set text=hashed and --set text=embedding",
    "text_features": "justright fit with --set text_features=N for each",
    "output_activation": "justright fit with --set output_activation=WORD for each",
}

# The values themselves are house conventions: the field's usual range in few steps, from "off".
_OWN: Mapping[str, tuple[Value, ...]] = {
    "depth": (0, 1, 2, 3, 4, 6),
    "width": (32, 64, 128, 256, 512),
    "dropout": (0.0, 0.1, 0.2, 0.4),
    "input_dropout": (0.0, 0.05, 0.1, 0.2),
    "weight_decay": (0.0, 1e-4, 1e-3, 1e-2, 0.1),
    "label_smoothing": (0.0, 0.05, 0.1, 0.2),
    "optimizer": ("adamw", "nadam", "sgd_nesterov", "rmsprop", "adam"),
    "activation": ("relu", "gelu", "silu", "mish", "selu", "tanh"),
    "init": (
        *("he_normal", "he_uniform", "lecun_normal"),
        *("glorot_normal", "glorot_uniform", "data_normal"),
    ),
    "schedule": ("constant", "cosine", "cosine_cycles", "one_cycle", "linear", "exponential"),
    "momentum": (0.0, 0.5, 0.9, 0.95, 0.99),
    "beta2": (0.9, 0.95, 0.99, 0.999),
    "ema_decay": (0.9, 0.99, 0.999),
    "warmup_share": (0.0, 0.05, 0.1, 0.2),
    "category_size": (0, 4, 8, 16),
    "head_width": (0, 64, 256),
    "kernel": (1, 3, 5, 7),
    "ensemble_size": (1, 2, 4, 8),
}
# Factors of the design's own value, for levers whose scale the data set.
_FACTORS: Mapping[str, tuple[float, ...]] = {"batch_size": (1 / 4, 4), "epochs": (1 / 2, 2)}
_THIRDS = (1 / 3, 3)  # for every other number (house convention: half a decade either way)
_MOST = 6  # values beside the design's own: with more, each has fewer networks

_IMAGES_ONLY = ("kernel", "pool", "head_width")
_TEXT_ONLY = ("text", "text_features")


def values_for(name: str, base: Value, profile: Profile) -> tuple[Value, ...]:
    """The values of a lever that are compared by default.

    Values that cannot work with these data are left out; what does not go with the rest of a
    design is for the planner to refuse.

    Args:
        name: The lever.
        base: The design's own value.
        profile: Facts measured from the data.

    Returns:
        At least two values, all different, the design's own first.

    Raises:
        DesignError: If the lever does not exist, is not for a single network, or has no second
            value that can work with these data.

    Example:
        >>> facts = Profile(task="binary", n_rows=500)
        >>> values_for("dropout", 0.1, facts), values_for("batch-size", 64, facts)
        ((0.1, 0.0, 0.2, 0.4), (64, 16, 256))
    """
    found = lever(name)
    if found.name in NOT_ASKED:
        raise DesignError(
            f"{found.name} is for all networks at once to decide",
            "a lever of one network",
            try_=NOT_ASKED[found.name],
        )
    own = check(found.name, base)
    others = [value for value in _wished(found, own) if _fits(found.name, value, profile)]
    values = tuple(dict.fromkeys((own, *others[:_MOST])))
    if len(values) < 2:
        raise DesignError(
            f"{found.name} has one value for these data: {words(own)}",
            f"two or more that fit {_data_words(profile)}",
            try_="justright ask --list",
        )
    return values


def how_found(one: Lever) -> str:
    """How the values of a lever are found, in words.

    Example:
        >>> how_found(lever("dropout")), how_found(lever("batch_size"))
        ('0, 0.1, 0.2, 0.4', 'a quarter and 4 times of its own')
    """
    if one.name in FITS:
        return "those that fit the task"
    if one.kind in ("word", "switch") or one.name in _OWN:
        return ", ".join(words(value) for value in _wished(one, False))
    less, more = _FACTORS.get(one.name, _THIRDS)
    share = {2: "half", 3: "a third", 4: "a quarter"}[round(1 / less)]
    return f"{share} and {more:g} times of its own"


def _wished(one: Lever, base: Value) -> tuple[Value, ...]:
    """The values to compare with the design's own, whatever the data."""
    if one.name in _OWN:
        return _OWN[one.name]
    if one.kind == "word":
        return one.words
    if one.kind == "switch":
        return (False, True)
    near = (float(base) * factor for factor in _FACTORS.get(one.name, _THIRDS))
    inside = (min(max(value, one.low), one.high) for value in near)
    return tuple(round(value) if one.kind == "count" else float(f"{value:.3g}") for value in inside)


def _fits(name: str, value: Value, profile: Profile) -> bool:
    """Whether a value can work with these data in some design."""
    if name in FITS:
        return value in FITS[name][profile.task]
    has_images = profile.height > 0
    if name == "family":
        return value in (("conv", "dense") if has_images else ("dense", "tabm"))
    if name in _IMAGES_ONLY and not has_images:
        return False
    if name in _TEXT_ONLY and not profile.n_text:
        return False
    if name == "text" and value == "embedding":
        return profile.embeds_text
    if name == "scaler" and has_images:
        return value == "standard"
    if name == "label_smoothing" and profile.task not in ("binary", "multiclass"):
        return value == 0
    families = ("conv",) if has_images else ("dense", "tabm")
    return any(value in FAMILY_FITS[family].get(name, (value,)) for family in families)


def _data_words(profile: Profile) -> str:
    what = "images" if profile.height > 0 else "a table"
    return f"{what} with a {profile.task} target"

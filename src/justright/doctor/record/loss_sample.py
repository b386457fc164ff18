"""Look closely at what went into a loss function."""

import math
from typing import Any

import torch
from torch import Tensor

from justright.doctor.evidence import LossSample
from justright.doctor.record import tensors

CLASS_LOSSES = frozenset({"cross_entropy", "nll_loss", "multi_margin_loss"})
BINARY_LOSSES = frozenset({"binary_cross_entropy", "binary_cross_entropy_with_logits"})
NUMBER_LOSSES = frozenset({"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"})
#: Where half the probability lies, in what each takes.
MIDDLE = {"binary_cross_entropy": 0.5, "binary_cross_entropy_with_logits": 0.0}
SUMS = 1e-3  # how far from 1 a row of probabilities may sum in float32
MOST_COLUMNS = 16  # outputs whose correlations are taken one by one
MOST_CLASSES = 1_000  # distinct whole targets that count as classes
MOST_SORTED = 4_096  # targets that quantiles are taken of, evenly spread


def sample(function: str, value: Tensor, given: Tensor, target: Tensor, step: int) -> LossSample:
    """Figures of one call.

    Args:
        function: Name of the loss function.
        value: What it gave back.
        given: Its first argument.
        target: Its second.
        step: Optimizer steps made before.
    """
    value, given, target = value.detach(), tensors.plain(given), tensors.plain(target)
    seen, aim = tensors.spread(given), tensors.spread(target)
    n = min(len(given), len(target)) if given.ndim and target.ndim else 0
    given, target = (given[:n], target[:n]) if n else (given, target)
    return LossSample(
        step=step,
        value=float(value.double().mean()),
        trivial=_trivial(function, given, target),
        low=seen.low,
        high=seen.high,
        std=seen.std,
        example_spread=_across(given),
        target_low=aim.low,
        target_high=aim.high,
        target_mean=aim.mean,
        target_std=aim.std,
        target_ends=_ends(target),
        n_classes_seen=_classes(function, target),
        finite_input=seen.finite_share == 1.0,
        finite_target=aim.finite_share == 1.0,
        **_sums(given),
        **hits(function, given, target),
    )


def _ends(target: Tensor) -> tuple[float, float] | None:
    """Quantiles of the finite targets at 5 and 95 percent."""
    flat = target.flatten()[:: max(1, target.numel() // MOST_SORTED)]
    flat = flat.double() if not flat.is_complex() else flat.real.double()
    flat = flat[flat.isfinite()].sort().values
    if not len(flat):
        return None
    low, high = round(0.05 * (len(flat) - 1)), round(0.95 * (len(flat) - 1))
    return float(flat[low]), float(flat[high])


def _across(given: Tensor) -> float:
    """Standard deviation across the examples, mean over outputs."""
    if given.ndim < 1 or len(given) < 2:
        return 1.0
    return float(given.double().std(0, correction=0).mean())


def _sums(given: Tensor) -> dict[str, Any]:
    """Whether rows are probabilities, log probabilities, or columns are by mistake."""
    if given.ndim < 2 or given.shape[1] < 2 or not given.is_floating_point():
        return {}
    given = given.double()
    inside = bool(((given >= -SUMS) & (given <= 1 + SUMS)).all())
    over_classes = bool(((given.sum(1) - 1).abs() < SUMS).all())
    over_batch = len(given) > 2 and bool(((given.sum(0) - 1).abs() < SUMS).all())
    logs = bool((given <= SUMS).all()) and bool((given.exp().sum(1) - 1).abs().max() < SUMS)
    return {
        "sums_to_one": inside and over_classes,
        "sums_to_one_elsewhere": inside and over_batch and not over_classes,
        "log_sums_to_one": logs,
    }


def hits(function: str, given: Tensor, target: Tensor) -> dict[str, Any]:
    """Accuracy, majority and commonest prediction of classes; correlation of numbers."""
    if function in CLASS_LOSSES and given.ndim >= 2:
        return _class_hits(given, target)
    if function in BINARY_LOSSES and given.shape == target.shape:
        said, true = given > MIDDLE[function], target > 0.5
        share, guess = float(true.double().mean()), float(said.double().mean())
        return {
            "accuracy": float((said == true).double().mean()),
            "majority": max(share, 1 - share),
            "predicted_majority": max(guess, 1 - guess),
        }
    if function in NUMBER_LOSSES and given.shape == target.shape and len(given) > 2:
        given, target = given.double(), target.double()
        columns = given.ndim == 2 and 2 <= given.shape[1] <= MOST_COLUMNS
        pairs = zip(given.T, target.T, strict=True) if columns else ()
        return {
            "correlation": _correlation(given, target),
            "column_correlations": tuple(_correlation(a, b) or 0.0 for a, b in pairs),
        }
    return {}


def _class_hits(given: Tensor, target: Tensor) -> dict[str, Any]:
    said = given.argmax(1)
    true = target.argmax(1) if target.shape == given.shape and given.ndim > 1 else target
    if true.shape != said.shape or true.is_floating_point():
        return {}
    kept = true >= 0  # ignored places are marked by a negative class
    said, true = said[kept], true[kept].long()
    if not len(true):
        return {}
    counts = torch.bincount(true)
    guesses = torch.bincount(said)
    return {
        "accuracy": float((said == true).double().mean()),
        "majority": float(counts.max()) / len(true),
        "predicted_majority": float(guesses.max()) / len(said),
    }


def _correlation(given: Tensor, target: Tensor) -> float | None:
    rows = given.flatten(1) if given.ndim > 1 else given.unsqueeze(1)
    aims = target.flatten(1) if target.ndim > 1 else target.unsqueeze(1)
    rows, aims = rows - rows.mean(0), aims - aims.mean(0)
    size = float((rows.square().sum() * aims.square().sum()).sqrt())
    return float((rows * aims).sum()) / size if size > 0 else None


def _classes(function: str, target: Tensor) -> int:
    """Distinct targets where they are classes."""
    if function in CLASS_LOSSES and target.ndim > 1 and target.is_floating_point():
        return int(torch.unique(target.argmax(1)).numel())
    values: Tensor = torch.unique(target)
    whole = not values.is_floating_point() or bool((values == values.round()).all())
    return values.numel() if whole and values.numel() <= MOST_CLASSES else 0


def _trivial(function: str, given: Tensor, target: Tensor) -> float | None:
    """Loss of the best constant on these targets."""
    if function in ("cross_entropy", "nll_loss"):
        return _entropy(target, given)
    aims = target.double()
    if function in BINARY_LOSSES:
        share = aims.mean(0) if aims.ndim > 1 else aims.mean()
        return float(-(torch.xlogy(share, share) + torch.xlogy(1 - share, 1 - share)).mean())
    if function not in NUMBER_LOSSES or not target.numel():
        return None
    flat = aims.flatten(1) if aims.ndim > 1 else aims.unsqueeze(1)
    if function == "mse_loss":
        return float(flat.var(0, correction=0).mean())
    return float((flat - flat.median(0).values).abs().mean()) if function == "l1_loss" else None


def _entropy(target: Tensor, given: Tensor) -> float | None:
    if target.is_floating_point():
        shares = target.double().flatten(2).mean((0, 2)) if target.ndim > 2 else target.mean(0)
        return float(torch.special.entr(shares.double()).sum())
    kept = target[target >= 0].long()
    if not kept.numel():
        return None
    shares = torch.bincount(kept.flatten()).double() / kept.numel()
    value = float(torch.special.entr(shares).sum())
    return value if math.isfinite(value) else None

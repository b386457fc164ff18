"""Loss functions of the script: what goes in and what comes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

import torch
from torch import Tensor

from justright.doctor.evidence import LossSample, LossUse
from justright.doctor.record import tensors
from justright.doctor.record.frames import users_line
from justright.doctor.record.loss_sample import sample
from justright.doctor.record.walk import made_by

#: Functions of torch.nn.functional that are watched.
WATCHED = (
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cosine_embedding_loss",
    "cross_entropy", "ctc_loss", "gaussian_nll_loss", "hinge_embedding_loss", "huber_loss",
    "kl_div", "l1_loss", "margin_ranking_loss", "mse_loss", "multi_margin_loss",
    "multilabel_margin_loss", "multilabel_soft_margin_loss", "nll_loss", "poisson_nll_loss",
    "smooth_l1_loss", "soft_margin_loss", "triplet_margin_loss",
)  # fmt: skip
MOST_SAMPLES = 400  # kept of one use; thinned evenly beyond
MOST_SHAPES = 64


@dataclass(slots=True)
class Call:
    """One call of a loss function that no backward pass has claimed yet."""

    function: str
    value: Tensor | None
    number: int | None
    training: bool | None
    arguments: tuple[object, ...]
    options: Mapping[str, object]
    given: Tensor
    target: Tensor


@dataclass(slots=True)
class Use:
    """What is gathered of one function, in training or in validation."""

    first: LossUse
    calls: int = 0
    samples: list[LossSample] = field(default_factory=list)
    shapes: set[tuple[int, ...]] = field(default_factory=set)
    padded: list[float] = field(default_factory=list)

    def ignored(self) -> int | None:
        """The class that it leaves out."""
        value = self.first.options.get("ignore_index", -100.0)
        return int(value) if isinstance(value, float) else None

    def fills(self, share: float | None) -> None:
        """Take in what share of the targets stand where a sequence was only filled up."""
        if share is not None:
            self.padded.append(share)

    def record(self) -> LossUse:
        """What was gathered so far."""
        seen = self.first
        return LossUse(
            function=seen.function,
            learning=seen.learning,
            calls=self.calls,
            line=seen.line,
            input_shape=seen.input_shape,
            target_shape=seen.target_shape,
            input_dtype=seen.input_dtype,
            target_dtype=seen.target_dtype,
            made_by=seen.made_by,
            layer=seen.layer,
            options=seen.options,
            samples=tuple(self.samples),
            shapes_seen=len(self.shapes),
            padded_share=median(self.padded) if self.padded else None,
        )


class Losses:
    """The loss functions that were called, by function and by whether gradients were on."""

    def __init__(self) -> None:
        self.uses: dict[tuple[str, bool], Use] = {}

    def took(
        self, function: str, given: Tensor, target: Tensor, result: Tensor,
        options: Mapping[str, object], step: int, *, learning: bool, close: bool,
    ) -> LossSample | None:  # fmt: skip
        """Take in one call.

        Args:
            function: Name of the loss function.
            given: Its first argument.
            target: Its second.
            result: What it gave back.
            options: Its other arguments.
            step: Optimizer steps made before.
            learning: Whether gradients were on.
            close: Whether to look closely.

        Returns:
            What was seen, where it was looked at.
        """
        key = (function, learning)
        use = self.uses.get(key)
        new = use is None
        if use is None:
            use = self.uses[key] = Use(_first(function, given, target, options, learning))
        use.calls += 1
        if not (new or close):
            return None
        if len(use.shapes) < MOST_SHAPES:
            use.shapes.add(tuple(given.shape))
        found = sample(function, result, given, target, step)
        if len(use.samples) >= MOST_SAMPLES:
            del use.samples[1::2]
        use.samples.append(found)
        return found

    def records(self) -> tuple[LossUse, ...]:
        """Every use, training first."""
        uses = sorted(list(self.uses.items()), key=lambda item: not item[0][1])
        return tuple(use.record() for _, use in uses)


def loss_name(function: Callable[..., object]) -> str:
    """Name of a loss function; one of the user's own ends in brackets, lest it be torch's.

    Example:
        >>> loss_name(torch.nn.functional.mse_loss), loss_name(lambda x, y: x)
        ('mse_loss', '<lambda>()')
    """
    name = getattr(function, "__name__", type(function).__name__)
    return name if getattr(function, "__module__", "") == "torch.nn.functional" else f"{name}()"


def _first(
    function: str, given: Tensor, target: Tensor, options: Mapping[str, object], learning: bool
) -> LossUse:
    return LossUse(
        function=function,
        learning=learning,
        line=users_line(),
        input_shape=tuple(given.shape),
        target_shape=tuple(target.shape),
        input_dtype=tensors.dtype(given),
        target_dtype=tensors.dtype(target),
        made_by=made_by(given),
        options=_plain(options),
    )


def _plain(options: Mapping[str, object]) -> dict[str, float | str]:
    """Options as numbers and words."""
    found: dict[str, float | str] = {}
    for key, value in options.items():
        if isinstance(value, str):
            found[key] = value
        elif isinstance(value, (bool, int, float)):
            found[key] = float(value)
        elif isinstance(value, torch.Tensor):
            found[key] = "given"
    return found

"""A training curve in a few robust figures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from justright.doctor.evidence import Evidence, LossUse, Track

WINDOWS = 20  # parts that a curve is cut into; a median each
FEW = 20  # steps below which a curve has no shape


@dataclass(frozen=True, slots=True)
class Curve:
    """Losses of one optimizer's steps, in windows of equal length.

    Attributes:
        middles: Median loss of each window; windows without a finite loss are left out.
        first: Median of the first steps (at most 5, at most a twentieth of all).
        noise: Median absolute deviation within a window, over all windows.
        lowest: Lowest window.
        n: Steps with a finite loss.
    """

    middles: tuple[float, ...]
    first: float
    noise: float
    lowest: float
    n: int

    @property
    def last(self) -> float:
        """Median loss of the last window."""
        return self.middles[-1]

    def late_fall(self, share: float = 0.25) -> float:
        """How much the loss fell over the last share of the training, by a robust line.

        Example:
            >>> curve_of(tuple(float(x) for x in range(100, 0, -1))).late_fall(0.5)
            50.0
        """
        n = max(3, round(share * len(self.middles)))
        tail = self.middles[-n:]
        if len(tail) < 3:
            return 0.0
        slopes = [
            (tail[j] - tail[i]) / (j - i) for i in range(len(tail)) for j in range(i + 1, len(tail))
        ]
        return -median(slopes) * share * len(self.middles)


def curve_of(losses: Sequence[float | None]) -> Curve | None:
    """Figures of a curve; None where there are too few finite losses.

    Args:
        losses: Loss of each step, None where it was not finite.
    """
    finite = np.array([x for x in losses if x is not None and math.isfinite(x)])
    if len(finite) < FEW:
        return None
    parts = np.array_split(finite, min(WINDOWS, len(finite) // 3))
    middles = tuple(float(np.median(part)) for part in parts)
    noise = float(np.median([np.median(np.abs(part - np.median(part))) for part in parts]))
    start = finite[: max(1, min(5, len(finite) // 20))]
    return Curve(middles, float(np.median(start)), noise, min(middles), len(finite))


def main_track(evidence: Evidence) -> Track | None:
    """The one optimizer that trains; None where several do, in turn or against each other."""
    trained = [track for track in evidence.tracks if track.n_steps]
    return trained[0] if len(trained) == 1 else None


def training_loss(evidence: Evidence) -> LossUse | None:
    """The one watched loss function of the training; None where there are several or none."""
    uses = [use for use in evidence.losses if use.learning]
    return uses[0] if len(uses) == 1 else None


def trivial(use: LossUse | None) -> float | None:
    """Loss of the best constant on the targets seen, of a plain mean-reduced loss function."""
    if use is None or use.options.get("reduction", "mean") != "mean":
        return None
    if any(use.options.get(key) == "given" for key in ("weight", "pos_weight")):
        return None  # weighted classes have another best constant
    known = [own.trivial for own in use.samples if own.trivial is not None]
    return median(known) if known else None


def typical_update(track: Track, first: int | None = None) -> float | None:
    """Median update-to-weight ratio over sampled steps of the parameters that have weights.

    Args:
        track: The optimizer's course.
        first: Of the first so many sampled steps only; None for all.
    """
    ratios = [
        ratio
        for name, values in track.updates.items()
        if not name.endswith("bias")
        for ratio in values[:first]
        if ratio is not None
    ]
    return median(ratios) if ratios else None

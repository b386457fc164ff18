"""What the checks of training loops read from the evidence alike."""

import math
from collections.abc import Callable
from statistics import median

from justright.doctor.curve import training_loss
from justright.doctor.evidence import Evidence, Layer, Track, Weight

#: Optimizers whose step does not grow with the gradient.
SCALE_FREE = frozenset(
    {"Adam", "AdamW", "NAdam", "RAdam", "Adamax", "Adagrad", "Adadelta", "RMSprop", "Rprop",
     "SparseAdam", "Lion", "Adafactor", "Muon"}
)  # fmt: skip


def cycle_share(evidence: Evidence, holds: Callable[[str], bool]) -> float:
    """Share of the steps whose order of calls fulfils a condition.

    Steps with a closure, whose calls come within the step, are left out.

    Example:
        >>> from justright.doctor.evidence import Conduct
        >>> cycle_share(Evidence(door="watch", conduct=Conduct(cycles={"ZFBS": 3, "FBS": 1})),
        ...             lambda cycle: "Z" in cycle)
        0.75
    """
    cycles = evidence.conduct.cycles if evidence.conduct else {}
    plain = {cycle: n for cycle, n in cycles.items() if cycle.endswith("S")}
    total = sum(plain.values())
    return sum(n for cycle, n in plain.items() if holds(cycle)) / total if total else 0.0


def wiped(cycle: str) -> bool:
    """Whether gradients were set to zero between the backward pass and the step.

    Example:
        >>> wiped("FBZS"), wiped("ZFBS")
        (True, False)
    """
    return "B" in cycle and cycle.rfind("Z") > cycle.rfind("B")


def with_gradient(evidence: Evidence) -> frozenset[str]:
    """Parameters of any optimizer that had a gradient."""
    return frozenset(
        name
        for track in evidence.tracks
        for name in track.gradients
        if name not in track.without_gradient
    )


def weights_of(evidence: Evidence) -> dict[str, tuple[int, Layer, Weight]]:
    """Every parameter with its layer and the place of that in the order of the calls."""
    return {
        weight.name: (place, layer, weight)
        for place, layer in enumerate(evidence.layers)
        for weight in layer.weights
    }


def numbers_of(weight: Weight) -> int:
    """How many numbers a parameter has."""
    return math.prod(weight.shape)


def busiest(evidence: Evidence) -> Track | None:
    """The optimizer that made the most steps."""
    return max(evidence.tracks, key=lambda track: track.n_steps, default=None)


def batch_rows(evidence: Evidence) -> int:
    """Rows of the usual training batch; 0 where they were not seen."""
    sizes = evidence.feed.batch_sizes if evidence.feed else ()
    return round(median(sizes)) if sizes else 0


def loss_factor(evidence: Evidence) -> float | None:
    """What the loss that backward starts from is, in values of the loss function.

    4 for a sum of four calls, 0.25 for a quarter of one call, -1 for a changed sign.

    Returns:
        Median over the steps at which both were seen; None for several optimizers or loss
        functions, and where fewer than three steps tell.
    """
    use, tracks = training_loss(evidence), evidence.tracks
    if use is None or len(tracks) != 1:
        return None
    values: dict[int, list[float]] = {}
    for sample in use.samples:
        values.setdefault(sample.step, []).append(sample.value)
    ratios = [
        loss / (sum(values[step]) / len(values[step]))
        for step, loss in zip(tracks[0].steps, tracks[0].loss, strict=False)
        if loss is not None and step in values and _sound(values[step])
    ]
    return median(ratios) if len(ratios) >= 3 else None


def _sound(values: list[float]) -> bool:
    mean = sum(values) / len(values)
    return math.isfinite(mean) and abs(mean) > 1e-12


def listed(names: list[str], most: int = 3) -> str:
    """Names in words, the first few of many.

    Example:
        >>> listed(["a", "b", "c", "d", "e"])
        'a, b, c and 2 more'
    """
    if len(names) <= most + 1:
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def layers_in_words(evidence: Evidence, names: list[str]) -> str:
    """The layers that parameters belong to, in words."""
    known = weights_of(evidence)
    found = dict.fromkeys(
        known[n][1].name if n in known else n.rpartition(".")[0] or n for n in names
    )
    return listed(list(found))

"""The inputs of the models that learn, and how loud they make the first layer."""

import math
from collections.abc import Iterator

from justright.doctor.evidence import Batch, Evidence, Layer

NORMS = ("BatchNorm", "LayerNorm", "GroupNorm", "InstanceNorm", "RMSNorm", "SyncBatchNorm")
LARGE = 10.0  # root mean square of inputs; scaled ones have 1 (house convention)
LOUD = 5.0  # spread of the first layer's output; the default init gives 0.6 on scaled inputs


def first_batches(evidence: Evidence) -> Iterator[Batch]:
    """The first batch of numbers of each model that has no embedding in front."""
    seen: set[str] = set()
    for batch in evidence.batches:
        if batch.model in seen:
            continue
        seen.add(batch.model)
        layers = weighted(evidence, batch.model)
        if "int" in batch.dtype or batch.dtype == "bool" or len(batch.shape) < 2:
            continue
        if layers and layers[0].kind.startswith("Embedding"):
            continue
        yield batch


def weighted(evidence: Evidence, model: str) -> list[Layer]:
    """The layers of a model that were called and hold parameters, in the order of the calls."""
    return [own for own in evidence.layers if own.model == model and own.calls and own.weights]


def normalises(evidence: Evidence, batch: Batch, *, first: int = 1) -> bool:
    """Whether one of a model's first layers is a normalisation."""
    layers = [own for own in evidence.layers if own.model == batch.model and own.calls]
    early = [own for own in layers if own.weights or own.kind.startswith(NORMS)][:first]
    return any(own.kind.startswith(NORMS) for own in early)


def size(batch: Batch) -> float:
    """Root mean square of a batch.

    Example:
        >>> size(Batch(model="MLP", step=0, shape=(8, 2), mean=3.0, std=4.0))
        5.0
    """
    return math.hypot(batch.mean, batch.std)


def first_output(evidence: Evidence, batch: Batch) -> float | None:
    """Spread of the first layer's output at the start; None where it was not taken."""
    layers = weighted(evidence, batch.model)
    if not layers:
        return None
    own = layers[0]
    found = [s for s in evidence.signals if s.layer == own.name and s.op == own.kind]
    return math.hypot(found[0].mean, found[0].std) if found and found[0].finite else None


def is_loud(evidence: Evidence, batch: Batch) -> bool:
    """Whether a batch is large, and nothing in the model scales it before the first layer."""
    if not math.isfinite(size(batch)) or size(batch) <= LARGE:
        return False
    # A norm after the first layer takes any common factor out again.
    if normalises(evidence, batch, first=2):
        return False
    out = first_output(evidence, batch)
    return out is None or out > LOUD


def loud_inputs(evidence: Evidence) -> bool:
    """Whether any model that learns gets loud inputs."""
    return any(is_loud(evidence, batch) for batch in first_batches(evidence))

"""Layers that work otherwise in training than in validation."""

from collections.abc import Iterator

from justright.doctor.evidence import Evidence, Layer
from justright.doctor.loop import with_gradient


def is_batch_norm(layer: Layer) -> bool:
    """Whether a layer normalises over the batch, and keeps statistics for validation.

    Example:
        >>> is_batch_norm(Layer(name="bn", kind="BatchNorm1d"))
        True
    """
    kept = layer.options.get("track_running_stats", 1.0)
    return layer.kind.removeprefix("Lazy").startswith(("BatchNorm", "SyncBatchNorm")) and kept != 0


def drop_share(layer: Layer) -> float:
    """Share that a layer sets to zero at random in training; 0 for a layer that does not.

    Example:
        >>> drop_share(Layer(name="drop", kind="Dropout", options={"p": 0.5}))
        0.5
    """
    key = "p" if "Dropout" in layer.kind else "dropout"
    share = layer.options.get(key, 0.0)
    if key == "dropout" and layer.options.get("num_layers", 2.0) == 1.0:
        return 0.0
    return float(share) if isinstance(share, (int, float)) else 0.0


def moody(evidence: Evidence) -> tuple[Layer, ...]:
    """Called layers of models that learn whose work depends on the mode."""
    return tuple(
        layer
        for layer in learning_layers(evidence)
        if is_batch_norm(layer) or drop_share(layer) > 0
    )


def learning_layers(evidence: Evidence) -> Iterator[Layer]:
    """Called layers of models of which something is trained, or may be before the first step."""
    learning = with_gradient(evidence)
    models = {
        layer.model
        for layer in evidence.layers
        if any(
            weight.name in learning or (not evidence.tracks and weight.trainable)
            for weight in layer.weights
        )
    }
    return (layer for layer in evidence.layers if layer.model in models and layer.in_shape)

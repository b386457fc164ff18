"""What was watched, in a line."""

from justright.doctor.evidence import Evidence


def seen(evidence: Evidence) -> str:
    """What was watched, in a line; "" for nothing.

    Example:
        >>> from justright.doctor.evidence import Track
        >>> track = Track(name="optimizer", kind="Adam", n_steps=300, n_parameters=50)
        >>> seen(Evidence(door="watch", tracks=(track,)))
        '300 steps of Adam (50 numbers)'
    """
    parts = []
    models = list(dict.fromkeys(layer.model for layer in evidence.layers if layer.model))
    for track in evidence.tracks[:3]:
        size = f" ({track.n_parameters:,} numbers)" if track.n_parameters else ""
        parts.append(f"{track.n_steps:,} steps of {track.kind}{size}")
    if len(evidence.tracks) > 3:
        parts.append(f"{len(evidence.tracks) - 3} more optimizers")
    text = ", ".join(parts)
    if models:
        n_layers = sum(1 for layer in evidence.layers if layer.weights)
        named = ", ".join(models[:3]) + (" …" if len(models) > 3 else "")
        layers = f"{n_layers} layer{'s' if n_layers != 1 else ''} with weights"
        text += f"{' on ' if text else ''}{named} ({layers})"
    n = len(evidence.validations)
    if n:
        text += f", {n} validation{'s' if n != 1 else ''}"
    return text

"""Two networks that train against each other: who is who."""

from dataclasses import dataclass

from justright.doctor.course import first_graphs, known
from justright.doctor.evidence import Evidence, Graph, Track
from justright.doctor.wiring import is_linear

SAME = 1e-6  # relative difference of losses that are one and the same
NEAR = 0.3  # how far from 0 or 1 the one target of a batch of a discriminator may lie


@dataclass(frozen=True)
class Game:
    """A network that makes samples and one that judges them.

    Attributes:
        generator: Course of the one whose loss goes through the other.
        critic: Course of the one that stands nearest to both losses.
        labelled: Whether the losses have targets that are all 0 or all 1 in a batch.
    """

    generator: Track
    critic: Track
    labelled: bool


def game(evidence: Evidence) -> Game | None:
    """The two networks of a generative adversarial training; None where there is none.

    Args:
        evidence: What was recorded.

    Example:
        >>> game(Evidence(door="watch")) is None
        True
    """
    for graph in first_graphs(evidence):
        found = _through(evidence, graph)
        if found is not None and not _one_loss(*found):
            return Game(*found, labelled=_labelled(evidence))
    return None


def _through(evidence: Evidence, graph: Graph) -> tuple[Track, Track] | None:
    """Generator and critic of a pass that goes through both, the critic nearest to the loss."""
    order: list[Track] = []
    for op in graph.ops:
        for track in evidence.tracks if is_linear(op) else ():
            if op.weights[-1] in track.gradients and track not in order:
                order.append(track)
    return (order[1], order[0]) if len(order) == 2 else None


def _one_loss(generator: Track, critic: Track) -> bool:
    """Whether both learn from one loss, as an encoder and a decoder do."""
    pairs = list(zip(known(generator.loss), known(critic.loss), strict=False))
    return all(abs(a - b) <= SAME * max(abs(a), 1e-12) for a, b in pairs)


def _labelled(evidence: Evidence) -> bool:
    means = [
        s.target_mean
        for use in evidence.losses
        if use.learning
        for s in use.samples
        if s.target_std < NEAR / 2
    ]
    low = any(mean < NEAR for mean in means)
    return low and any(1 - NEAR < mean < 1 + NEAR for mean in means)

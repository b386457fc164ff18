"""Batch norm over a handful of rows."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Feed, Layer, Track, Weight
from justright.doctor.loop import batch_rows, listed
from justright.doctor.modes import is_batch_norm, learning_layers
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

TINY = 2  # rows: even over large images the error rises clearly (Wu and He 2018, figure 5)
SMALL = 4  # rows, where each channel has one value a row and not a map of them
FEW = 10  # steps


def judge(evidence: Evidence) -> Finding | None:
    """Mean and spread of two rows say little about the others."""
    conduct, rows = evidence.conduct, batch_rows(evidence)
    if conduct is None or not 0 < rows <= SMALL or conduct.stepped_in_training_mode < FEW:
        return None
    norms = [
        layer
        for layer in learning_layers(evidence)
        if is_batch_norm(layer)
        and any(weight.trainable for weight in layer.weights)
        and (rows <= TINY or len(layer.in_shape) == 2)
    ]
    if not norms:
        return None
    return Finding(
        check=BATCH_NORM_TINY_BATCH.id,
        severity=Severity.WARN,
        sign=f"{listed([f'{layer.name} ({layer.kind})' for layer in norms])} normalise over "
        f"batches of {rows} row{'s' if rows > 1 else ''}",
        meaning="each row's output hangs on the few rows beside it, and the running statistics "
        "that eval mode goes by are noise",
        remedy="a batch size of 16 or more; or GroupNorm or LayerNorm in the place of batch norm",
        layer=norms[0].name,
        line=line_of(evidence, "DataLoader"),
        numbers={"rows": float(rows)},
        confidence=0.8 if rows <= TINY else 0.6,
    )


BATCH_NORM_TINY_BATCH = Check(
    id="batch-norm-tiny-batch",
    asks="Are batches large enough for batch norm?",
    fault=23,
    needs=frozenset({"conduct", "feed", "layers"}),
    measured="The usual number of rows of a training batch, where batch norm layers learn in "
    "training mode: two or fewer, or four or fewer where a channel has one value a row.",
    judge=judge,
    remedy="Larger batches, or GroupNorm, or LayerNorm.",
    confirm="compare the loss of one batch in training and in eval mode",
    source="Wu and He 2018, arXiv:1803.08494, figure 5: batch norm fails below 8 rows",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=500, stepped_in_training_mode=500),
        feed=Feed(n_batches=500, batch_sizes=(2,) * 500),
        tracks=(
            Track(name="optimizer", kind="Adam", n_steps=500, gradients={"bn.weight": (1.0,)}),
        ),
        layers=(
            Layer(
                name="bn",
                kind="BatchNorm2d",
                in_shape=(2, 8, 8, 8),
                weights=(Weight(name="bn.weight", shape=(8,)),),
            ),
        ),
    ),
)

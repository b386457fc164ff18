"""Validation that looks better than training for long."""

import itertools
from statistics import median

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Layer, LossUse, Track, Validation
from justright.kinds import Finding, Severity

BELOW = 0.6  # of the training loss of the epoch that follows
ENOUGH = 5  # validations needed
MOSTLY = 0.8  # of them
NOISY = ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "BatchNorm1d",
         "BatchNorm2d", "BatchNorm3d", "RReLU")  # fmt: skip


def judge(evidence: Evidence) -> Finding | None:
    """A validation loss far below the training loss of the next epoch, without an excuse."""
    seen = [
        own for own in evidence.validations if own.loss is not None and own.train_loss is not None
    ]
    if len(seen) < ENOUGH + 1 or len(evidence.tracks) != 1:
        return None
    if any(layer.kind in NOISY for layer in evidence.layers) or _smoothed(evidence):
        return None
    feed = evidence.feed
    if feed is not None and not feed.epoch_batches:
        return None  # rows never came twice: they are changed at random, or drawn anew
    pairs = [
        (now.loss or 0.0) / (after.train_loss or 1.0)
        for now, after in itertools.pairwise(seen)
        if (after.train_loss or 0.0) > 0
    ]
    if not pairs or sum(ratio < BELOW for ratio in pairs) < MOSTLY * len(pairs):
        return None
    typical = median(pairs)
    return Finding(
        check=VALIDATION_BELOW_TRAINING.id,
        severity=Severity.WARN,
        sign=f"in {len(pairs)} epochs the validation loss was {typical:.0%} of the training loss"
        " of the epoch after it, and nothing in the network makes training harder",
        meaning="validation is too good: easier rows, rows known from training, another loss",
        remedy="compare how both losses are taken (same function, same scaling, mean over rows),"
        " and look for training rows among the validation rows",
        numbers={"ratio": typical},
        confidence=0.5,
    )


def _smoothed(evidence: Evidence) -> bool:
    """Whether the training loss is another one than that of validation."""
    learning = {use.function: use for use in evidence.losses if use.learning}
    judged = {use.function: use for use in evidence.losses if not use.learning}
    return set(learning) != set(judged) or any(
        use.options != judged[name].options for name, use in learning.items()
    )


VALIDATION_BELOW_TRAINING = Check(
    id="validation-below-training",
    fault=20,
    asks="Is the validation loss as high as the training loss at least?",
    needs=frozenset({"validations", "losses", "layers"}),
    measured="Validation loss over the training loss of the epoch after it (so that no epoch is"
    " judged by its own beginning): alarm where it is below 0.6 in four of five epochs, and there"
    " is neither dropout nor batch norm, nor rows that change at random, nor another loss.",
    judge=judge,
    remedy="Take both losses alike; look for training rows among the validation rows.",
    confirm="take the validation loss on the training rows: it must be the training loss",
    source="house convention; Kapoor and Narayanan 2023, leakage and the reproducibility crisis",
    example=Evidence(
        door="watch",
        layers=(Layer(name="fc1", kind="Linear"),),
        losses=(
            LossUse(function="mse_loss", learning=True),
            LossUse(function="mse_loss", learning=False),
        ),
        tracks=(Track(name="optimizer", kind="Adam", n_steps=60),),
        validations=tuple(Validation(step=10 * i, loss=0.1, train_loss=0.4) for i in range(8)),
    ),
)

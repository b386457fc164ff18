"""Every epoch in the same order."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Feed
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

BATCHES = 4  # in an epoch
EPOCHS = 3


def judge(evidence: Evidence) -> Finding | None:
    """Harmless for rows that are mixed already, and right for series in order: a note."""
    feed = evidence.feed
    if feed is None or feed.epoch_batches < BATCHES or feed.n_epochs < EPOCHS:
        return None
    if feed.same_order < feed.n_epochs - 1:
        return None
    return Finding(
        check=NEVER_SHUFFLED.id,
        severity=Severity.NOTE,
        sign=f"{feed.n_epochs} epochs of {feed.epoch_batches} batches came in the same order",
        meaning="the same batches pull the same way in each epoch; where rows are sorted it harms",
        remedy="shuffle=True, unless the order is part of the data",
        line=line_of(evidence, "DataLoader"),
        numbers={"epochs": float(feed.n_epochs), "batches": float(feed.epoch_batches)},
        confidence=0.4,
    )


NEVER_SHUFFLED = Check(
    id="never-shuffled",
    asks="Are the rows shuffled anew in each epoch?",
    fault=22,
    needs=frozenset({"feed"}),
    measured="Fingerprints of the batches: three epochs or more, of four batches or more, all the "
    "same and in the same order.",
    judge=judge,
    remedy="shuffle=True in the DataLoader of the training set.",
    confirm="print the first label of each epoch",
    source="Bengio 2012, arXiv:1206.5533, section 3.3",
    example=Evidence(
        door="check", feed=Feed(n_batches=60, epoch_batches=20, n_epochs=3, same_order=2)
    ),
)

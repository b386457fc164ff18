"""Batches of one class after the other."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Feed
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

BATCHES = 4  # in the first epoch
ALONE = 0.3  # of the batches, beyond chance, hold one class only (house convention)
RUNS = 0.6  # of the changes of class from batch to batch that chance would make
SORTED = 0.8  # correlation of place and class; that of 100 shuffled rows has a spread of 0.1
NUMBERS = 0.95  # the same of numbers: a trend over time comes near it
SEVERAL = 3  # loaders that are learnt from, one after the other: tasks, on purpose


def judge(evidence: Evidence) -> Finding | None:
    """Each step unlearns the other classes: the last one of an epoch wins."""
    feed = evidence.feed
    if feed is None or (feed.epoch_batches or feed.n_batches) < BATCHES:
        return None
    alone = feed.single_class_share - feed.expected_single_share
    blocks = alone >= ALONE and (
        feed.class_changes <= RUNS * _chance_changes(feed) or feed.sorted_share >= SORTED
    )
    rising = feed.sorted_share >= (SORTED if feed.n_classes else NUMBERS)
    if not (blocks or rising) or feed.n_classes == 1:
        return None
    tasks = sum(loader.learning for loader in evidence.loaders) >= SEVERAL
    certain = blocks or feed.n_classes > 0
    severity = Severity.WARN if certain or feed.same_order else Severity.NOTE
    grade = (Severity.NOTE, 0.4) if tasks else (severity, 0.93 if blocks else 0.7)
    return _finding(evidence, feed, *grade)


def _chance_changes(feed: Feed) -> float:
    return 1 - 1 / max(2, feed.n_classes)


def _finding(evidence: Evidence, feed: Feed, severity: Severity, confidence: float) -> Finding:
    sign = (
        f"targets rise or fall with their place in the epoch (correlation {feed.sorted_share:.2f})"
    )
    if feed.n_classes and feed.single_class_share > feed.expected_single_share:
        sign = (
            f"{feed.single_class_share:.0%} of the batches hold one class only, by chance it would "
            f"be {feed.expected_single_share:.1%}; {sign}"
        )
    return Finding(
        check=SORTED_BATCHES.id,
        severity=severity,
        sign=sign,
        meaning="rows come sorted by their target: each batch pulls the network to its own answer",
        remedy="DataLoader(..., shuffle=True), or a fresh torch.randperm for each epoch",
        line=line_of(evidence, "DataLoader"),
        numbers={
            "single_class_share": feed.single_class_share,
            "expected": feed.expected_single_share,
            "sorted_share": feed.sorted_share,
        },
        confidence=confidence,
    )


SORTED_BATCHES = Check(
    id="sorted-batches",
    asks="Do the classes come mixed?",
    fault=22,
    needs=frozenset({"feed"}),
    measured="Classes of the batches of the first epoch: share that hold one class only, against "
    "chance, in runs as sorting makes them (batches of real and made examples take turns), and "
    "correlation of place and target. For numbers the bar is higher, as series have trends. Three "
    "loaders that are learnt from are taken for tasks in turn.",
    judge=judge,
    remedy="Shuffle the rows anew in each epoch.",
    confirm="print the labels of the first three batches",
    source="Bengio 2012, arXiv:1206.5533, section 3.3: order of the examples",
    example=Evidence(
        door="check",
        feed=Feed(
            n_batches=200,
            epoch_batches=40,
            n_epochs=5,
            same_order=4,
            n_classes=10,
            single_class_share=0.8,
            class_changes=0.2,
            sorted_share=1.0,
        ),
    ),
)

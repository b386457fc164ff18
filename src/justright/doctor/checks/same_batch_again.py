"""The same few rows at every step, of many that there are."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Feed, Loader
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

STEPS = 10  # batches looked at
SHARE = 0.5  # of the dataset that an epoch brings at least, samplers and drop_last allowed for
MOSTLY = 0.9  # of the batches, or of the epochs, are the same to the bit
SAME = 0.02  # of the rows given are different ones, where a dataset gives one row for all


def judge(evidence: Evidence) -> Finding | None:
    """next(iter(loader)) in the loop, a break too early, a dataset that ignores its index."""
    feed = evidence.feed
    if feed is None or feed.n_batches < STEPS or feed.coarse:
        return None
    given = sum(feed.batch_sizes[: feed.epoch_batches or len(feed.batch_sizes)])
    if feed.duplicated_rows >= (1 - SAME) * given and given >= 50 and feed.n_classes != 1:
        return _finding(
            evidence, f"of {given} rows only {given - feed.duplicated_rows} are different ones",
            "see that __getitem__(index) gives the row of its index", Severity.WARN, 0.7,
        )  # fmt: skip
    loaders = [loader for loader in evidence.loaders if loader.learning and loader.n_examples]
    if len({loader.line for loader in loaders}) != 1 or not feed.epoch_batches:
        return None
    loader = max(loaders, key=lambda one: one.n_examples)
    if feed.n_rows_seen >= SHARE * loader.n_examples or feed.n_epochs < 3 or not loader.batch_size:
        return None
    if any(abs(one.n_examples - loader.n_examples) > 0 for one in loaders) or not _again(feed):
        return None
    whole = "batch" if feed.epoch_batches == 1 else f"{feed.epoch_batches} batches"
    return _finding(
        evidence,
        f"the same {whole} came {feed.n_epochs} times: {feed.n_rows_seen} of the "
        f"{loader.n_examples} examples in the dataset were ever seen",
        "go through the loader with a for loop, to its end: next(iter(loader)) starts it anew",
        Severity.WARN, 0.9, loader.line,
    )  # fmt: skip


def _again(feed: Feed) -> bool:
    """Whether whole batches came again: examples of several inputs may share one of them."""
    if feed.epoch_batches == 1:
        return feed.repeats >= MOSTLY * (feed.n_batches - 1)
    return feed.same_order >= MOSTLY * (feed.n_epochs - 1)


def _finding(
    evidence: Evidence, sign: str, remedy: str, severity: Severity, confidence: float,
    line: int | None = None,
) -> Finding:  # fmt: skip
    return Finding(
        check=SAME_BATCH_AGAIN.id,
        severity=severity,
        sign=sign,
        meaning="the network learns a few rows by heart and never sees the others",
        remedy=remedy,
        line=line or line_of(evidence, "__getitem__", "DataLoader"),
        confidence=confidence,
    )


SAME_BATCH_AGAIN = Check(
    id="same-batch-again",
    asks="Does the network see all the data?",
    fault=22,
    needs=frozenset({"feed"}),
    measured="Different rows seen, by fingerprint, against the length of the DataLoader's dataset: "
    "alarm where the same batches come round three times and hold less than half of it. Further, "
    "rows of an epoch that are all the same. Full-batch training shows all rows.",
    judge=judge,
    remedy="Go through the loader with a for loop, to its end.",
    confirm="count the different rows of one epoch",
    source="house convention: what is never seen is not learnt",
    example=Evidence(
        door="check",
        feed=Feed(
            n_batches=200,
            batch_sizes=(32,) * 200,
            epoch_batches=1,
            n_epochs=200,
            n_rows_seen=32,
            repeats=199,
        ),
        loaders=(Loader(n_examples=600, batch_size=32, shuffles=False, passes=200, line=9),),
    ),
)

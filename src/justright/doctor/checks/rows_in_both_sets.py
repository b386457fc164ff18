"""Validation rows that the model has learnt from."""

import re

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Feed
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

FEW = 5  # rows; a set of data may hold a few rows twice
SHARE = 0.05  # of the validation rows; real tables repeat about one in a hundred (convention)
MANY = 0.2  # of them: no set repeats itself so much by chance
CHANCE = 4.0  # times the share of training rows that are repeats; rows drawn alike come to 2
ENOUGH = 20  # validation rows, where all of them were learnt from
PART = 0.9  # of the training rows: who judges on fewer means them to be another set
OTHER_SET = re.compile(r"val|test|held|dev", re.IGNORECASE)


def judge(evidence: Evidence) -> Finding | None:
    """A mixed batch was meant to be new to the model; a batch of training rows alone was not."""
    feed = evidence.feed
    if feed is None or feed.coarse:
        return None
    share = feed.mixed_shared_rows / feed.mixed_rows if feed.mixed_rows else 0.0
    repeats = feed.duplicated_rows / max(1, feed.n_rows_seen + feed.duplicated_rows)
    by_chance = not feed.fine and share < CHANCE * repeats
    if feed.mixed_shared_rows >= FEW and share >= SHARE and not by_chance:
        return _finding(
            evidence, feed.mixed_shared_rows, feed.mixed_rows, Severity.WARN,
            0.92 if share >= MANY else 0.75,
        )  # fmt: skip
    if not feed.only_shared or feed.n_validation_rows < ENOUGH:
        return None
    seen = any(v.loss is not None or v.accuracy is not None for v in evidence.validations)
    part = feed.n_validation_rows < PART * feed.n_rows_seen
    claimed = seen and (_claims(evidence) or (part and len(evidence.validations) > 1))
    grade = (Severity.WARN, 0.7) if claimed else (Severity.NOTE, 0.4)
    return _finding(evidence, feed.n_validation_rows, feed.n_validation_rows, *grade)


def _claims(evidence: Evidence) -> bool:
    """Whether the script calls it another set where it goes through it."""
    lines = evidence.source.lines if evidence.source else ()
    return any(
        not loader.learning and loader.line and OTHER_SET.search(lines[loader.line - 1])
        for loader in evidence.loaders
        if loader.line and loader.line <= len(lines)
    )


def _finding(
    evidence: Evidence, shared: int, judged: int, severity: Severity, confidence: float
) -> Finding:
    repeated = evidence.feed.duplicated_rows if evidence.feed else 0
    return Finding(
        check=ROWS_IN_BOTH_SETS.id,
        severity=severity,
        sign=f"{shared} of {judged} validation rows are training rows, equal to the bit"
        + (f"; {repeated} training rows are repeats of others" if repeated else ""),
        meaning="the validation figures tell how well rows are remembered, not how well new ones "
        "are told",
        remedy="split first, then repeat or oversample rows of the training part alone"
        if repeated and shared < judged
        else "split the rows once, and judge on those that are not trained on",
        line=line_of(evidence, "train_test_split", "random_split"),
        numbers={"shared": float(shared), "judged": float(judged)},
        confidence=confidence,
    )


ROWS_IN_BOTH_SETS = Check(
    id="rows-in-both-sets",
    asks="Are the validation rows new to the model?",
    fault=20,
    needs=frozenset({"feed"}),
    measured="Fingerprints of the input rows that a model learnt from and of those it was judged "
    "on, up to 8,192 each, within one model and optimizer. Batches of training rows alone, and of "
    "the whole data, are there on purpose and do not count; of the others, alarm at five rows and "
    "5 %. Inputs of few values, and shares that repeats among the "
    "training rows explain, are left alone unless some feature hardly repeats.",
    judge=judge,
    remedy="Split before any row is repeated, and judge on the other part.",
    confirm="count the rows of the validation set that the training set holds",
    source="Kapoor and Narayanan 2023, Leakage and the reproducibility crisis, type L1",
    example=Evidence(
        door="check",
        feed=Feed(n_batches=400, n_rows_seen=2853, mixed_rows=929, mixed_shared_rows=282),
    ),
)

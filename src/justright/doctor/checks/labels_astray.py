"""Labels that do not belong to their rows."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Feed, Trials, Validation
from justright.doctor.learnt import learnt
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

ENOUGH = 50  # rows that came again
ABOVE_CHANCE = 0.15  # of the way from chance to always: noisy labels agree far more often
NO_BETTER = 0.97  # of the best constant's loss, on rows held out from the trial
ALIKE = 0.03  # of it, between true and shuffled targets


def judge(evidence: Evidence) -> Finding | None:
    """A row that has another label each time, or labels no better than shuffled ones."""
    feed = evidence.feed
    if feed is not None and not feed.coarse and feed.seen_again >= ENOUGH:
        agreed = (feed.same_class_share - feed.chance_share) / max(1e-9, 1 - feed.chance_share)
        if feed.chance_share < 1 and agreed < ABOVE_CHANCE:
            return _changing(evidence, feed)
    trials = evidence.trials
    if trials is None or trials.true_end is None or trials.shuffled_end is None:
        return None
    if trials.true_end < NO_BETTER or trials.shuffled_end - trials.true_end > ALIKE:
        return None
    measured = [v for v in evidence.validations if v.loss is not None or v.accuracy is not None]
    if learnt(evidence) and not (measured and _no_better(measured)):
        return None
    return Finding(
        check=LABELS_ASTRAY.id,
        severity=Severity.NOTE,
        sign=f"a copy trained on the recorded rows comes to {trials.true_end:.2f} times the loss "
        f"of the best constant on others, with shuffled targets to {trials.shuffled_end:.2f}",
        meaning="on these rows the targets follow the inputs no better than shuffled ones would",
        remedy="see that inputs and targets are shuffled, sorted, split and filtered together",
        line=line_of(evidence, "randperm", "shuffle", "permutation"),
        numbers={"true": trials.true_end, "shuffled": trials.shuffled_end},
        confidence=0.4,
    )


def _changing(evidence: Evidence, feed: Feed) -> Finding:
    return Finding(
        check=LABELS_ASTRAY.id,
        severity=Severity.STOP,
        sign=f"{feed.seen_again} rows came again, {feed.same_class_share:.0%} of them with the "
        f"class they had before; by chance it would be {feed.chance_share:.0%}",
        meaning="a row has another label each time it comes: there is nothing to learn",
        remedy="shuffle inputs and targets by the same permutation, or keep them in one dataset",
        line=line_of(evidence, "randperm", "shuffle", "permutation"),
        numbers={"same_class_share": feed.same_class_share, "chance": feed.chance_share},
        confidence=0.92,
    )


def _no_better(measured: list[Validation]) -> bool:
    """Whether the validation loss has never come below where it began."""
    losses = [validation.loss for validation in measured if validation.loss is not None]
    return len(losses) > 2 and min(losses[1:]) >= 0.98 * losses[0]


LABELS_ASTRAY = Check(
    id="labels-astray",
    asks="Does each label belong to its row?",
    fault=21,
    needs=frozenset({"feed"}),
    measured="Rows with a class that come again, by fingerprint, and whether their class is the "
    "same; stop where it is so hardly more often than by chance. Only where one pass and one loss "
    "stand behind a step, so that row and target belong together. Further, a trial on copies "
    "with true and with shuffled targets; it sees few rows, so it gives a note.",
    judge=judge,
    remedy="Keep inputs and targets together through every shuffle, sort, split and filter.",
    confirm="print ten rows with their labels as they enter the model",
    source="Zhang et al. 2017, arXiv:1611.03530: networks fit shuffled labels, and learn nothing",
    example=Evidence(
        door="check",
        feed=Feed(n_batches=100, seen_again=900, same_class_share=0.11, chance_share=0.1),
        trials=Trials(),
    ),
)

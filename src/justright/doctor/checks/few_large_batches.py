"""Batches so large that few steps are made."""

from statistics import fmean, median

from justright.doctor.check import Check
from justright.doctor.course import known
from justright.doctor.evidence import Conduct, Evidence, Feed, Loader, LossSample, LossUse, Track
from justright.doctor.loop import batch_rows
from justright.doctor.outputs import left_of_trivial
from justright.kinds import Finding, Severity

PART = 0.25  # of the examples in one batch: an epoch has four steps
FEW, MANY = 8, 300  # steps: fewer are a trial run, more are enough for most
ROWS = 64  # examples; there is no batch too large for fewer
UNLEARNT = 0.4  # of the best constant's loss
FALLING = 0.02  # of the loss, between the last two quarters


def judge(evidence: Evidence) -> Finding | None:
    """The loss still falls steadily when the few steps are over."""
    conduct = evidence.conduct
    examples, rows, line = _sizes(evidence)
    if conduct is None or conduct.stopped != "end" or len(evidence.tracks) != 1:
        return None
    track = evidence.tracks[0]
    if examples < ROWS or rows < PART * examples or not FEW <= track.n_steps <= MANY:
        return None
    left = [left_of_trivial(use) for use in evidence.losses if use.learning]
    own = known(track.loss)
    part = len(own) // 4
    if not left or left[0] is None or left[0] < UNLEARNT or part < 2:
        return None
    third, last = own[2 * part : 3 * part], own[3 * part :]
    if fmean(third) - fmean(last) < FALLING * abs(median(own[: max(1, part)])):
        return None
    smaller = max(16, 2 ** (max(1, examples // 20).bit_length() - 1))
    return Finding(
        check=FEW_LARGE_BATCHES.id,
        severity=Severity.WARN,
        sign=f"batches of {rows} of {examples} examples: {track.n_steps} steps in all, "
        f"and the loss, {left[0]:.0%} of the best constant's, still falls",
        meaning="batches are too large for so little data: there are too few steps",
        remedy=f"batch_size={smaller}, for {examples // smaller} steps an epoch, or more epochs",
        line=line,
        numbers={"rows": float(rows), "steps": float(track.n_steps), "loss_share": left[0]},
        confidence=0.55,
    )


def _sizes(evidence: Evidence) -> tuple[int, int, int | None]:
    """Examples, rows of a batch, and the line, of a loop that goes by batches on purpose."""
    loaders = [one for one in evidence.loaders if one.learning and one.n_examples]
    if loaders:
        largest = max(loaders, key=lambda one: one.n_examples)
        return largest.n_examples, largest.batch_size, largest.line
    feed = evidence.feed
    if feed is None or feed.epoch_batches < 2:
        return 0, 0, None
    return feed.n_rows_seen, batch_rows(evidence), None


FEW_LARGE_BATCHES = Check(
    id="few-large-batches",
    asks="Are batches small enough for the data?",
    fault=23,
    needs=frozenset({"conduct", "feed", "tracks", "losses"}),
    measured="Batches of a quarter of the examples or more, in a script that came to its end "
    "after 8 to 300 steps with the loss above 0.4 of the best constant's and still falling by 2 % "
    "over the last half. Full-batch loops without a DataLoader are meant so.",
    judge=judge,
    remedy="A smaller batch size, or more epochs.",
    confirm="train for ten times as many epochs, or with a batch size of 32",
    source="Keskar et al. 2017, arXiv:1609.04836; Masters and Luschi 2018, arXiv:1804.07612",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=20, stopped="end"),
        loaders=(Loader(n_examples=1000, batch_size=1000, passes=20),),
        feed=Feed(n_batches=20, batch_sizes=(1000,) * 20),
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=20,
                steps=tuple(range(20)),
                loss=tuple(2.3 - 0.05 * step for step in range(20)),
            ),
        ),
        losses=(
            LossUse(
                function="cross_entropy",
                samples=tuple(
                    LossSample(step=step, value=2.3 - 0.05 * step, trivial=2.3)
                    for step in range(20)
                ),
            ),
        ),
    ),
)

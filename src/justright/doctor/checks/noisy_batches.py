"""One or two rows a step, and a loss that does not come down."""

from justright.doctor.check import Check
from justright.doctor.course import stands_still
from justright.doctor.evidence import Conduct, Evidence, Feed, LossSample, LossUse, Track
from justright.doctor.loop import batch_rows
from justright.doctor.outputs import left_of_trivial, line_of
from justright.kinds import Finding, Severity

TINY = 2  # rows
STEPS = 100
UNLEARNT = 0.9  # of the best constant's loss


def judge(evidence: Evidence) -> Finding | None:
    """Tiny batches can learn well; where they do not, their noise is a likely reason."""
    rows = batch_rows(evidence)
    feed = evidence.feed
    if feed is None or len(evidence.tracks) != 1 or not 0 < rows <= TINY:
        return None
    track = evidence.tracks[0]
    if track.n_steps < STEPS or feed.n_rows_seen < STEPS or track.backwards_per_step > TINY:
        return None
    left = [left_of_trivial(use) for use in evidence.losses if not use.learning] or [
        left_of_trivial(use) for use in evidence.losses if use.learning
    ]
    if not left or left[0] is None or left[0] < UNLEARNT or not stands_still(track):
        return None
    return Finding(
        check=NOISY_BATCHES.id,
        severity=Severity.WARN,
        sign=f"batches of {rows} row{'s' if rows > 1 else ''}: after {track.n_steps} steps the "
        "loss scatters about where it began",
        meaning="the gradient of so few rows is mostly noise: steps cancel each other",
        remedy="a batch size of 16 or more, or a learning rate several times lower",
        line=line_of(evidence, "DataLoader"),
        numbers={"rows": float(rows), "loss_share": left[0]},
        confidence=0.35,
    )


NOISY_BATCHES = Check(
    id="noisy-batches",
    asks="Do batches hold enough rows for a direction?",
    fault=23,
    needs=frozenset({"feed", "tracks", "losses"}),
    measured="Batches of one or two rows without accumulation, and after 100 steps or more a loss "
    "above 0.9 of the best constant's that moved less than it scatters. Tiny batches that learn "
    "are well.",
    judge=judge,
    remedy="Larger batches, accumulation, or a lower learning rate.",
    confirm="accumulate the gradients of 16 batches, divided by 16, for each step",
    source="McCandlish et al. 2018, arXiv:1812.06162: gradient noise and batch size",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=200),
        feed=Feed(n_batches=200, batch_sizes=(1,) * 200, n_rows_seen=200),
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=200,
                steps=tuple(range(200)),
                loss=(0.5, 0.9) * 100,
            ),
        ),
        losses=(
            LossUse(
                function="cross_entropy",
                samples=tuple(LossSample(step=s, value=0.7, trivial=0.69) for s in range(8)),
            ),
        ),
    ),
)

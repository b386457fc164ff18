"""A schedule that brings the learning rate to nothing long before the end."""

from justright.doctor.check import Check
from justright.doctor.curve import curve_of, main_track, training_loss, trivial
from justright.doctor.evidence import Evidence, Track
from justright.kinds import Finding, Severity

NOTHING = 0.001  # of the peak: steps of that size add up to nothing
LONG = 0.5  # of all steps made at such a rate; schedules end low, they do not live there
LEARNT = 0.25  # of the trivial loss: the rest of the training was not needed
BUSY = 50  # steps below which nothing is said


def judge(evidence: Evidence) -> Finding | None:
    """Most steps made at a rate that is next to nothing, and much left to learn."""
    track = main_track(evidence)
    if track is None or track.n_steps < BUSY or not track.rate:
        return None
    peak = max(track.rate)
    low = [rate < NOTHING * peak for rate in track.rate]
    share = sum(low) / len(low)
    curve = curve_of(track.loss)
    if peak <= 0 or share < LONG or curve is None or not all(low[-len(low) // 10 :]):
        return None
    level = trivial(training_loss(evidence)) or curve.first
    much_left = curve.last > LEARNT * level
    step = track.steps[low.index(True)]
    return Finding(
        check=RATE_RUNS_OUT.id,
        severity=Severity.WARN if much_left else Severity.NOTE,
        sign=f"the learning rate fell from {peak:.3g} to {track.rate[-1]:.3g}: below a thousandth"
        f" of its peak from step {step:,} of {track.n_steps:,} on; the loss stays at"
        f" {curve.last:.3g}",
        meaning="the schedule ends the training long before its last step",
        remedy=_remedy(evidence),
        numbers={"peak": peak, "last": track.rate[-1], "share": share},
        confidence=0.85,
    )


def _remedy(evidence: Evidence) -> str:
    """Step the schedule once an epoch, where it steps at every batch."""
    cycles = evidence.conduct.cycles if evidence.conduct else {}
    every = sum(n for cycle, n in cycles.items() if "L" in cycle)
    if every > LONG * sum(cycles.values()):
        return "call scheduler.step() once an epoch, outside of the loop over batches"
    return "stretch the schedule over the whole training, or decay less at each of its steps"


RATE_RUNS_OUT = Check(
    id="learning-rate-runs-out",
    fault=13,
    asks="Does the schedule leave a learning rate for the steps that are made?",
    needs=frozenset({"tracks"}),
    measured="Share of the steps whose rate is below a thousandth of its peak: alarm from half of"
    " all on, up to the last one, where the loss is above a quarter of the trivial one.",
    judge=judge,
    remedy="Step the schedule once an epoch, or stretch it over the whole training.",
    confirm="print the learning rate once an epoch; train once without the schedule",
    source="house convention; a schedule is meant to end low, not to live there",
    example=Evidence(
        door="watch",
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=100,
                steps=tuple(range(100)),
                loss=(2.3,) * 100,
                rate=tuple(0.1 * 0.5**i for i in range(100)),
            ),
        ),
    ),
)

"""One step for a whole pass over the data."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Feed, Track
from justright.doctor.loop import busiest, cycle_share, loss_factor
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

MANY = 4.0  # backward passes before a step (house convention)
OFF = 0.1  # of an epoch's batches, by which the passes before a step may differ from them
DIVIDED = 0.7  # of the loss function's value: a loss below was divided, for accumulation


def judge(evidence: Evidence) -> Finding | None:
    """Accumulation over a whole epoch is meant where the loss is divided; else a line slipped."""
    conduct, track = evidence.conduct, busiest(evidence)
    if conduct is None or track is None or len(evidence.tracks) > 1 or track.n_steps < 2:
        return None
    batches = track.backwards_per_step
    if batches < MANY or not _an_epoch(evidence, track):
        return None
    wiped = cycle_share(evidence, lambda cycle: "B" in cycle[: cycle.rfind("Z") + 1])
    factor = loss_factor(evidence)
    lost = wiped >= 0.5
    if not lost and (factor is None or factor < DIVIDED):
        return None
    sign = f"{track.n_steps} steps for {conduct.backwards} backward passes: one step an epoch"
    return Finding(
        check=STEP_ONCE_AN_EPOCH.id,
        severity=Severity.STOP if lost else Severity.WARN,
        sign=sign + (", and zero_grad() in between" if lost else ""),
        meaning="only the last batch of each epoch is learnt from"
        if lost
        else "the gradients of a whole epoch are added up for one step",
        remedy="indent optimizer.step() into the loop over the batches",
        line=line_of(evidence, "step"),
        numbers={"backwards_per_step": batches, "steps": float(track.n_steps)},
        confidence=0.9 if lost else 0.6,
    )


def _an_epoch(evidence: Evidence, track: Track) -> bool:
    batches = track.backwards_per_step
    epoch = evidence.feed.epoch_batches if evidence.feed else 0
    if epoch > 1 and abs(batches - epoch) <= OFF * epoch:
        return True
    passes = sum(loader.passes for loader in evidence.loaders if loader.learning)
    return bool(passes) and abs(track.n_steps - passes) <= 1


STEP_ONCE_AN_EPOCH = Check(
    id="step-once-an-epoch",
    asks="Is there a step for every batch?",
    fault=11,
    needs=frozenset({"conduct", "tracks"}),
    measured="Backward passes before a step, at least four, as many as an epoch has batches. Stop "
    "where zero_grad comes between them; an alarm where the loss is not divided, as one who means "
    "to accumulate would. Several optimizers are left out.",
    judge=judge,
    remedy="Put optimizer.step() into the loop over the batches.",
    confirm="count the steps of one epoch",
    source="house convention: mini-batches are there to make many steps",
    example=Evidence(
        door="check",
        conduct=Conduct(cycles={"ZFBZFBZFBZFBS": 10}, steps=10, backwards=40),
        tracks=(Track(name="optimizer", kind="Adam", n_steps=10, backwards_per_step=4.0),),
        feed=Feed(n_batches=40, epoch_batches=4),
    ),
)

"""Whether a copy of any network can learn one small batch by heart."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Trials
from justright.doctor.learnt import learnt
from justright.kinds import Finding, Severity

TOLD = 0.95  # of the trivial loss; beyond it the inputs of the batch tell nothing about targets
HARDLY = 0.9  # of what can be learnt is left; a narrow autoencoder leaves less (house run)
NOTHING = 0.98  # of what can be learnt is left: no gradient does anything
LEAST = 1e-3  # trivial loss; below it every target of the batch is the same


def judge(evidence: Evidence) -> Finding | None:
    """A network with hidden layers that Adam cannot teach 32 rows by heart has a fault within."""
    trials = evidence.trials
    if trials is None or trials.batch_end is None or learnt(evidence):
        return None
    floor, trivial = trials.batch_floor, trials.batch_trivial
    if floor is None or trivial is None or trivial < LEAST:
        return None
    if floor > TOLD * trivial:
        return _unlearnable(trials, floor, trivial) if trials.n_distinct > 1 else None
    left = (trials.batch_end - floor) / (trivial - floor)
    if left <= HARDLY or (trials.n_layers < 2 and left <= NOTHING):
        return None
    nothing = left > NOTHING
    return Finding(
        check=TRIAL_OVERFIT.id,
        severity=Severity.STOP if nothing and trials.n_layers > 1 else Severity.WARN,
        sign=f"a copy of {trials.model or 'the network'} trained on {trials.n_rows or 'some'} "
        f"examples alone comes to a loss of {trials.batch_end:.3g}; a constant prediction has "
        f"{trivial:.3g}",
        meaning="the fault is in the network or its loss, not in the amount of data: "
        "gradients do not arrive, or the outputs cannot reach the targets",
        remedy="follow the shapes from the inputs to the loss; look for a detach, a shape that "
        "broadcasts, an activation that saturates or a layer that is too narrow",
        numbers={"batch_end": trials.batch_end, "trivial": trivial, "left_share": left},
        confidence=0.8 if nothing else 0.6,
    )


def _unlearnable(trials: Trials, floor: float, trivial: float) -> Finding | None:
    """Different examples with different targets, and no outputs at all that suit them."""
    if trials.n_distinct < trials.n_rows:
        return None
    return Finding(
        check=TRIAL_OVERFIT.id,
        severity=Severity.STOP,
        sign=f"whatever the network puts out for {trials.n_rows or 'these'} different examples, "
        f"the loss is at least {floor:.3g}; a constant prediction has {trivial:.3g}",
        meaning="the loss does not compare each output with its own target: shapes that differ "
        "broadcast, or the targets lie beyond what the outputs can be",
        remedy="give outputs and targets the same shape before the loss",
        numbers={"floor": floor, "trivial": trivial},
        confidence=0.8,
    )


TRIAL_OVERFIT = Check(
    id="trial-overfit",
    asks="Can a copy of the network learn a few examples by heart?",
    fault=7,
    needs=frozenset({"trials.batch_end", "trials.batch_trivial"}),
    measured="A copy without dropout is trained with Adam at 0.01, then at 0.001, on at most 32 "
    "examples for at most 120 steps. Alarm where more than 90 % of what can be learnt of them "
    "is left (a narrow autoencoder leaves less), stop beyond 98 %. Equal rows with different "
    "targets are allowed for; silent where the training itself came well below a constant.",
    judge=judge,
    remedy="Follow the shapes from the inputs to the loss; look for a detach, a shape that "
    "broadcasts, an activation that saturates or a layer that is too narrow.",
    confirm="train on one batch, again and again, and watch the loss",
    source="Karpathy 2019, A Recipe for Training Neural Networks: overfit one batch; limits of "
    "house runs",
    example=Evidence(
        door="preflight",
        trials=Trials(
            n_rows=32, batch_start=1.5, batch_end=1.374, batch_floor=0.01, batch_trivial=1.374
        ),
    ),
)

"""A network that learns the training rows by heart."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Track, Validation
from justright.kinds import Finding, Severity

RISES = 1.25  # times its own minimum: what the validation loss must have risen to
FAR = 1.8  # times: no doubt left
WIDE = 0.5  # of the validation loss: a training loss below that is a wide gap
ENOUGH = 5  # needed: fewer make no curve
STILL = 0.9  # of its value at the minimum: the training loss went on falling
LOW = 0.05  # of the validation loss at its start: both so low that a ratio says nothing


def judge(evidence: Evidence) -> Finding | None:
    """Validation loss that rises again while the training loss goes on falling."""
    seen = [
        own
        for own in evidence.validations
        if own.loss is not None and own.train_loss is not None and own.loss > 0
    ]
    if len(seen) < ENOUGH or len(evidence.tracks) != 1 or _adapts(evidence):
        return None
    losses = [_loss(own) for own in seen]
    place = min(range(len(losses)), key=losses.__getitem__)
    end = sorted(losses[-3:])[1]
    gap = (seen[-1].train_loss or 0.0) / end
    went_on = (seen[-1].train_loss or 0.0) < STILL * (seen[place].train_loss or 0.0)
    risen = end / losses[place]
    if end < LOW * losses[0] or gap > WIDE or risen < RISES or not went_on:
        return None
    if _accuracy_holds(seen, place) and risen < FAR:
        return None
    return Finding(
        check=OVERFITTING.id,
        severity=Severity.WARN,
        sign=f"the validation loss was lowest after {seen[place].step} steps"
        f" ({losses[place]:.3g}) and rose to {end:.3g} while the training loss fell to"
        f" {seen[-1].train_loss:.3g}",
        meaning="overfitting: the network learns its training rows by heart",
        remedy=f"stop at the lowest validation loss (step {seen[place].step}) and keep those"
        " weights; then more data, weight decay, dropout, or a smaller network",
        numbers={
            "lowest": losses[place],
            "last": end,
            "train_loss": seen[-1].train_loss or 0.0,
            "best_step": seen[place].step,
        },
        confidence=0.8 if risen > FAR else 0.6,
    )


def _adapts(evidence: Evidence) -> bool:
    """Whether steps are taken inside of a pass (meta-learning): its losses are no validation."""
    return evidence.conduct is not None and any("G" in cycle for cycle in evidence.conduct.cycles)


def _loss(own: Validation) -> float:
    return own.loss if own.loss is not None else float("inf")


def _accuracy_holds(seen: list[Validation], place: int) -> bool:
    """Whether accuracy kept rising: then only the confidence of wrong answers grows."""
    known = [own.accuracy for own in seen[place:] if own.accuracy is not None]
    return len(known) >= 2 and known[-1] >= known[0]


OVERFITTING = Check(
    id="overfitting",
    fault=19,
    asks="Does the validation loss stay down while the training loss falls?",
    needs=frozenset({"validations", "tracks"}),
    measured="The median of the last three validation losses against the lowest: alarm from 1.25"
    " times on (1.8 where accuracy holds), where the training loss is below half of it and went"
    " on falling.",
    judge=judge,
    remedy="Keep the weights of the lowest validation loss; more data, weight decay, dropout, or a"
    " smaller network.",
    confirm="plot both losses; train on half of the data: the gap widens",
    source="Goodfellow et al. 2016, Deep Learning, 5.2 and 7.8",
    example=Evidence(
        door="watch",
        tracks=(Track(name="optimizer", kind="Adam", n_steps=60),),
        validations=tuple(
            Validation(step=10 * i, loss=v, train_loss=t)
            for i, (v, t) in enumerate(
                [(0.6, 0.6), (0.5, 0.4), (0.6, 0.2), (0.8, 0.1), (1.0, 0.05), (1.1, 0.02)]
            )
        ),
    ),
)

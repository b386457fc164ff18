"""Whether the loss grows with the batch: a sum where a mean is usual."""

from justright.doctor.check import Check
from justright.doctor.checks.trial_rate import TRIAL_RATE
from justright.doctor.evidence import Evidence, RateTrial, Trials
from justright.kinds import Finding, Severity

SUM = 1.8  # times the loss of a batch, of the same batch twice; 2 for a sum, 1 for a mean


def judge(evidence: Evidence) -> Finding | None:
    """A sum makes each step as many times longer as there are rows; a rate can allow for it."""
    trials = evidence.trials
    if trials is None or trials.loss_doubled is None or trials.loss_doubled < SUM:
        return None
    rate = TRIAL_RATE.judge(evidence)
    suffers = rate is not None and rate.numbers["factor"] < 1
    return Finding(
        check=TRIAL_SUM.id,
        severity=Severity.WARN if suffers else Severity.NOTE,
        sign=f"the same batch given twice over has {trials.loss_doubled:.3g} times the loss"
        + ("; at a lower learning rate the network learns" if suffers else ""),
        meaning="the loss is a sum over the examples: gradients grow with the batch size",
        remedy='reduction="mean", or divide the loss by the number of examples',
        numbers={"loss_doubled": trials.loss_doubled},
        confidence=0.85 if suffers else 0.5,
    )


TRIAL_SUM = Check(
    id="trial-sum",
    asks="Is the loss a mean over the examples?",
    fault=25,
    needs=frozenset({"trials.loss_doubled"}),
    measured="The loss of the outputs and targets of a batch given twice over, divided by the "
    "loss of the batch: 1 for a mean, 2 for a sum. A note, as a sum can be used rightly; an alarm "
    "where the learning rate is too high besides.",
    judge=judge,
    remedy='reduction="mean", or divide the loss by the number of examples.',
    confirm="compare the first loss at batch size 8 and 64",
    source="Goyal et al. 2017, arXiv:1706.02677: apply the rate to a mean over the batch",
    example=Evidence(
        door="preflight",
        trials=Trials(
            loss_doubled=2.0,
            rate=0.1,
            rates=(
                RateTrial(factor=1.0, first=60.0, last=None),
                RateTrial(factor=0.1, first=60.0, last=0.5),
            ),
        ),
    ),
)

"""Whether the network can learn one small batch by heart."""

import math

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Start
from justright.kinds import Finding, Severity

TOLD = 0.95  # of the trivial loss; beyond it the inputs of the batch tell nothing about targets
LEARNT = 0.5  # of what can be learnt; half gone says that gradients reach the weights
NEVER = 0.98  # of what can be learnt; nothing was learnt at all


def judge(evidence: Evidence) -> Finding | None:
    """A network with hidden layers that cannot learn 32 rows by heart will not learn 32,000."""
    start = evidence.start
    if start is None:
        return None
    if not start.real_losses or start.small_trivial_loss < 1e-3:
        return None  # not trained, or every target of the batch is the same
    last = min((x for x in start.real_losses if math.isfinite(x)), default=math.inf)
    floor, trivial = start.small_floor_loss, start.small_trivial_loss
    if floor > TOLD * trivial:
        return None  # no network could learn it: equal inputs have different targets
    share = (last - floor) / (trivial - floor)
    if share <= LEARNT or (start.n_layers < 2 and share < NEVER):
        return None
    return Finding(
        check=OVERFIT.id,
        severity=Severity.STOP if share > NEVER and start.n_layers > 1 else Severity.WARN,
        sign=f"after {len(start.real_losses)} steps on one small batch the loss is still"
        f" {last:.3g}; a constant prediction has {start.small_trivial_loss:.3g}",
        meaning="the network is too small, or its gradients do not arrive",
        remedy="raise depth or width, or pair the init with the activation",
        numbers={"last_loss": last, "trivial_loss": start.small_trivial_loss},
    )


OVERFIT = Check(
    id="overfit-one-batch",
    asks="Can the network learn one small batch by heart?",
    fault=7,
    needs=frozenset({"start"}),
    measured="A copy without dropout is trained with Adam on at most 32 rows for at most 120 "
    "steps. It must learn half of what can be learnt of them; equal rows with "
    "different targets are allowed for.",
    judge=judge,
    remedy="Raise depth or width, or pair the init with the activation.",
    confirm="train on one batch, again and again, and watch the loss",
    source="Karpathy 2019, A Recipe for Training Neural Networks: overfit one batch",
    example=Evidence(
        door="preflight",
        start=Start(
            first_loss=0.7,
            trivial_loss=0.69,
            n_rows=256,
            n_layers=3,
            output_spread=0.1,
            real_losses=(0.7, 0.69),
            small_trivial_loss=0.69,
        ),
    ),
)

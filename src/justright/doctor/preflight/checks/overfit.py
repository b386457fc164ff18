"""Whether the network can learn one small batch by heart."""

import math

from justright.doctor.check import Check
from justright.doctor.preflight.evidence import Evidence
from justright.kinds import Finding, Severity

TOLD = 0.95  # of the trivial loss; beyond it the inputs of the batch tell nothing about targets
LEARNT = 0.5  # of what can be learnt; half gone says that gradients reach the weights
NEVER = 0.98  # of what can be learnt; nothing was learnt at all


def judge(evidence: Evidence) -> Finding | None:
    """A network with hidden layers that cannot learn 32 rows by heart will not learn 32,000."""
    if not evidence.real_losses or evidence.small_trivial_loss < 1e-3:
        return None  # not trained, or every target of the batch is the same
    last = min((x for x in evidence.real_losses if math.isfinite(x)), default=math.inf)
    floor, trivial = evidence.small_floor_loss, evidence.small_trivial_loss
    if floor > TOLD * trivial:
        return None  # no network could learn it: equal inputs have different targets
    share = (last - floor) / (trivial - floor)
    if share <= LEARNT or (evidence.n_layers < 2 and share < NEVER):
        return None
    return Finding(
        check=OVERFIT.id,
        severity=Severity.STOP if share > NEVER and evidence.n_layers > 1 else Severity.WARN,
        sign=f"after {len(evidence.real_losses)} steps on one small batch the loss is still"
        f" {last:.3g}; a constant prediction has {evidence.small_trivial_loss:.3g}",
        meaning="the network is too small, or its gradients do not arrive",
        remedy="raise depth or width, or pair the init with the activation",
        numbers={"last_loss": last, "trivial_loss": evidence.small_trivial_loss},
    )


OVERFIT = Check(
    id="overfit-one-batch",
    asks="Can the network learn one small batch by heart?",
    judge=judge,
    source="Karpathy 2019, A Recipe for Training Neural Networks: overfit one batch",
)

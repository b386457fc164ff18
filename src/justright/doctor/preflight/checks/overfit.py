"""Whether the network can learn one small batch by heart."""

import math

from justright.doctor.check import Check
from justright.doctor.preflight.evidence import Evidence
from justright.kinds import Finding, Severity

LEARNT = 0.5  # of the trivial loss; half gone says that gradients reach the weights
NEVER = 0.98  # of the trivial loss; nothing was learnt at all


def judge(evidence: Evidence) -> Finding | None:
    """A network with hidden layers that cannot learn 32 rows by heart will not learn 32,000."""
    if not evidence.real_losses or evidence.small_trivial_loss < 1e-3:
        return None  # not trained, or every target of the batch is the same
    last = min((x for x in evidence.real_losses if math.isfinite(x)), default=math.inf)
    share = last / evidence.small_trivial_loss
    if share <= LEARNT or (evidence.n_layers < 2 and share < NEVER):
        return None
    return Finding(
        check=OVERFIT.id,
        severity=Severity.STOP if share > NEVER and evidence.n_layers > 1 else Severity.WARN,
        sign=f"after {len(evidence.real_losses)} steps on one small batch the loss is still"
        f" {last:.3g}; a constant prediction has {evidence.small_trivial_loss:.3g}",
        meaning="the network is too small, its gradients do not arrive,"
        " or equal inputs have different targets",
        remedy="raise depth or width, or look for rows that differ in nothing but the target",
        numbers={"last_loss": last, "trivial_loss": evidence.small_trivial_loss},
    )


OVERFIT = Check(
    id="overfit-one-batch",
    asks="Can the network learn one small batch by heart?",
    judge=judge,
    source="Karpathy 2019, A Recipe for Training Neural Networks: overfit one batch",
)

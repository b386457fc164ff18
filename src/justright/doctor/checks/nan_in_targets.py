"""Numbers that are not finite in the targets."""

from justright.doctor.check import Check
from justright.doctor.evidence import Breakdown, Evidence, LossSample, LossUse
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """The loss against nan is nan, however well the network does."""
    broken = evidence.breakdown
    if broken is None or not broken.in_target or broken.in_input:
        return None
    if broken.parameters and broken.step > 0:
        return None  # targets may be made by the network, or its older copy
    uses = [use for use in evidence.losses if use.learning]
    return Finding(
        check=NAN_IN_TARGETS.id,
        severity=Severity.STOP,
        sign=f"the loss is {broken.loss} after {broken.step} steps: the targets of that batch "
        "held nan or infinity, the inputs did not",
        meaning="some targets are missing or came out of a logarithm or a division by zero",
        remedy="drop those rows, or leave them out of the loss: keep = torch.isfinite(y); "
        "loss = criterion(output[keep], y[keep])",
        line=uses[0].line if uses else None,
        numbers={"step": broken.step},
        confidence=0.98,
    )


NAN_IN_TARGETS = Check(
    id="nan-in-targets",
    fault=6,
    asks="Are all targets finite?",
    needs=frozenset({"losses"}),
    measured="The targets of the first loss that is not finite are looked through.",
    judge=judge,
    remedy="Drop such rows, or leave them out of the loss.",
    confirm="print(torch.isfinite(y).all()) for every batch",
    source="IEEE 754: nan spreads through every operation",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="mse_loss",
                samples=(LossSample(step=0, value=float("nan"), finite_target=False),),
            ),
        ),
        breakdown=Breakdown(step=0, loss="nan", in_target=True),
    ),
)

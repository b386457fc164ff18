"""Two classes coded by other numbers than the loss wants."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import BINARY_LOSSES, trained_on
from justright.kinds import Finding, Severity

SIGNED_LOSSES = ("soft_margin_loss", "hinge_embedding_loss")
ROUNDING = 1e-3


def judge(evidence: Evidence) -> Finding | None:
    """A binary loss wants 0 and 1, a margin loss -1 and 1, a divergence probabilities."""
    for use in trained_on(evidence):
        if not use.samples:
            continue
        low = min(s.target_low for s in use.samples)
        high = max(s.target_high for s in use.samples)
        two = max(s.n_classes_seen for s in use.samples) == 2
        if use.function in BINARY_LOSSES and two and (low < -ROUNDING or high > 1 + ROUNDING):
            return _sick(use, low, high, "0 and 1", f"y = (y == {high:g}).float()")
        if use.function in SIGNED_LOSSES and two and (low, high) == (0.0, 1.0):
            return _sick(use, low, high, "-1 and 1", "y = 2 * y - 1")
        takes_logs = use.options.get("log_target", 0.0) != 0
        if use.function == "kl_div" and low < -ROUNDING and not takes_logs:
            return _sick(use, low, high, "probabilities", "pass log_target=True")
    return None


def _sick(use: LossUse, low: float, high: float, wants: str, cure: str) -> Finding:
    return Finding(
        check=LABEL_CODING.id,
        severity=Severity.STOP,
        sign=f"{use.function} wants targets of {wants} and gets {low:.3g} to {high:.3g}",
        meaning="with these labels the loss has no lowest point, or one class gives no gradient",
        remedy=f"recode the targets: {cure}",
        line=use.line,
        numbers={"target_low": low, "target_high": high},
        confidence=0.95,
    )


LABEL_CODING = Check(
    id="label-coding",
    fault=2,
    asks="Are the labels coded as the loss wants them?",
    needs=frozenset({"losses"}),
    measured="Least and greatest target: two values that are not 0 and 1 in a binary loss, 0 and 1 "
    "in a loss that wants signs, negative ones in a divergence that wants probabilities.",
    judge=judge,
    remedy="Recode the labels: 0 and 1 for BCE, -1 and 1 for margins.",
    confirm="print(y.unique())",
    source="PyTorch's documentation of each loss",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="binary_cross_entropy_with_logits",
                input_shape=(32, 1),
                target_shape=(32, 1),
                made_by="Addmm",
                samples=(
                    LossSample(
                        step=0, value=0.2, target_low=1.0, target_high=2.0, n_classes_seen=2
                    ),
                ),
            ),
        ),
    ),
)

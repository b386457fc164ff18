"""Cross entropy with targets that are no distribution over the classes."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import trained_on
from justright.kinds import Finding, Severity

MORE = 1.2  # mean sum of a row; soft and mixed labels sum to 1, masked rows to less
ROUNDING = 1e-3


def judge(evidence: Evidence) -> Finding | None:
    """Softmax shares 1 among the classes; targets that sum to more can never be reached."""
    for use in trained_on(evidence, "cross_entropy"):
        shape = use.target_shape
        if not use.samples or shape != use.input_shape or len(shape) < 2 or shape[1] < 2:
            continue
        low = min(s.target_low for s in use.samples)
        high = max(s.target_high for s in use.samples)
        total = sum(s.target_mean for s in use.samples) / len(use.samples) * shape[1]
        outside = low < -ROUNDING or high > 1 + ROUNDING
        if not outside and total <= MORE:
            continue
        return Finding(
            check=TARGETS_NO_DISTRIBUTION.id,
            severity=Severity.STOP if outside else Severity.WARN,
            sign=f"targets of cross_entropy run from {low:.3g} to {high:.3g} and sum to "
            f"{total:.3g} per row",
            meaning="the targets are numbers, not shares of classes"
            if outside
            else "several classes are true at once, and softmax lets one win at the others' cost",
            remedy="use nn.MSELoss() for numbers"
            if outside
            else "use nn.BCEWithLogitsLoss(): one question per class",
            line=use.line,
            numbers={"row_sum": total},
            confidence=0.9 if outside else 0.85,
        )
    return None


TARGETS_NO_DISTRIBUTION = Check(
    id="targets-no-distribution",
    fault=2,
    asks="Do the soft targets of cross entropy sum to 1?",
    needs=frozenset({"losses"}),
    measured="Range and mean row sum of targets that are given as shares. Alarm beyond 1.2: soft, "
    "mixed and smoothed labels sum to 1, masked rows to less.",
    judge=judge,
    remedy="Use BCEWithLogitsLoss for several labels at once, MSELoss for numbers.",
    confirm="print(y.sum(1)): ones are a distribution",
    source="PyTorch, CrossEntropyLoss: class probabilities as targets",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="cross_entropy",
                input_shape=(32, 5),
                target_shape=(32, 5),
                made_by="Addmm",
                samples=(LossSample(step=0, value=3.0, target_mean=0.5, n_classes_seen=2),),
            ),
        ),
    ),
)

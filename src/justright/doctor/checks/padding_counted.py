"""Filled-up places of sequences that count in the loss."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossUse
from justright.kinds import Finding, Severity

MUCH = 0.1  # of the targets that count
SURE = 0.9


def judge(evidence: Evidence) -> Finding | None:
    """Filling is easy to predict: a loss that counts it looks good and learns little else."""
    for use in evidence.losses:
        share = use.padded_share
        if not use.learning or share is None or share < MUCH:
            continue
        if use.options.get("reduction") == "none" or "given" in use.options.values():
            continue  # weighted or masked by the script itself
        classes = use.function in ("cross_entropy", "nll_loss")
        return Finding(
            check=PADDING_COUNTED.id,
            severity=Severity.WARN,
            sign=f"{share:.0%} of the targets in {use.function} stand where a sequence was only "
            "filled up",
            meaning="the filling is counted in the loss: it looks low, and its gradient is mostly "
            "about predicting the filling",
            remedy="nn.CrossEntropyLoss(ignore_index=PAD), with the class that the targets are "
            "filled with"
            if classes
            else "reduction='none', then (loss * mask).sum() / mask.sum() over the true places",
            line=use.line,
            numbers={"padded_share": share},
            confidence=SURE,
        )
    return None


PADDING_COUNTED = Check(
    id="padding-counted",
    asks="Does the loss leave out what only fills up sequences?",
    fault=29,
    needs=frozenset({"losses"}),
    measured="A token (or zeros) that ends sequences of different length and comes nowhere else "
    "is filling; alarm where a tenth of the targets that count stand there. Losses without "
    "reduction or with weights are left out, as the script masks them itself.",
    judge=judge,
    remedy="ignore_index for classes, a mask for numbers.",
    confirm="print the loss over the true places alone beside the loss of the script",
    source="PyTorch documentation of CrossEntropyLoss, ignore_index. Limit: house convention",
    example=Evidence(door="check", losses=(LossUse(function="cross_entropy", padded_share=0.6),)),
)

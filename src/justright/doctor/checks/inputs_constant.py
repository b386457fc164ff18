"""Inputs that are the same number, or the same row, throughout."""

from justright.doctor.check import Check
from justright.doctor.evidence import Batch, Evidence, LossSample, LossUse
from justright.doctor.inputs import first_batches
from justright.doctor.suffering import suffers
from justright.kinds import Finding, Severity

FEWEST_ROWS = 4


def judge(evidence: Evidence) -> Finding | None:
    """From inputs that are all alike only a constant can be learnt."""
    for first in first_batches(evidence):
        own = [b for b in evidence.batches if b.model == first.model]
        if any(b.shape[0] < FEWEST_ROWS for b in own) or suffers(evidence) is not True:
            continue
        empty = all(b.std == 0 for b in own)
        alike = first.n_columns > 0 and all(b.constant_columns == b.n_columns for b in own)
        if not (empty or alike):
            continue
        what = f"the number {first.mean:.3g}" if empty else "the same row"
        return Finding(
            check=INPUTS_CONSTANT.id,
            severity=Severity.STOP,
            sign=f"all {len(own)} input batches of {first.model} that were looked at hold {what} "
            "and nothing else",
            meaning="the inputs carry no information: the data is empty, overwritten, or scaled "
            "to nothing",
            remedy="print one batch where it is loaded and again before the model: look for an "
            "integer division, a wrong column, a mask of zeros",
            numbers={"batches": len(own), "mean": first.mean},
            confidence=0.85,
        )
    return None


INPUTS_CONSTANT = Check(
    id="inputs-constant",
    fault=8,
    asks="Do the inputs differ from one another?",
    needs=frozenset({"batches"}),
    measured="Every training batch that was looked at holds one number only, or one row only, of 4 "
    "rows at least, and the loss is held up: a model of a constant input may be meant.",
    judge=judge,
    remedy="Print one batch where it is loaded and again before the model.",
    confirm="print(x.std()) of a batch",
    source="House convention",
    example=Evidence(
        door="check",
        batches=(Batch(model="MLP", step=0, shape=(32, 8), low=0, high=0, mean=0, std=0),),
        losses=(
            LossUse(
                function="mse_loss",
                samples=tuple(LossSample(step=s, value=1.0, trivial=1.0) for s in range(4)),
            ),
        ),
    ),
)

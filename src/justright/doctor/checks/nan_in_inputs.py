"""Numbers that are not finite in the inputs."""

from justright.doctor.check import Check
from justright.doctor.evidence import Batch, Breakdown, Evidence
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """One such number in a batch reaches every weight at the next step."""
    broken = evidence.breakdown
    if broken is None or not broken.in_input:
        return None
    if broken.parameters and broken.step > 0:
        return None  # what a broken network made itself may be its input: generators, policies
    share = min((b.finite_share for b in evidence.batches if b.step <= broken.step), default=1.0)
    shown = f"; {1 - share:.2%} of the values of a batch are not finite" if share < 1 else ""
    return Finding(
        check=NAN_IN_INPUTS.id,
        severity=Severity.STOP,
        sign=f"the loss is {broken.loss} after {broken.step} steps, and the inputs of that batch "
        f"held nan or infinity before the network saw them{shown}",
        meaning="the data is broken, not the network: one nan in a batch makes all weights nan",
        remedy="find where they come from: 0 / 0 in standardising a constant column (add 1e-8 to "
        "the standard deviation), log(0) (use log1p), missing values (fill them in); "
        "assert torch.isfinite(x).all()",
        numbers={"step": broken.step, "finite_share": share},
        confidence=0.98,
    )


NAN_IN_INPUTS = Check(
    id="nan-in-inputs",
    fault=6,
    asks="Are all inputs finite?",
    needs=frozenset({"batches"}),
    measured="The input of the first pass whose loss is not finite is looked through. Nothing is "
    "said where the weights were broken before: a network may be fed by another.",
    judge=judge,
    remedy="Guard divisions and logarithms in the preparation; fill in missing values.",
    confirm="print(torch.isfinite(x).all()) for every batch before the model",
    source="IEEE 754: nan spreads through every operation",
    example=Evidence(
        door="check",
        batches=(Batch(model="MLP", step=0, shape=(32, 8), finite_share=0.97),),
        breakdown=Breakdown(step=0, loss="nan", in_input=True),
    ),
)

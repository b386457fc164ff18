"""Poisson loss that expects the logarithm of the rate and gets the rate, or the reverse."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import head, line_of, place_of, trained_on
from justright.kinds import Finding, Severity

#: Activations that make a rate of a number.
RATES = {"Exp": "exp", "Softplus": "softplus", "Relu": "relu"}


def judge(evidence: Evidence) -> Finding | None:
    """With log_input=True the loss takes the exponential itself."""
    for use in trained_on(evidence, "poisson_nll_loss"):
        seen = head(evidence, use)
        takes_log = use.options.get("log_input", 1.0) != 0
        if takes_log and seen.op in RATES:
            name = RATES[seen.op]
            return Finding(
                check=RATE_LOSS_SCALE.id,
                severity=Severity.STOP if seen.op == "Exp" else Severity.WARN,
                sign=f"the {name}{place_of(seen.layer)} goes into poisson_nll_loss with "
                "log_input=True, which takes the exponential again",
                meaning="a rate is taken for its logarithm: no rate under 1 can be said, and "
                "large ones explode",
                remedy=f"drop the {name}, or pass log_input=False",
                layer=seen.layer or None,
                line=line_of(evidence, name, layer=seen.layer) or use.line,
                confidence=0.9,
            )
        if not takes_log and seen.raw:
            return Finding(
                check=RATE_LOSS_SCALE.id,
                severity=Severity.STOP,
                sign=f"the bare output{place_of(seen.layer)} goes into poisson_nll_loss with "
                "log_input=False, which wants rates above 0",
                meaning="the logarithm of a negative rate is not a number",
                remedy="pass log_input=True, or end in softplus",
                layer=seen.layer or None,
                line=use.line,
                confidence=0.95,
            )
    return None


RATE_LOSS_SCALE = Check(
    id="rate-loss-scale",
    fault=1,
    asks="Does the Poisson loss get what its log_input says?",
    needs=frozenset({"losses"}),
    measured="The operation behind the input, against log_input as called (True unless said).",
    judge=judge,
    remedy="Hand over the bare output with log_input=True, or a rate with log_input=False.",
    confirm="print the least and greatest value before the loss",
    source="PyTorch, PoissonNLLLoss: loss = exp(input) - target * input for log_input=True",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="poisson_nll_loss",
                input_shape=(32, 1),
                target_shape=(32, 1),
                made_by="Exp",
                samples=(LossSample(step=0, value=2.0, low=0.5, high=2.0),),
            ),
        ),
    ),
)

"""A loss that wants log-probabilities and gets something else."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import Head, head, line_of, place_of, trained_on
from justright.kinds import Finding, Severity

ABOVE_ZERO = 0.01  # a log-probability is at most 0; rounding of half precision stays below this


def judge(evidence: Evidence) -> Finding | None:
    """NLLLoss returns minus its input: without a logarithm it falls without end, or stops at -1."""
    for use in trained_on(evidence, "nll_loss", "kl_div"):
        seen = head(evidence, use)
        if not use.samples or seen.op in ("LogSoftmax", "LogSigmoid"):
            continue
        if all(s.log_sums_to_one for s in use.samples):
            continue
        sums = all(s.sums_to_one for s in use.samples)
        if seen.op in ("Softmax", "Sigmoid") or sums:
            return _sick(evidence, use, seen, probabilities=True)
        no_share = use.made_by == "Log" and not any(s.log_sums_to_one for s in use.samples)
        if seen.raw or no_share or max(s.high for s in use.samples) > ABOVE_ZERO:
            return _sick(evidence, use, seen, probabilities=False)
    return None


def _sick(evidence: Evidence, use: LossUse, seen: Head, *, probabilities: bool) -> Finding:
    low, high = min(s.low for s in use.samples), max(s.high for s in use.samples)
    lowest = min(s.value for s in use.samples)
    what = "probabilities" if probabilities else "logits"
    swap = "; or use CrossEntropyLoss on the logits" if use.function == "nll_loss" else ""
    return Finding(
        check=LOG_SOFTMAX_MISSING.id,
        severity=Severity.STOP,
        sign=f"{use.function} wants log-probabilities and gets {what}{place_of(seen.layer)}, "
        f"from {low:.3g} to {high:.3g}; its loss went down to {lowest:.3g}",
        meaning="the logarithm is missing: the loss rewards a large number, not a likely class",
        remedy=f"put F.log_softmax(logits, dim=1) before {use.function}{swap}",
        layer=seen.layer or None,
        line=(probabilities and line_of(evidence, "softmax", layer=seen.layer)) or use.line,
        numbers={"low": low, "high": high, "lowest_loss": lowest},
        confidence=0.97 if seen.raw or probabilities else 0.75,
    )


LOG_SOFTMAX_MISSING = Check(
    id="log-softmax-missing",
    fault=1,
    asks="Do NLLLoss and KLDivLoss get log-probabilities?",
    needs=frozenset({"losses"}),
    measured="The operation behind the input is a layer's weighted sum, a softmax or a sigmoid, or "
    "values above 0 came in (0.01 is left for rounding), which no log-probability is, or it is a "
    "logarithm of rows of which none sums to 1. Rows whose "
    "exponentials sum to 1 are well, whatever made them.",
    judge=judge,
    remedy="Put log_softmax before NLLLoss, or use CrossEntropyLoss on the logits.",
    confirm="print(output.exp().sum(1)) before the loss: log-probabilities give ones",
    source="PyTorch, NLLLoss: 'The input is expected to contain log-probabilities of each class'",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="nll_loss",
                input_shape=(32, 3),
                target_shape=(32,),
                target_dtype="int64",
                made_by="Addmm",
                samples=(LossSample(step=0, value=-0.1, low=-0.5, high=0.6),),
            ),
        ),
    ),
)

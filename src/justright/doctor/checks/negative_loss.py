"""A negative loss where none can be."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse, Track
from justright.doctor.loop import busiest, loss_factor, weights_of, with_gradient
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

#: Never negative, whatever the input, while targets are what they should be.
NEVER = frozenset(
    {"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "cross_entropy", "multi_margin_loss",
     "binary_cross_entropy", "binary_cross_entropy_with_logits", "nll_loss", "kl_div",
     "soft_margin_loss", "multilabel_soft_margin_loss"}
)  # fmt: skip
#: Negative by their input: no log probabilities.
BY_INPUT = frozenset({"nll_loss", "kl_div"})
BELOW = -1e-4  # rounding stays above


def judge(evidence: Evidence) -> Finding | None:
    """A negative value comes of wrong targets or inputs; a changed sign trains the wrong way."""
    for use in evidence.losses:
        low = min((sample.value for sample in use.samples), default=0.0)
        if use.function in NEVER and use.learning and low < BELOW:
            return _value(use, low)
    factor, track = loss_factor(evidence), busiest(evidence)
    if factor is None or track is None or factor >= 0 or not (
        with_gradient(evidence) & weights_of(evidence).keys()
    ):  # fmt: skip
        return None
    use = next(use for use in evidence.losses if use.learning)
    if use.function not in NEVER or not _rises(use):
        return None
    return Finding(
        check=NEGATIVE_LOSS.id,
        severity=Severity.STOP,
        sign=f"backward starts from {factor:.2g} times the value of {use.function}, which rises",
        meaning="with a minus sign before it each step makes the loss greater",
        remedy="take the minus sign away: optimizers make the loss smaller by themselves",
        line=line_of(evidence, "backward"),
        numbers={"factor": factor},
        confidence=0.9,
    )


def _rises(use: LossUse) -> bool:
    values = [sample.value for sample in use.samples]
    part = max(1, len(values) // 3)
    return len(values) >= 3 and sum(values[-part:]) > sum(values[:part])


def _value(use: LossUse, low: float) -> Finding:
    by_input = use.function in BY_INPUT
    ends = [(sample.target_low, sample.target_high) for sample in use.samples]
    least, most = min(low for low, _ in ends), max(high for _, high in ends)
    return Finding(
        check=NEGATIVE_LOSS.id,
        severity=Severity.STOP,
        sign=f"{use.function} was {low:.3g}, and can never be below 0"
        + ("" if by_input else f"; its targets run from {least:.3g} to {most:.3g}"),
        meaning="what goes into the loss are no log probabilities"
        if by_input
        else "the targets are not what this loss is made for",
        remedy="apply log_softmax first, or use cross_entropy on the logits"
        if by_input
        else "give targets within 0 and 1 that are shares or classes, or use mse_loss for numbers",
        line=use.line,
        numbers={"lowest": low},
        confidence=0.6 if by_input else 0.8,
    )


NEGATIVE_LOSS = Check(
    id="negative-loss",
    asks="Is the loss at or above zero where it must be?",
    fault=25,
    needs=frozenset({"losses", "tracks"}),
    measured="Values of the loss functions that cannot be negative, at sampled steps; and whether "
    "the loss that backward starts from has the other sign, of one optimizer and one loss "
    "function, while the function's value rises. Losses of one's own may be negative.",
    judge=judge,
    remedy="Targets and inputs as the loss function documents them, and no minus sign.",
    confirm="print the least and the greatest target beside the loss",
    source="PyTorch documentation of the loss functions",
    example=Evidence(
        door="check",
        tracks=(Track(name="optimizer", kind="Adam", n_steps=30),),
        losses=(
            LossUse(
                function="binary_cross_entropy",
                samples=(LossSample(step=9, value=-3.2, target_high=9.0),),
            ),
        ),
    ),
)

"""The bias of the last layer, against what a constant should say."""

import math

from justright.doctor.check import Check
from justright.doctor.course import first_graphs
from justright.doctor.evidence import Evidence, Graph, Layer, LossSample, LossUse, Op, Weight
from justright.doctor.wiring import Wiring, weights_of
from justright.kinds import Finding, Severity

WORSE = 3.0  # times the loss of the best constant, before the first step
BY_BIAS = 2.0  # times the spread of the outputs over the examples: then it is the bias that errs
LOGIT = "binary_cross_entropy_with_logits"
RARE = 0.05  # share of the rarer class below which a bias at the prior saves steps
SURE, HINT = 0.7, 0.3


def judge(evidence: Evidence) -> Finding | None:
    """The last bias alone should predict the mean of the targets."""
    bias = _last_bias(evidence)
    use = next((u for u in evidence.losses if u.learning and u.samples), None)
    if bias is None or use is None or use.samples[0].step != 0:
        return None
    first = use.samples[0]
    if first.trivial is None or first.trivial <= 0 or "given" in use.options.values():
        return None
    size = max(abs(bias.mean), bias.std)
    own = first.value > WORSE * first.trivial and size > BY_BIAS * max(first.example_spread, 1e-9)
    if own and _wrong(use.function, bias, first):
        return _finding(bias, first, size)
    if use.function == LOGIT and abs(bias.mean) < 1 and first.n_classes_seen == 2:
        return _missing(evidence, bias, first)
    return None


def _last_bias(evidence: Evidence) -> Weight | None:
    weights = weights_of(evidence)
    for graph in first_graphs(evidence):
        for place in Wiring(graph).linear()[:1]:
            names = [name for name in graph.ops[place].weights if name in weights]
            return next((weights[n] for n in names if len(weights[n].shape) == 1), None)
    return None


def _wrong(function: str, bias: Weight, first: LossSample) -> bool:
    """Whether a bias of 0 would have been better by far."""
    if function == "cross_entropy":
        return bias.std > 1
    if function == LOGIT:
        share = min(max(first.target_mean, 1e-6), 1 - 1e-6)
        by_bias = share * _softplus(-bias.mean) + (1 - share) * _softplus(bias.mean)
        return abs(bias.mean) > 1 and by_bias > 1.5 * math.log(2)
    return abs(bias.mean - first.target_mean) > 1.5 * abs(first.target_mean) + first.target_std


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))


def _finding(bias: Weight, first: LossSample, size: float) -> Finding:
    return Finding(
        check=PRIOR_BIAS.id,
        severity=Severity.WARN,
        layer=bias.name.rpartition(".")[0],
        sign=f"{bias.name} starts at {bias.mean:.3g}, and the first loss is {first.value:.3g} "
        f"where a constant prediction has {first.trivial:.3g}",
        meaning="the bias of the last layer is far from the mean of the targets: the first steps "
        "unlearn it",
        remedy=f"nn.init.zeros_({bias.name}), or set it to the mean of the targets (for logits: "
        "log(p / (1 - p)))",
        numbers={"bias": size, "first_loss": first.value},
        confidence=SURE,
    )


def _missing(evidence: Evidence, bias: Weight, first: LossSample) -> Finding | None:
    means = [s.target_mean for use in evidence.losses if use.learning for s in use.samples]
    share = sum(means) / len(means)
    rarer = min(share, 1 - share)
    if not 0 < rarer < RARE or first.trivial is None or first.value < WORSE * first.trivial:
        return None
    prior = math.log(share / (1 - share))
    return Finding(
        check=PRIOR_BIAS.id,
        severity=Severity.NOTE,
        layer=bias.name.rpartition(".")[0],
        sign=f"{share:.1%} of the targets are 1, and {bias.name} starts at {bias.mean:.2g}",
        meaning="the first steps are spent on learning how rare a class is",
        remedy=f"nn.init.constant_({bias.name}, {prior:.2f})  # log(p / (1 - p))",
        numbers={"share": share, "prior": prior},
        confidence=HINT,
    )


PRIOR_BIAS = Check(
    id="prior-bias",
    asks="Does the last layer start with a bias that fits the targets?",
    fault=17,
    needs=frozenset({"graphs", "layers", "losses"}),
    measured="A first loss beyond 3 times that of the best constant, while the last bias is twice "
    "the spread of the outputs over the examples and a bias of 0 would do better. A missing bias "
    "at the prior is a note, where one of two classes is below 5 %.",
    judge=judge,
    remedy="Start the last bias at 0, or at the mean of the targets.",
    confirm="set the last bias to zero and print the loss before the first step",
    source="Karpathy 2019, A Recipe for Training Neural Networks: init well; Lin et al. 2017, "
    "arXiv:1708.02002",
    example=Evidence(
        door="check",
        graphs=(
            Graph(
                ops=(
                    Op(name="MseLoss", inputs=(1,), layer="out"),
                    Op(name="Addmm", inputs=(2,), weights=("out.bias", "out.weight"), layer="out"),
                    Op(name="AccumulateGrad"),
                )
            ),
        ),
        layers=(
            Layer(
                name="out",
                kind="Linear",
                weights=(
                    Weight(name="out.weight", shape=(1, 8), std=0.2, fan_in=8),
                    Weight(name="out.bias", shape=(1,), mean=10.0),
                ),
            ),
        ),
        losses=(
            LossUse(
                function="mse_loss",
                samples=(LossSample(step=0, value=100.0, trivial=1.0, example_spread=0.3),),
            ),
        ),
    ),
)

import pytest

from justright.doctor.checks.bounded_logits import BOUNDED_LOGITS
from justright.doctor.checks.log_softmax_missing import LOG_SOFTMAX_MISSING
from justright.doctor.checks.logits_into_probability_loss import LOGITS_INTO_PROBABILITY_LOSS
from justright.doctor.checks.rate_loss_scale import RATE_LOSS_SCALE
from justright.doctor.checks.sigmoid_before_logits_loss import SIGMOID_BEFORE_LOGITS_LOSS
from justright.doctor.checks.softmax_before_cross_entropy import SOFTMAX_BEFORE_CROSS_ENTROPY
from justright.doctor.checks.softmax_on_one_unit import SOFTMAX_ON_ONE_UNIT
from justright.doctor.checks.softmax_over_wrong_axis import SOFTMAX_OVER_WRONG_AXIS
from justright.doctor.evidence import Graph, Op
from tests.doctor.evidences import CLASSES, YES_OR_NO, of_losses, samples, source, use

PROBS = samples(low=0.0, high=1.0, sums_to_one=True)
LOGS = samples(low=-3.0, high=-0.1, log_sums_to_one=True)
RAW = samples(low=-1.0, high=1.0)
ONES = samples(low=1.0, high=1.0, std=0.0)
NLL = CLASSES | {"function": "nll_loss"}
BCE = YES_OR_NO | {"function": "binary_cross_entropy"}
MANY = YES_OR_NO | {"input_shape": (32, 4), "target_shape": (32, 4)}
POISSON = YES_OR_NO | {"function": "poisson_nll_loss"}
KL = YES_OR_NO | {"function": "kl_div", "input_shape": (32, 4), "target_shape": (32, 4)}


def graph(loss, *chain, raw=True):
    """A loss fed by a chain of (name, shape, dim), the last one by a layer or not."""
    ops = [Op(name=loss, inputs=(1,))]
    for i, (name, shape, dim) in enumerate(chain, 1):
        last = i == len(chain)
        ops.append(Op(
            name=name, inputs=() if last else (i + 1,), shape=shape, layer="fc2",
            weights=("fc2.weight",) if last and raw else (),
            options={} if dim is None else {"dim": float(dim)},
        ))  # fmt: skip
    return (Graph(ops=tuple(ops)),)


SICK = [
    (SOFTMAX_BEFORE_CROSS_ENTROPY, use(CLASSES, *PROBS, made_by="Softmax"), "stop"),
    (SOFTMAX_BEFORE_CROSS_ENTROPY, use(CLASSES, *PROBS, made_by="Clamp"), "stop"),
    (SOFTMAX_BEFORE_CROSS_ENTROPY, use(CLASSES, *LOGS, made_by="LogSoftmax"), "note"),
    (SIGMOID_BEFORE_LOGITS_LOSS, use(YES_OR_NO, *RAW, made_by="Sigmoid"), "stop"),
    (SIGMOID_BEFORE_LOGITS_LOSS, use(CLASSES, *RAW, made_by="Sigmoid"), "stop"),
    (SIGMOID_BEFORE_LOGITS_LOSS, use(MANY, *PROBS, made_by="Softmax"), "stop"),
    (LOGITS_INTO_PROBABILITY_LOSS, use(BCE, *RAW, made_by="Addmm"), "stop"),
    (LOGITS_INTO_PROBABILITY_LOSS, use(BCE, *RAW, made_by="Relu"), "stop"),
    (LOG_SOFTMAX_MISSING, use(NLL, *RAW, made_by="Addmm"), "stop"),
    (LOG_SOFTMAX_MISSING, use(NLL, *PROBS, made_by="Softmax"), "stop"),
    (LOG_SOFTMAX_MISSING, use(NLL, *PROBS, made_by="Mul"), "stop"),
    (LOG_SOFTMAX_MISSING, use(KL, *PROBS, made_by="Softmax"), "stop"),
    (SOFTMAX_ON_ONE_UNIT, use(BCE, *ONES, made_by="Softmax"), "stop"),
    (SOFTMAX_OVER_WRONG_AXIS, use(MANY, *samples(sums_to_one_elsewhere=True)), "stop"),
    (BOUNDED_LOGITS, use(YES_OR_NO, *RAW, made_by="Relu"), "stop"),
    (BOUNDED_LOGITS, use(YES_OR_NO, *RAW, made_by="LogSigmoid"), "stop"),
    (BOUNDED_LOGITS, use(CLASSES, *RAW, made_by="Relu"), "warn"),
    (BOUNDED_LOGITS, use(CLASSES, *RAW, made_by="Tanh"), "warn"),
    (RATE_LOSS_SCALE, use(POISSON, made_by="Exp"), "stop"),
    (RATE_LOSS_SCALE, use(POISSON, made_by="Softplus"), "warn"),
    (RATE_LOSS_SCALE, use(POISSON, made_by="Addmm", options={"log_input": 0.0}), "stop"),
]
HEALTHY = [
    use(CLASSES, *RAW),
    use(CLASSES, *samples(low=0.0, high=1.0)),  # logits that happen to lie within 0 to 1
    use(CLASSES, *RAW, made_by="Mul"),  # a scaled tanh or cosine
    use(CLASSES, *RAW, made_by="Mean"),  # pooled after a ReLU
    use(CLASSES, *PROBS, made_by="Softmax", learning=False),  # probabilities judged, not learnt
    use(YES_OR_NO, *RAW),
    use(BCE, *samples(low=0.1, high=0.9), made_by="Sigmoid"),
    use(BCE, *PROBS, made_by="Softmax", input_shape=(32, 4)),
    use(BCE, *samples(low=0.1, high=0.9), made_by="Bmm"),  # a mixture of probabilities
    use(NLL, *LOGS, made_by="LogSoftmax"),
    use(NLL, *LOGS, made_by="Log"),  # the logarithm of a mixture
    use(NLL, *LOGS, made_by="Addmm"),  # log-probabilities, whatever made them
    use(NLL, *samples(low=-9.0, high=-1.0), made_by="Sub"),  # a density that is not normalised
    use(NLL, *samples(low=-3.0, high=-0.1), made_by="LogSoftmax", input_shape=(5,)),
    use(KL, *LOGS, made_by="LogSoftmax"),
    use(POISSON, made_by="Addmm"),
    use(POISSON, made_by="Softplus", options={"log_input": 0.0}),
]
CHECKS = sorted({check.id: check for check, _, _ in SICK}.items())


@pytest.mark.parametrize(("check", "sick", "severity"), SICK)
def test_an_output_that_does_not_fit_its_loss_is_told(check, sick, severity):
    finding = check.judge(of_losses(sick))
    assert finding is not None
    assert finding.severity == severity


@pytest.mark.parametrize("healthy", HEALTHY, ids=str)
def test_an_output_that_fits_its_loss_is_left_alone(healthy):
    for name, check in CHECKS:
        assert check.judge(of_losses(healthy)) is None, name


@pytest.mark.parametrize(
    ("check", "loss", "chain", "told"),
    [
        # A softmax that is clamped is a softmax; one that is scaled is none.
        (SOFTMAX_BEFORE_CROSS_ENTROPY, use(CLASSES, *RAW, made_by="Clamp"),
         ("NllLoss", ("LogSoftmax", (32, 5), 1), ("Clamp", (32, 5), None), ("Softmax", (32, 5), 1)),
         True),
        (SOFTMAX_BEFORE_CROSS_ENTROPY, use(CLASSES, *RAW, made_by="Mul"),
         ("NllLoss", ("LogSoftmax", (32, 5), 1), ("Mul", (32, 5), None), ("Softmax", (32, 5), 1)),
         False),
        (LOGITS_INTO_PROBABILITY_LOSS, use(BCE, *RAW, made_by="Clamp"),
         ("BinaryCrossEntropy", ("Clamp", (32, 1), None), ("Addmm", (32, 1), None)), True),
        (SOFTMAX_OVER_WRONG_AXIS, use(NLL, *RAW, made_by="LogSoftmax"),
         ("NllLoss", ("LogSoftmax", (32, 5), 0)), True),
        # One example at a time: a vector has no other axis.
        (SOFTMAX_OVER_WRONG_AXIS, use(NLL, *RAW, made_by="LogSoftmax", input_shape=(1, 5)),
         ("NllLoss", ("Unsqueeze", (1, 5), 0), ("LogSoftmax", (5,), 0)), False),
        (SOFTMAX_ON_ONE_UNIT, use(BCE, *ONES, made_by="Softmax"),
         ("BinaryCrossEntropy", ("Softmax", (32, 1), 1)), True),
        (SOFTMAX_ON_ONE_UNIT, use(BCE, *ONES, made_by="Softmax", input_shape=(32,)),
         ("BinaryCrossEntropy", ("Softmax", (32,), 0)), False),
    ],
)  # fmt: skip
def test_the_graph_tells_what_stands_behind_reshaping_and_clamping(check, loss, chain, told):
    finding = check.judge(of_losses(loss, graphs=graph(*chain)))
    assert (finding is not None) == told
    if finding is not None:
        assert finding.layer == "fc2"


def test_the_line_is_that_of_the_layer_and_not_the_first_of_its_kind():
    script = source("h = F.relu(self.fc1(x))\nreturn F.relu(self.fc2(h))\n")
    chain = graph("BinaryCrossEntropyWithLogits", ("Relu", (32, 1), None))
    seen = of_losses(use(YES_OR_NO, *RAW, made_by="Relu"), graphs=chain, source=script)
    assert BOUNDED_LOGITS.judge(seen).line == 2

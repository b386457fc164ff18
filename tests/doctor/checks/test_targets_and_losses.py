import pytest

from justright.doctor.checks.binary_loss_for_one_class import BINARY_LOSS_FOR_ONE_CLASS
from justright.doctor.checks.cross_entropy_on_one_unit import CROSS_ENTROPY_ON_ONE_UNIT
from justright.doctor.checks.label_coding import LABEL_CODING
from justright.doctor.checks.number_loss_for_classes import NUMBER_LOSS_FOR_CLASSES
from justright.doctor.checks.target_broadcast import TARGET_BROADCAST
from justright.doctor.checks.target_out_of_reach import TARGET_OUT_OF_REACH
from justright.doctor.checks.targets_no_distribution import TARGETS_NO_DISTRIBUTION
from justright.doctor.evidence import Batch, Graph, Op, Source
from tests.doctor.evidences import CLASSES, NUMBERS, YES_OR_NO, of_losses, samples, use

ONE_HOT = {"input_shape": (32, 5), "target_shape": (32, 5)}
STUCK, LEARNT = (1.0, 1.0, 0.99, 0.98), (1.0, 0.6, 0.2, 0.1)
FIFTH = {"target_mean": 0.2, "n_classes_seen": 2}
HALF = {"target_mean": 0.5, "n_classes_seen": 2}
HINGE = YES_OR_NO | {"function": "soft_margin_loss"}
KL = YES_OR_NO | {"function": "kl_div"}
BCE = YES_OR_NO | {"function": "binary_cross_entropy"}
WIDE = {"target_low": -2.5, "target_high": 2.5, "target_mean": 0.0, "target_ends": (-1.6, 1.6)}
SPIKE = {"target_low": 0.0, "target_high": 9.0, "target_mean": 0.5, "target_ends": (0.0, 1.0)}
SPECKS = {"target_low": -0.05, "target_high": 1.05, "target_std": 0.3, "target_ends": (0.0, 1.0)}
CODES = {"target_low": 1.0, "target_high": 2.0, "n_classes_seen": 2}
SIGNS = {"target_low": -1.0, "target_high": 1.0, "n_classes_seen": 2}

SICK = [
    (TARGET_BROADCAST, use(NUMBERS, target_shape=(32,)), "stop"),
    (TARGET_BROADCAST, use(NUMBERS, input_shape=(32,)), "stop"),
    (CROSS_ENTROPY_ON_ONE_UNIT, use(CLASSES, input_shape=(32, 1)), "stop"),
    (NUMBER_LOSS_FOR_CLASSES, use(NUMBERS, *samples(*STUCK, **FIFTH), **ONE_HOT), "warn"),
    (NUMBER_LOSS_FOR_CLASSES, use(NUMBERS, *samples(*LEARNT, **FIFTH), **ONE_HOT), "note"),
    (NUMBER_LOSS_FOR_CLASSES,
     use(NUMBERS, *samples(*STUCK, **HALF), made_by="Sigmoid"), "warn"),
    (BINARY_LOSS_FOR_ONE_CLASS, use(YES_OR_NO, *samples(*STUCK, **FIFTH), **ONE_HOT), "warn"),
    (BINARY_LOSS_FOR_ONE_CLASS, use(YES_OR_NO, *samples(*LEARNT, **FIFTH), **ONE_HOT), "note"),
    (TARGETS_NO_DISTRIBUTION, use(CLASSES, *samples(**HALF), **ONE_HOT), "warn"),
    (TARGETS_NO_DISTRIBUTION, use(CLASSES, *samples(**WIDE), **ONE_HOT), "stop"),
    (LABEL_CODING, use(YES_OR_NO, *samples(**CODES)), "stop"),
    (LABEL_CODING, use(YES_OR_NO, *samples(**SIGNS)), "stop"),
    (LABEL_CODING, use(HINGE, *samples(**HALF)), "stop"),
    (LABEL_CODING, use(KL, *samples(target_low=-3.0)), "stop"),
    (TARGET_OUT_OF_REACH, use(NUMBERS, *samples(**WIDE), made_by="Relu"), "stop"),
    (TARGET_OUT_OF_REACH, use(NUMBERS, *samples(**WIDE), made_by="Tanh"), "stop"),
    (TARGET_OUT_OF_REACH, use(NUMBERS, *samples(**SPIKE), made_by="Sigmoid"), "warn"),
    (TARGET_OUT_OF_REACH, use(BCE, *samples(**WIDE), made_by="Sigmoid"), "stop"),
]  # fmt: skip
HEALTHY = [
    use(NUMBERS),
    use(NUMBERS, target_shape=()),  # one number for all, as in least-squares GANs
    use(NUMBERS, input_shape=(32, 9)),  # quantiles against one target each
    use(NUMBERS, input_shape=(32, 1, 9), target_shape=(32, 9, 1)),  # pairs of quantiles, meant
    use(NUMBERS, input_shape=(1, 1), target_shape=(1,)),
    use(CLASSES),
    use(CLASSES, *samples(**FIFTH), **ONE_HOT),  # mixed or smoothed labels
    use(NUMBERS, *samples(*STUCK, n_classes_seen=1), made_by="Addmm"),
    use(NUMBERS, *samples(*STUCK, **HALF), made_by="Addmm"),  # returns of 0 and 1
    use(NUMBERS, *samples(*STUCK, **HALF), made_by="Sigmoid", **ONE_HOT),  # binary pictures
    use(NUMBERS, *samples(n_classes_seen=6)),  # counts
    use(YES_OR_NO, *samples(*STUCK, **HALF), **ONE_HOT),  # several labels at once
    use(HINGE, *samples(**SIGNS)),
    use(KL, *samples(target_low=-3.0), options={"log_target": 1.0}),
    use(NUMBERS, *samples(**WIDE)),
    use(NUMBERS, *samples(**WIDE), made_by="Mul"),  # a scaled tanh
    use(NUMBERS, *samples(**SPECKS), made_by="Sigmoid"),  # noise over the end
    use(NUMBERS, *samples(), made_by="Relu"),
]
CHECKS = sorted({check.id: check for check, _, _ in SICK}.items())


@pytest.mark.parametrize(("check", "sick", "severity"), SICK)
def test_targets_that_do_not_fit_are_told(check, sick, severity):
    finding = check.judge(of_losses(sick))
    assert finding is not None
    assert finding.severity == severity


@pytest.mark.parametrize("healthy", HEALTHY, ids=str)
def test_targets_that_fit_are_left_alone(healthy):
    for name, check in CHECKS:
        assert check.judge(of_losses(healthy)) is None, name


@pytest.mark.parametrize(
    ("given", "shape", "rows", "told"),
    [
        (Op(name="Addmm", shape=(32, 1)), (32, 32), 32, True),
        (Op(name="Squeeze", shape=(32,)), (32, 32), 32, True),
        (Op(name="Addmm", shape=(32, 1)), (32, 1), 32, False),
        (Op(name="Unsqueeze", shape=(32, 1)), (32, 32), 32, False),  # pairs, made on purpose
        (Op(name="Addmm", shape=(9, 1)), (9, 9), 32, False),  # no examples at all
    ],
)
def test_a_loss_written_by_hand_is_read_in_the_graph(given, shape, rows, told):
    ops = (Op(name="Mean", inputs=(1,)), Op(name="Pow", inputs=(2,)),
           Op(name="Sub", inputs=(3,), shape=shape), given)  # fmt: skip
    batch = Batch(model="MLP", step=0, shape=(rows, 8))
    seen = of_losses(graphs=(Graph(ops=ops),), batches=(batch,))
    assert (TARGET_BROADCAST.judge(seen) is not None) == told


@pytest.mark.parametrize(("words", "told"), [(("argmax", 3), True), (("r2_score", 3), False)])
def test_whole_numbers_are_classes_where_the_script_calls_them_so(words, told):
    script = Source(path="train.py", call_lines=(words,))
    loss = use(NUMBERS, *samples(*STUCK, n_classes_seen=3, target_high=2.0))
    assert (NUMBER_LOSS_FOR_CLASSES.judge(of_losses(loss, source=script)) is not None) == told

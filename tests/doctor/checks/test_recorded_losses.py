"""Small trainings, recorded as they run: the evidence looks as the checks take it to look."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from justright.doctor.checks.bounded_logits import BOUNDED_LOGITS
from justright.doctor.checks.cross_entropy_on_one_unit import CROSS_ENTROPY_ON_ONE_UNIT
from justright.doctor.checks.features_of_unlike_scale import FEATURES_OF_UNLIKE_SCALE
from justright.doctor.checks.first_loss_off import FIRST_LOSS_OFF
from justright.doctor.checks.inputs_constant import INPUTS_CONSTANT
from justright.doctor.checks.inputs_not_scaled import INPUTS_NOT_SCALED
from justright.doctor.checks.label_coding import LABEL_CODING
from justright.doctor.checks.log_softmax_missing import LOG_SOFTMAX_MISSING
from justright.doctor.checks.logits_into_probability_loss import LOGITS_INTO_PROBABILITY_LOSS
from justright.doctor.checks.nan_from_operation import NAN_FROM_OPERATION
from justright.doctor.checks.nan_in_inputs import NAN_IN_INPUTS
from justright.doctor.checks.nan_in_targets import NAN_IN_TARGETS
from justright.doctor.checks.number_loss_for_classes import NUMBER_LOSS_FOR_CLASSES
from justright.doctor.checks.output_constant import OUTPUT_CONSTANT
from justright.doctor.checks.sigmoid_before_logits_loss import SIGMOID_BEFORE_LOGITS_LOSS
from justright.doctor.checks.softmax_before_cross_entropy import SOFTMAX_BEFORE_CROSS_ENTROPY
from justright.doctor.checks.softmax_on_one_unit import SOFTMAX_ON_ONE_UNIT
from justright.doctor.checks.softmax_over_wrong_axis import SOFTMAX_OVER_WRONG_AXIS
from justright.doctor.checks.target_broadcast import TARGET_BROADCAST
from justright.doctor.checks.target_out_of_reach import TARGET_OUT_OF_REACH
from justright.doctor.checks.targets_no_distribution import TARGETS_NO_DISTRIBUTION
from justright.doctor.checks.targets_not_scaled import TARGETS_NOT_SCALED
from justright.doctor.record.recorder import Recorder

MINE = (
    BOUNDED_LOGITS, CROSS_ENTROPY_ON_ONE_UNIT, FEATURES_OF_UNLIKE_SCALE, FIRST_LOSS_OFF,
    INPUTS_CONSTANT, INPUTS_NOT_SCALED, LABEL_CODING, LOG_SOFTMAX_MISSING,
    LOGITS_INTO_PROBABILITY_LOSS, NAN_FROM_OPERATION, NAN_IN_INPUTS, NAN_IN_TARGETS,
    NUMBER_LOSS_FOR_CLASSES, OUTPUT_CONSTANT, SIGMOID_BEFORE_LOGITS_LOSS,
    SOFTMAX_BEFORE_CROSS_ENTROPY, SOFTMAX_ON_ONE_UNIT, SOFTMAX_OVER_WRONG_AXIS, TARGET_BROADCAST,
    TARGET_OUT_OF_REACH, TARGETS_NO_DISTRIBUTION, TARGETS_NOT_SCALED,
)  # fmt: skip
STEPS = 60
ROWS = 64


@pytest.fixture
def told():
    """Trains a small network and gives back the checks that found something."""
    recorder = Recorder(door="check")

    def train(loss, *, outputs=1, head=None, x=None, rate=0.01, start=None):
        torch.manual_seed(0)
        x = torch.randn(ROWS, 6) if x is None else x
        model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, outputs))
        if start is not None:
            start(model)
        recorder.attach()
        optimizer = torch.optim.Adam(model.parameters(), lr=rate)
        for _ in range(STEPS):
            optimizer.zero_grad()
            out = model(x) if head is None else head(model(x))
            loss(out, x).backward()
            optimizer.step()
        recorder.detach()
        evidence = recorder.evidence(stopped="end")
        return {
            check.id
            for check in MINE
            if all(evidence.has(part) for part in check.needs)
            and (finding := check.judge(evidence)) is not None
            and finding.severity != "note"
        }

    yield train
    recorder.detach()


def number(x):
    return x[:, :1] + x[:, 1:2] ** 2 - 1.0


def classes(x):
    return (x[:, 0] > 0).long() + (x[:, 1] > 0).long()


def event(x):
    return (x[:, :1] > 0).float()


def hot(x):
    return F.one_hot(classes(x), 3).float()


def by_hand(out, x):
    return ((out - number(x).squeeze(1)) ** 2).mean()


def log_of_relu(out, x):
    return -(event(x) * torch.log(torch.relu(out))).mean() + out.square().mean()


def root(out, x):
    return torch.sqrt((out - out.detach()).square()).mean() + F.mse_loss(out, number(x))


def louder(model):
    model[2].weight.data.mul_(60.0)


def missing(x):
    return torch.where(x[:, :1] > 1, torch.nan, number(x))


WIDE = torch.randn(ROWS, 6, generator=torch.Generator().manual_seed(1)) * torch.tensor(
    [300.0, 1.0, 1.0, 0.2, 1.0, 1.0]
)
HOLED = torch.zeros(ROWS, 6).log()

SICK = [
    ("softmax-before-cross-entropy", lambda o, x: F.cross_entropy(o.softmax(1), classes(x)), 3, {}),
    ("softmax-before-cross-entropy",
     lambda o, x: nn.CrossEntropyLoss()(o.softmax(1).clamp(1e-6, 1.0), classes(x)), 3, {}),
    ("sigmoid-before-logits-loss",
     lambda o, x: nn.BCEWithLogitsLoss()(o.sigmoid(), event(x)), 1, {}),
    ("logits-into-probability-loss",
     lambda o, x: F.binary_cross_entropy(o.clamp(0, 1), event(x)), 1, {}),
    ("log-softmax-missing", lambda o, x: F.nll_loss(o, classes(x)), 3, {}),
    ("log-softmax-missing", lambda o, x: F.nll_loss(o.softmax(1), classes(x)), 3, {}),
    ("softmax-on-one-unit",
     lambda o, x: F.binary_cross_entropy(o.softmax(1), event(x)), 1, {}),
    ("softmax-over-wrong-axis",
     lambda o, x: F.nll_loss(o.log_softmax(0), classes(x)), 3, {}),
    ("bounded-logits",
     lambda o, x: F.binary_cross_entropy_with_logits(o.relu(), event(x)), 1, {}),
    ("target-broadcast", lambda o, x: F.mse_loss(o, number(x).squeeze(1)), 1, {}),
    ("target-broadcast", by_hand, 1, {}),
    ("cross-entropy-on-one-unit", lambda o, x: F.cross_entropy(o, event(x)), 1, {}),
    ("label-coding",
     lambda o, x: F.binary_cross_entropy_with_logits(o, event(x) + 1), 1, {}),
    ("target-out-of-reach", lambda o, x: F.mse_loss(o.tanh(), 2 * number(x)), 1, {}),
    ("target-out-of-reach", lambda o, x: F.smooth_l1_loss(o.relu(), number(x)), 1, {}),
    ("first-loss-off",
     lambda o, x: F.cross_entropy(o, classes(x)), 3, {"start": louder}),
    ("features-of-unlike-scale",
     lambda o, x: F.mse_loss(o, x[:, 1:2] * x[:, 3:4]), 1, {"x": WIDE}),
    ("targets-not-scaled", lambda o, x: F.mse_loss(o, 2e3 + 1e3 * number(x)), 1, {}),
    ("nan-in-inputs", lambda o, x: F.mse_loss(o, torch.ones(ROWS, 1)), 1, {"x": HOLED}),
    ("nan-in-targets", lambda o, x: F.mse_loss(o, missing(x)), 1, {}),
    ("nan-from-operation", log_of_relu, 1, {}),
    ("nan-from-operation", root, 1, {}),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize(("check", "loss", "outputs", "how"), SICK)
def test_the_fault_is_found_in_a_real_training(told, check, loss, outputs, how):
    assert check in told(loss, outputs=outputs, **how)


@pytest.mark.parametrize(
    ("loss", "outputs"),
    [
        (lambda o, x: F.mse_loss(o, number(x)), 1),
        (lambda o, x: F.mse_loss(o.squeeze(1), number(x).squeeze(1)), 1),
        (lambda o, x: F.cross_entropy(o, classes(x)), 3),
        (lambda o, x: F.cross_entropy(o, hot(x), label_smoothing=0.1), 3),
        (lambda o, x: F.nll_loss(o.log_softmax(1), classes(x)), 3),
        (lambda o, x: F.nll_loss((o.softmax(1) + 1e-8).log(), classes(x)), 3),
        (lambda o, x: F.binary_cross_entropy(o.sigmoid(), event(x)), 1),
        (lambda o, x: F.cross_entropy(5 * o.tanh(), classes(x)), 3),
        (lambda o, x: F.kl_div(o.log_softmax(1), hot(x), reduction="batchmean"), 3),
        (lambda o, x: (o - number(x)).abs().mean(), 1),
        (lambda o, x: F.smooth_l1_loss(o.exp(), number(x).exp().clamp(max=4.0)), 1),
    ],
)
def test_a_healthy_training_is_left_alone(told, loss, outputs):
    assert told(loss, outputs=outputs) == set()

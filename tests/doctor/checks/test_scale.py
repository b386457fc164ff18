import math

import pytest

from justright.doctor.checks.features_of_unlike_scale import FEATURES_OF_UNLIKE_SCALE
from justright.doctor.checks.first_loss_off import FIRST_LOSS_OFF
from justright.doctor.checks.inputs_constant import INPUTS_CONSTANT
from justright.doctor.checks.inputs_not_scaled import INPUTS_NOT_SCALED
from justright.doctor.checks.output_constant import OUTPUT_CONSTANT
from justright.doctor.checks.raw_pixels import RAW_PIXELS
from justright.doctor.checks.targets_not_scaled import TARGETS_NOT_SCALED
from tests.doctor.evidences import CLASSES, NUMBERS, YES_OR_NO, of_inputs, of_losses, samples, use

STUCK = use(NUMBERS, *samples(1.0, 1.0, 1.0, 1.0))
SLOW = use(NUMBERS, *samples(1.0, 0.9, 0.8, 0.7))
LEARNT = use(NUMBERS)
PIXELS = {"shape": (32, 1, 8, 8), "low": 0.0, "high": 255.0, "mean": 80.0, "std": 90.0}
LOUD = {"low": 0.0, "high": 1500.0, "mean": 400.0, "std": 300.0}
COLUMNS = {"n_columns": 8, "largest_column_std": 314.0, "smallest_column_std": 0.12}
FAR = {"target_mean": 150.0, "target_std": 77.0, "low": -0.3, "high": 0.3, "std": 0.2}
NEAR = {"target_mean": 12.0, "target_std": 9.0, "low": -0.3, "high": 0.3, "std": 0.2}
MET = {"target_mean": 150.0, "target_std": 5.0, "low": 149.0, "high": 151.0, "std": 0.2}
TWENTY = CLASSES | {"input_shape": (32, 20)}
SAME = {"example_spread": 1e-6, "std": 0.5}

SICK = [
    (RAW_PIXELS, of_inputs(out=60.0, losses=(STUCK,), **PIXELS), "stop"),
    (RAW_PIXELS, of_inputs(out=60.0, losses=(SLOW,), **PIXELS), "warn"),
    (RAW_PIXELS, of_inputs(out=60.0, losses=(LEARNT,), **PIXELS), "note"),
    (INPUTS_NOT_SCALED, of_inputs(out=180.0, losses=(SLOW,), **LOUD), "warn"),
    (INPUTS_NOT_SCALED, of_inputs(losses=(STUCK,), mean=1e-4, std=1e-3), "warn"),
    (FEATURES_OF_UNLIKE_SCALE, of_inputs(losses=(SLOW,), **COLUMNS), "warn"),
    (FEATURES_OF_UNLIKE_SCALE, of_inputs(losses=(SLOW,), then="BatchNorm1d", **COLUMNS), "warn"),
    (TARGETS_NOT_SCALED,
     of_losses(use(NUMBERS, *samples(2.8e4, 2.8e4, 2.8e4, 2.7e4, trivial=6e3, **FAR))), "stop"),
    (TARGETS_NOT_SCALED,
     of_losses(use(NUMBERS, *samples(2.8e4, 1e4, 3e3, 2e3, trivial=6e3, **FAR))), "note"),
    (FIRST_LOSS_OFF, of_losses(use(TWENTY, *samples(13.0, 4.0, trivial=2.9, std=9.0))), "warn"),
    (FIRST_LOSS_OFF, of_losses(use(YES_OR_NO, *samples(4.0, 1.0, trivial=0.6, std=9.0))), "warn"),
    (FIRST_LOSS_OFF, of_losses(use(NUMBERS, *samples(30.0, 1.0, std=5.0))), "warn"),
    # Loud inputs explain a loud first loss.
    (FIRST_LOSS_OFF,
     of_inputs(out=180.0, losses=(use(TWENTY, *samples(90.0, std=99.0)),), **LOUD), "note"),
    (OUTPUT_CONSTANT, of_losses(use(NUMBERS, *samples(1.0, 1.0, 1.0, 1.0, **SAME))), "warn"),
    (INPUTS_CONSTANT, of_inputs(losses=(STUCK,), low=0.0, high=0.0, std=0.0), "stop"),
    (INPUTS_CONSTANT, of_inputs(losses=(STUCK,), n_columns=8, constant_columns=8), "stop"),
]  # fmt: skip
HEALTHY = [
    of_inputs(losses=(LEARNT,)),
    of_inputs(losses=(STUCK,)),
    of_inputs(out=0.9, losses=(STUCK,), **PIXELS),  # the model divides by 255 itself
    of_inputs(out=1.0, kind="BatchNorm2d", losses=(STUCK,), **PIXELS),
    of_inputs(out=60.0, then="BatchNorm2d", losses=(STUCK,), **PIXELS),
    of_inputs(out=180.0, kind="LayerNorm", losses=(STUCK,), **LOUD),
    of_inputs(out=99.0, kind="Embedding", losses=(STUCK,), **LOUD),
    of_inputs(out=99.0, dtype="int64", losses=(STUCK,), **LOUD),
    of_inputs(kind="BatchNorm1d", losses=(STUCK,), **COLUMNS),
    # A rare column of scaled data.
    of_inputs(losses=(STUCK,), n_columns=8, largest_column_std=1.0, smallest_column_std=1e-3),
    # Rows of length 1 over 10,000 words.
    of_inputs(losses=(STUCK,), shape=(32, 10_000), mean=1e-4, std=0.01),
    of_losses(use(NUMBERS, *samples(26.0, 25.0, trivial=25.0, **MET))),  # last bias at the mean
    of_losses(use(NUMBERS, *samples(225.0, 90.0, 85.0, 81.0, trivial=81.0, **NEAR))),
    of_losses(use(TWENTY, *samples(math.log(20) + 0.5, 2.0, trivial=2.9))),
    of_losses(use(TWENTY, *samples(13.0, trivial=2.9), options={"weight": "given"})),
    of_losses(use(TWENTY, *samples(96.0, trivial=2.9), options={"reduction": "sum"})),
    of_losses(use(YES_OR_NO, *samples(0.69, 0.2, trivial=0.05))),  # rare events, no prior bias
    of_losses(use(NUMBERS, *samples(1.0, 1.0, 1.0, 1.0, **SAME)), n_steps=5),
    of_losses(use(NUMBERS, *samples(1.0, 1.0, 1.0, 1.0, **SAME), input_shape=(1, 1))),
    of_losses(use(CLASSES, *samples(1.0, 1.0, 1.0, 1.0, example_spread=0.01, accuracy=0.3))),
    of_inputs(losses=(LEARNT,), low=0.0, high=0.0, std=0.0),  # a constant input, meant
]
CHECKS = sorted({check.id: check for check, _, _ in SICK}.items())


@pytest.mark.parametrize(("check", "sick", "severity"), SICK)
def test_what_is_out_of_scale_is_told(check, sick, severity):
    finding = check.judge(sick)
    assert finding is not None
    assert finding.severity == severity


@pytest.mark.parametrize("healthy", HEALTHY, ids=range(len(HEALTHY)))
def test_what_is_scaled_or_meant_is_left_alone(healthy):
    for name, check in CHECKS:
        assert check.judge(healthy) is None, name

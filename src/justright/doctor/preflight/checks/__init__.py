"""The checks of preflight, a file a check, in the order they are made."""

from justright.doctor.preflight.checks.first_loss import FIRST_LOSS
from justright.doctor.preflight.checks.init_scale import INIT_SCALE
from justright.doctor.preflight.checks.overfit import OVERFIT
from justright.doctor.preflight.checks.zero_batch import ZERO_BATCH

CHECKS = (FIRST_LOSS, INIT_SCALE, ZERO_BATCH, OVERFIT)

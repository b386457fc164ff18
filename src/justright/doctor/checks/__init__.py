"""The checks, a file a check, in the order of the table of faults."""

from justright.doctor.check import Check
from justright.doctor.checks.first_loss import FIRST_LOSS
from justright.doctor.checks.init_scale import INIT_SCALE
from justright.doctor.checks.overfit import OVERFIT
from justright.doctor.checks.zero_batch import ZERO_BATCH

CHECKS: tuple[Check, ...] = (FIRST_LOSS, OVERFIT, ZERO_BATCH, INIT_SCALE)

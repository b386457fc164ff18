"""The checks, a file a check, in the order of the table of faults."""

from justright.doctor.check import Check
from justright.doctor.checks.bounded_logits import BOUNDED_LOGITS
from justright.doctor.checks.failure_axes import ERROR_AXES
from justright.doctor.checks.failure_carried_state import ERROR_CARRIED_STATE
from justright.doctor.checks.failure_data_shape import ERROR_DATA_SHAPE
from justright.doctor.checks.failure_explained import ERROR_EXPLAINED
from justright.doctor.checks.failure_graph import ERROR_GRAPH
from justright.doctor.checks.failure_memory import ERROR_MEMORY
from justright.doctor.checks.failure_nan import ERROR_NAN
from justright.doctor.checks.failure_order import ERROR_ORDER
from justright.doctor.checks.failure_probabilities import ERROR_PROBABILITIES
from justright.doctor.checks.failure_single_row import ERROR_SINGLE_ROW
from justright.doctor.checks.failure_target import ERROR_TARGET
from justright.doctor.checks.first_loss import FIRST_LOSS
from justright.doctor.checks.init_scale import INIT_SCALE
from justright.doctor.checks.log_softmax_missing import LOG_SOFTMAX_MISSING
from justright.doctor.checks.logits_into_probability_loss import LOGITS_INTO_PROBABILITY_LOSS
from justright.doctor.checks.overfit import OVERFIT
from justright.doctor.checks.rate_loss_scale import RATE_LOSS_SCALE
from justright.doctor.checks.sigmoid_before_logits_loss import SIGMOID_BEFORE_LOGITS_LOSS
from justright.doctor.checks.softmax_before_cross_entropy import SOFTMAX_BEFORE_CROSS_ENTROPY
from justright.doctor.checks.softmax_on_one_unit import SOFTMAX_ON_ONE_UNIT
from justright.doctor.checks.softmax_over_wrong_axis import SOFTMAX_OVER_WRONG_AXIS
from justright.doctor.checks.trial_leak import TRIAL_LEAK
from justright.doctor.checks.trial_overfit import TRIAL_OVERFIT
from justright.doctor.checks.trial_rate import TRIAL_RATE
from justright.doctor.checks.trial_sum import TRIAL_SUM
from justright.doctor.checks.trial_unread_columns import TRIAL_UNREAD_COLUMNS
from justright.doctor.checks.trial_zero_inputs import TRIAL_ZERO_INPUTS
from justright.doctor.checks.zero_batch import ZERO_BATCH

CHECKS: tuple[Check, ...] = (
    SOFTMAX_BEFORE_CROSS_ENTROPY,
    SIGMOID_BEFORE_LOGITS_LOSS,
    LOGITS_INTO_PROBABILITY_LOSS,
    LOG_SOFTMAX_MISSING,
    SOFTMAX_ON_ONE_UNIT,
    SOFTMAX_OVER_WRONG_AXIS,
    BOUNDED_LOGITS,
    RATE_LOSS_SCALE,
    FIRST_LOSS,
    OVERFIT,
    TRIAL_OVERFIT,
    ZERO_BATCH,
    TRIAL_ZERO_INPUTS,
    TRIAL_UNREAD_COLUMNS,
    TRIAL_LEAK,
    TRIAL_RATE,
    INIT_SCALE,
    TRIAL_SUM,
    ERROR_PROBABILITIES,
    ERROR_TARGET,
    ERROR_NAN,
    ERROR_AXES,
    ERROR_GRAPH,
    ERROR_ORDER,
    ERROR_SINGLE_ROW,
    ERROR_DATA_SHAPE,
    ERROR_CARRIED_STATE,
    ERROR_MEMORY,
    ERROR_EXPLAINED,
)

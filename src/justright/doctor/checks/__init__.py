"""The checks, a file a check, in the order of the table of faults."""

from justright.doctor.check import Check
from justright.doctor.checks.accumulation_not_scaled import ACCUMULATION_NOT_SCALED
from justright.doctor.checks.backward_twice import BACKWARD_TWICE
from justright.doctor.checks.batch_norm_momentum import BATCH_NORM_MOMENTUM
from justright.doctor.checks.batch_norm_tiny_batch import BATCH_NORM_TINY_BATCH
from justright.doctor.checks.bias_before_norm import BIAS_BEFORE_NORM
from justright.doctor.checks.binary_loss_for_one_class import BINARY_LOSS_FOR_ONE_CLASS
from justright.doctor.checks.bounded_logits import BOUNDED_LOGITS
from justright.doctor.checks.clip_misplaced import CLIP_MISPLACED
from justright.doctor.checks.clipping_always import CLIPPING_ALWAYS
from justright.doctor.checks.collapsed_representation import COLLAPSED_REPRESENTATION
from justright.doctor.checks.constant_under_imbalance import CONSTANT_UNDER_IMBALANCE
from justright.doctor.checks.cross_entropy_on_one_unit import CROSS_ENTROPY_ON_ONE_UNIT
from justright.doctor.checks.dead_units import DEAD_UNITS
from justright.doctor.checks.decay_dominates import DECAY_DOMINATES
from justright.doctor.checks.doubled_activation import DOUBLED_ACTIVATION
from justright.doctor.checks.dropout_before_batch_norm import DROPOUT_BEFORE_BATCH_NORM
from justright.doctor.checks.dropout_on_convolution import DROPOUT_ON_CONVOLUTION
from justright.doctor.checks.dropout_on_output import DROPOUT_ON_OUTPUT
from justright.doctor.checks.dropout_too_much import DROPOUT_TOO_MUCH
from justright.doctor.checks.edited_in_place import EDITED_IN_PLACE
from justright.doctor.checks.exploding_gradient import EXPLODING_GRADIENT
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
from justright.doctor.checks.features_of_unlike_scale import FEATURES_OF_UNLIKE_SCALE
from justright.doctor.checks.few_large_batches import FEW_LARGE_BATCHES
from justright.doctor.checks.first_loss import FIRST_LOSS
from justright.doctor.checks.first_loss_off import FIRST_LOSS_OFF
from justright.doctor.checks.flipped_labels import FLIPPED_LABELS
from justright.doctor.checks.frozen_untrained import FROZEN_UNTRAINED
from justright.doctor.checks.gan_collapse import GAN_COLLAPSE
from justright.doctor.checks.gan_mixed_norm import GAN_MIXED_NORM
from justright.doctor.checks.gan_one_sided import GAN_ONE_SIDED
from justright.doctor.checks.gradient_cut import GRADIENT_CUT
from justright.doctor.checks.gradient_wiped import GRADIENT_WIPED
from justright.doctor.checks.graph_grows import GRAPH_GROWS
from justright.doctor.checks.graph_kept import GRAPH_KEPT
from justright.doctor.checks.init_scale import INIT_SCALE
from justright.doctor.checks.inputs_constant import INPUTS_CONSTANT
from justright.doctor.checks.inputs_not_scaled import INPUTS_NOT_SCALED
from justright.doctor.checks.label_coding import LABEL_CODING
from justright.doctor.checks.labels_astray import LABELS_ASTRAY
from justright.doctor.checks.linear_stack import LINEAR_STACK
from justright.doctor.checks.loading_dominates import LOADING_DOMINATES
from justright.doctor.checks.log_softmax_missing import LOG_SOFTMAX_MISSING
from justright.doctor.checks.logits_into_probability_loss import LOGITS_INTO_PROBABILITY_LOSS
from justright.doctor.checks.loss_summed import LOSS_SUMMED
from justright.doctor.checks.loss_without_graph import LOSS_WITHOUT_GRAPH
from justright.doctor.checks.nan_from_operation import NAN_FROM_OPERATION
from justright.doctor.checks.nan_in_inputs import NAN_IN_INPUTS
from justright.doctor.checks.nan_in_targets import NAN_IN_TARGETS
from justright.doctor.checks.nan_in_weights import NAN_IN_WEIGHTS
from justright.doctor.checks.negative_loss import NEGATIVE_LOSS
from justright.doctor.checks.never_shuffled import NEVER_SHUFFLED
from justright.doctor.checks.noisy_batches import NOISY_BATCHES
from justright.doctor.checks.number_loss_for_classes import NUMBER_LOSS_FOR_CLASSES
from justright.doctor.checks.output_constant import OUTPUT_CONSTANT
from justright.doctor.checks.overfit import OVERFIT
from justright.doctor.checks.overfitting import OVERFITTING
from justright.doctor.checks.padding_counted import PADDING_COUNTED
from justright.doctor.checks.parameters_outside_optimizer import PARAMETERS_OUTSIDE_OPTIMIZER
from justright.doctor.checks.prior_bias import PRIOR_BIAS
from justright.doctor.checks.rate_loss_scale import RATE_LOSS_SCALE
from justright.doctor.checks.rate_runs_out import RATE_RUNS_OUT
from justright.doctor.checks.rate_too_high import RATE_TOO_HIGH
from justright.doctor.checks.rate_too_low import RATE_TOO_LOW
from justright.doctor.checks.raw_pixels import RAW_PIXELS
from justright.doctor.checks.recurrent_carried import RECURRENT_CARRIED
from justright.doctor.checks.recurrent_unclipped import RECURRENT_UNCLIPPED
from justright.doctor.checks.rows_dropped import ROWS_DROPPED
from justright.doctor.checks.rows_in_both_sets import ROWS_IN_BOTH_SETS
from justright.doctor.checks.same_batch_again import SAME_BATCH_AGAIN
from justright.doctor.checks.saturated_units import SATURATED_UNITS
from justright.doctor.checks.scheduler_before_step import SCHEDULER_BEFORE_STEP
from justright.doctor.checks.sigmoid_before_logits_loss import SIGMOID_BEFORE_LOGITS_LOSS
from justright.doctor.checks.sigmoid_in_depth import SIGMOID_IN_DEPTH
from justright.doctor.checks.softmax_before_cross_entropy import SOFTMAX_BEFORE_CROSS_ENTROPY
from justright.doctor.checks.softmax_inside import SOFTMAX_INSIDE
from justright.doctor.checks.softmax_on_one_unit import SOFTMAX_ON_ONE_UNIT
from justright.doctor.checks.softmax_over_wrong_axis import SOFTMAX_OVER_WRONG_AXIS
from justright.doctor.checks.sorted_batches import SORTED_BATCHES
from justright.doctor.checks.source_activation import SOURCE_ACTIVATION
from justright.doctor.checks.source_axes import SOURCE_AXES
from justright.doctor.checks.source_dropout import SOURCE_DROPOUT
from justright.doctor.checks.source_images import SOURCE_IMAGES
from justright.doctor.checks.source_labels import SOURCE_LABELS
from justright.doctor.checks.source_leak import SOURCE_LEAK
from justright.doctor.checks.source_loading import SOURCE_LOADING
from justright.doctor.checks.source_memory import SOURCE_MEMORY
from justright.doctor.checks.source_modes import SOURCE_MODES
from justright.doctor.checks.source_order import SOURCE_ORDER
from justright.doctor.checks.source_series import SOURCE_SERIES
from justright.doctor.checks.source_wiring import SOURCE_WIRING
from justright.doctor.checks.step_missing import STEP_MISSING
from justright.doctor.checks.step_once_an_epoch import STEP_ONCE_AN_EPOCH
from justright.doctor.checks.symmetric_start import SYMMETRIC_START
from justright.doctor.checks.target_broadcast import TARGET_BROADCAST
from justright.doctor.checks.target_out_of_reach import TARGET_OUT_OF_REACH
from justright.doctor.checks.targets_no_distribution import TARGETS_NO_DISTRIBUTION
from justright.doctor.checks.targets_not_scaled import TARGETS_NOT_SCALED
from justright.doctor.checks.task_loss import TASK_LOSS
from justright.doctor.checks.too_few_steps import TOO_FEW_STEPS
from justright.doctor.checks.training_in_eval_mode import TRAINING_IN_EVAL_MODE
from justright.doctor.checks.trial_leak import TRIAL_LEAK
from justright.doctor.checks.trial_overfit import TRIAL_OVERFIT
from justright.doctor.checks.trial_rate import TRIAL_RATE
from justright.doctor.checks.trial_sum import TRIAL_SUM
from justright.doctor.checks.trial_unread_columns import TRIAL_UNREAD_COLUMNS
from justright.doctor.checks.trial_zero_inputs import TRIAL_ZERO_INPUTS
from justright.doctor.checks.underfitting import UNDERFITTING
from justright.doctor.checks.unused_layer import UNUSED_LAYER
from justright.doctor.checks.validation_below_training import VALIDATION_BELOW_TRAINING
from justright.doctor.checks.validation_in_training_mode import VALIDATION_IN_TRAINING_MODE
from justright.doctor.checks.validation_with_gradients import VALIDATION_WITH_GRADIENTS
from justright.doctor.checks.vanishing_gradient import VANISHING_GRADIENT
from justright.doctor.checks.weights_scale import WEIGHTS_SCALE
from justright.doctor.checks.zero_batch import ZERO_BATCH
from justright.doctor.checks.zero_grad_missing import ZERO_GRAD_MISSING

CHECKS: tuple[Check, ...] = (
    TASK_LOSS,
    SOFTMAX_BEFORE_CROSS_ENTROPY,
    SIGMOID_BEFORE_LOGITS_LOSS,
    LOGITS_INTO_PROBABILITY_LOSS,
    LOG_SOFTMAX_MISSING,
    SOFTMAX_ON_ONE_UNIT,
    SOFTMAX_OVER_WRONG_AXIS,
    BOUNDED_LOGITS,
    RATE_LOSS_SCALE,
    TARGET_BROADCAST,
    CROSS_ENTROPY_ON_ONE_UNIT,
    NUMBER_LOSS_FOR_CLASSES,
    BINARY_LOSS_FOR_ONE_CLASS,
    TARGETS_NO_DISTRIBUTION,
    LABEL_CODING,
    TARGET_OUT_OF_REACH,
    FIRST_LOSS_OFF,
    RAW_PIXELS,
    INPUTS_NOT_SCALED,
    FEATURES_OF_UNLIKE_SCALE,
    TARGETS_NOT_SCALED,
    NAN_IN_INPUTS,
    NAN_IN_TARGETS,
    NAN_IN_WEIGHTS,
    NAN_FROM_OPERATION,
    OUTPUT_CONSTANT,
    INPUTS_CONSTANT,
    FIRST_LOSS,
    OVERFIT,
    TRIAL_OVERFIT,
    ZERO_BATCH,
    TRIAL_ZERO_INPUTS,
    TRIAL_UNREAD_COLUMNS,
    TRIAL_LEAK,
    TRIAL_RATE,
    VANISHING_GRADIENT,
    EXPLODING_GRADIENT,
    DEAD_UNITS,
    SATURATED_UNITS,
    COLLAPSED_REPRESENTATION,
    INIT_SCALE,
    SYMMETRIC_START,
    WEIGHTS_SCALE,
    PRIOR_BIAS,
    LINEAR_STACK,
    DOUBLED_ACTIVATION,
    SIGMOID_IN_DEPTH,
    SOFTMAX_INSIDE,
    EDITED_IN_PLACE,
    FLIPPED_LABELS,
    GAN_ONE_SIDED,
    GAN_COLLAPSE,
    GAN_MIXED_NORM,
    RECURRENT_UNCLIPPED,
    RECURRENT_CARRIED,
    PADDING_COUNTED,
    GRAPH_KEPT,
    GRAPH_GROWS,
    LOADING_DOMINATES,
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
    SOURCE_ACTIVATION,
    SOURCE_AXES,
    SOURCE_WIRING,
    FROZEN_UNTRAINED,
    GRADIENT_CUT,
    LOSS_WITHOUT_GRAPH,
    PARAMETERS_OUTSIDE_OPTIMIZER,
    UNUSED_LAYER,
    SOURCE_ORDER,
    ACCUMULATION_NOT_SCALED,
    BACKWARD_TWICE,
    CLIP_MISPLACED,
    GRADIENT_WIPED,
    SCHEDULER_BEFORE_STEP,
    STEP_MISSING,
    STEP_ONCE_AN_EPOCH,
    ZERO_GRAD_MISSING,
    SOURCE_MODES,
    BATCH_NORM_MOMENTUM,
    TRAINING_IN_EVAL_MODE,
    VALIDATION_IN_TRAINING_MODE,
    VALIDATION_WITH_GRADIENTS,
    SOURCE_LEAK,
    SOURCE_LABELS,
    SOURCE_LOADING,
    SOURCE_DROPOUT,
    SOURCE_IMAGES,
    SOURCE_SERIES,
    SOURCE_MEMORY,
    OVERFITTING,
    RATE_TOO_HIGH,
    RATE_RUNS_OUT,
    RATE_TOO_LOW,
    TOO_FEW_STEPS,
    UNDERFITTING,
    VALIDATION_BELOW_TRAINING,
    ROWS_IN_BOTH_SETS,
    CONSTANT_UNDER_IMBALANCE,
    LABELS_ASTRAY,
    NEVER_SHUFFLED,
    SAME_BATCH_AGAIN,
    SORTED_BATCHES,
    BATCH_NORM_TINY_BATCH,
    ROWS_DROPPED,
    FEW_LARGE_BATCHES,
    NOISY_BATCHES,
    DROPOUT_TOO_MUCH,
    DROPOUT_ON_OUTPUT,
    DROPOUT_BEFORE_BATCH_NORM,
    DROPOUT_ON_CONVOLUTION,
    DECAY_DOMINATES,
    CLIPPING_ALWAYS,
    BIAS_BEFORE_NORM,
    LOSS_SUMMED,
    NEGATIVE_LOSS,
)

"""The rule book: a chapter for each lever, in the order in which they are decided."""

from justright.designer.chapter import Chapter
from justright.designer.rulebook.activation import ACTIVATION, INIT, LAST_LAYER_INIT
from justright.designer.rulebook.averaging import AVERAGING, EMA_DECAY, ENSEMBLE_SIZE
from justright.designer.rulebook.batch_size import BATCH_SIZE
from justright.designer.rulebook.clipping import CLIP, CLIP_THRESHOLD
from justright.designer.rulebook.convolution import HEAD_WIDTH, KERNEL, POOL
from justright.designer.rulebook.dropout import DROPOUT, DROPOUT_SCHEDULE, INPUT_DROPOUT
from justright.designer.rulebook.evaluation import EVALUATION, FOLDS, REPEATS, SPLIT
from justright.designer.rulebook.inputs import (
    EMBEDDING_SIZE,
    FAMILY,
    FREQUENCY_SCALE,
    NUMERIC_EMBEDDING,
    SCALER,
)
from justright.designer.rulebook.optimizer import BETA2, LEARNING_RATE, MOMENTUM, OPTIMIZER
from justright.designer.rulebook.parametrisation import (
    ACTIVATION_BLEND,
    BIAS_INIT,
    BIAS_RATE,
    BLEND_RATE,
    CATEGORY_SIZE,
    EMBEDDING_RATE,
    INPUT_SCALING,
    PARAMETRISATION,
    SCALING_RATE,
)
from justright.designer.rulebook.regularisation import (
    LABEL_SMOOTHING,
    NORMALISATION,
    WEIGHT_DECAY,
    WEIGHT_DECAY_SCHEDULE,
)
from justright.designer.rulebook.schedule import EPOCHS, PATIENCE, SCHEDULE, WARMUP_SHARE
from justright.designer.rulebook.structure import DEPTH, RESIDUAL, SHAPE, WIDTH
from justright.designer.rulebook.tabm import HEADS
from justright.designer.rulebook.target import LOSS, METRIC, OUTPUT_ACTIVATION, SAMPLING
from justright.designer.rulebook.text import TEXT, TEXT_FEATURES

#: Later chapters may read what earlier ones decided.
RULE_BOOK: tuple[Chapter, ...] = (
    EVALUATION,
    FOLDS,
    REPEATS,
    SPLIT,
    SCALER,
    TEXT,
    TEXT_FEATURES,
    SAMPLING,
    LOSS,
    OUTPUT_ACTIVATION,
    METRIC,
    FAMILY,
    NUMERIC_EMBEDDING,
    EMBEDDING_SIZE,
    FREQUENCY_SCALE,
    CATEGORY_SIZE,
    INPUT_SCALING,
    DEPTH,
    WIDTH,
    SHAPE,
    RESIDUAL,
    KERNEL,
    POOL,
    HEAD_WIDTH,
    HEADS,
    ACTIVATION,
    ACTIVATION_BLEND,
    INIT,
    BIAS_INIT,
    LAST_LAYER_INIT,
    PARAMETRISATION,
    BATCH_SIZE,
    NORMALISATION,
    DROPOUT,
    DROPOUT_SCHEDULE,
    INPUT_DROPOUT,
    OPTIMIZER,
    WEIGHT_DECAY,
    WEIGHT_DECAY_SCHEDULE,
    LABEL_SMOOTHING,
    LEARNING_RATE,
    BIAS_RATE,
    EMBEDDING_RATE,
    SCALING_RATE,
    BLEND_RATE,
    MOMENTUM,
    BETA2,
    EPOCHS,
    SCHEDULE,
    WARMUP_SHARE,
    CLIP,
    CLIP_THRESHOLD,
    PATIENCE,
    AVERAGING,
    EMA_DECAY,
    ENSEMBLE_SIZE,
)

"""Nothing of the guides is lost: each of their rows, and the rules that stand for it.

Rows are named after the lever and the condition under which the guides and the newer evidence speak
of it. A row without rules says what does its work instead, or why no table can meet it.
"""

import pytest

from justright.designer.named import named_design
from justright.designer.rulebook import RULE_BOOK
from justright.designer.workflow import WORKFLOW

RULES = {rule.id: rule for chapter in RULE_BOOK for rule in chapter.rules}

STRUCTURE = {
    "family: table": ["family-90", "numeric_embedding-90", "residual-10"],
    "family: image": ["family-10"],
    "depth: start at 1 to 5, grow until it over-fits, layers before width": ["depth-92"],
    "width: start at 1 to 100, tied to the input": ["width-92"],
    "width: the same throughout, or a larger first layer": ["shape-90", "shape-92"],
    "capacity: over-fit first, then regularise": ["width-30"],
    "capacity: far too large, sized down by dropout and early stopping": ["width-94", "dropout-94"],
    "capacity: larger networks want stronger regularisation": ["dropout-92", "dropout-94"],
    "first layers: proportional to the input; convolutions first": ["width-92", "family-10"],
    "filters: diminishing returns": ["width-04"],
}

ACTIVATION_AND_REGULARISATION = {
    "activation: the classic order of quality": [
        "activation-97", "activation-96", "activation-95", "activation-94", "activation-93",
        "activation-10", "activation-98", "activation-90",
    ],
    "activation: over-fitting": ["activation-91"],
    "activation: latency": ["activation-94"],
    "activation: very large training set": ["activation-92"],
    "activation: no self-normalising": ["activation-93"],
    "activation: plain deep dense stack": ["activation-10"],
    "init: ReLU and its kin": ["init-90", "init-92"],
    "init: SELU, ELU": ["init-10"],
    "init: softmax, logistic, tanh": ["init-20", "last_layer_init-92"],
    "init: GELU, SiLU": ["init-90"],
    "init: last layer": ["last_layer_init-90"],
    "batch norm: deep, not SELU, batch of 16 or more": [
        "normalisation-10", "normalisation-30", "normalisation-90", "normalisation-92",
    ],
    "dropout: over-fitting dense layers": ["dropout-92", "dropout-30"],
    "dropout: not on convolutions": ["dropout-25"],
    "dropout: with SELU": ["dropout-40"],
    "dropout: with batch norm": ["dropout-20"],
    "weight decay: always tried": ["weight_decay-10", "weight_decay-20", "weight_decay-90"],
    "clipping: by norm, by value": ["clip-10", "clip-20", "clip-30", "clip-92"],
    "clipping: threshold from the observed norms": ["clip_threshold-90"],
    "early stopping: many epochs, patience": ["epochs-92", "patience-92", "patience-90"],
}  # fmt: skip

OPTIMISATION = {
    "learning rate: range test, half the diverging rate": ["learning_rate-92"],
    "batch size: start at 2 to 32 and grow": ["batch_size-92", "batch_size-10"],
    "batch size: large where parallelism pays": ["batch_size-50", "batch_size-90"],
    "epochs: large, with early stopping": ["epochs-92"],
    "momentum: 0.9, towards 0.999 the larger; Nesterov on": ["momentum-92", "optimizer-92"],
    "optimizer: SGD when quality counts; well tuned for ConvNets": ["optimizer-92", "optimizer-10"],
    "optimizer: Adam, Nadam forgiving": ["optimizer-94", "optimizer-95"],
    "optimizer: RMSProp, Adamax": ["optimizer-96", "optimizer-97"],
    "optimizer: AdamW with decay": ["optimizer-90"],
    "schedule: constant until the other levers are set": ["schedule-96"],
    "schedule: exponential, step": ["schedule-94", "schedule-95"],
    "schedule: plateau": ["schedule-10"],
    "schedule: one cycle, momentum opposite": ["schedule-93", "warmup_share-20"],
    "schedule: cosine": ["schedule-92"],
    "averaging: SWA, or the last weights": ["averaging-92", "averaging-94"],
}

NEWER = {
    "uneven classes: sampling, class weights, focal loss": ["sampling-92", "loss-94", "loss-96"],
    "depth: 3, or 2 with embeddings; deeper with residuals": [
        "depth-90", "depth-30", "residual-10",
    ],
    "short memory of squares, as Adam had it": ["beta2-92"],
    "raw standardised numbers": ["numeric_embedding-92"],
    "dropout on inputs": ["input_dropout-92"],
    "width: 32 to 128 under 1,000 rows": ["width-10", "width-20", "width-30"],
    "width: 256 to 512": ["width-90", "width-40"],
    "numeric embeddings by default": ["numeric_embedding-90", "numeric_embedding-40"],
    "numeric embeddings: small frequencies": ["frequency_scale-90"],
    "robust scale with smooth clip; standard, quantile": ["scaler-90", "scaler-92", "scaler-10"],
    "SiLU, Mish, GELU; ReLU for speed; SELU under its conditions": [
        "activation-90", "activation-99", "activation-98", "activation-20", "activation-10",
    ],
    "dropout: none, or 0.05 to 0.5, more with rows": ["dropout-30", "dropout-50", "dropout-90"],
    "batch norm off for four dense layers, on for ConvNets": [
        "normalisation-20", "normalisation-14",
    ],
    "clip by percentile": ["clip_threshold-90", "clip-90"],
    "population sweep of rates; the ramp a bound": ["learning_rate-90", "learning_rate-92"],
    "momentum kept, short memory of squares": ["momentum-90", "beta2-10", "beta2-90"],
    "AdamW or Nadam, with EMA": ["optimizer-90", "optimizer-95", "averaging-90"],
    "linear or cosine to zero with warm-up": ["schedule-90", "schedule-92", "warmup_share-10"],
    "one cycle beside it, plateau for an unknown end": ["schedule-93", "schedule-10"],
    "EMA for each member, last-k for the final": ["averaging-90", "averaging-93", "ema_decay-90"],
    "the best epoch of a full schedule": ["patience-10"],
    "batches for throughput by rows": [
        "batch_size-20", "batch_size-30", "batch_size-40", "batch_size-50",
    ],
    "an ensemble by default": ["ensemble_size-90", "ensemble_size-30", "ensemble_size-92"],
    "label smoothing off for ranking and log-loss": ["label_smoothing-10", "label_smoothing-90"],
    "data-driven init": ["init-93"],
    "RealMLP: what is learned besides weights": [
        "input_scaling-92", "scaling_rate-10", "activation_blend-92", "blend_rate-10",
        "category_size-92",
    ],
    "RealMLP: weights N(0,1) with 1/√fan-in forward, slow biases": [
        "parametrisation-92", "bias_rate-10", "embedding_rate-10", "bias_init-92",
        "learning_rate-12", "learning_rate-14",
    ],
    "RealMLP: cosine cycles; dropout and decay held, then decayed": [
        "schedule-97", "dropout_schedule-92", "weight_decay_schedule-92",
    ],
}  # fmt: skip

#: Rows that no rule chooses: what does their work, or why they are not here.
NOT_RULES = {
    "input neurons: one per encoded feature": "the encoder's layout sets them; nothing to choose",
    "dropout: never on the output layer": "networks are built so; nothing to choose",
    "dropout: 0.5 on a CNN's dense head": "dropout has one rate for all layers of a network",
    "early stopping: best weights restored": "every training keeps its best weights",
    "learning rate: again whenever a lever changes": "every fit sweeps its own design's rate",
    "gradient noise scale": "a measurement of a training, not a choice before it",
    "batch-norm statistics recomputed after averaging": "averaging does it; nothing to choose",
    "epoch of a classifier by log-loss after scaling": "validation does it; nothing to choose",
    "Muon, schedule-free AdamW": "the trainer has no such optimizers yet",
    "differences below the noise": "comparisons of a population say so; nothing to choose",
    "search from the book's priors": "no lever of one network; for the search to do",
    "EfficientNet scaling": "images only: no table meets it",
    "pretrained backbone, detector": "images only: no table meets it",
    "recurrent networks: shape, order, clipping": "sequences only: no table meets them",
    "text: pretrained embeddings and a small head": "no table without a text column meets it",
    "decisions: Q-network, Rainbow": "an environment, not a table",
    "generator and discriminator": "samples without a target, not a table",
}

EVALUATION = {
    "plenty of rows: hold-out": ["evaluation-10"],
    "few rows: K-fold, 10 under 1,000 rows": ["evaluation-90", "folds-30", "folds-90"],
    "highest accuracy asked for: iterated K-fold": ["repeats-92"],
    "time, groups": ["evaluation-05", "split-10", "split-20"],
}

ROWS = EVALUATION | STRUCTURE | ACTIVATION_AND_REGULARISATION | OPTIMISATION | NEWER


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_in_the_book(row):
    assert ROWS[row] and set(ROWS[row]) <= set(RULES)


def test_a_row_is_either_a_rule_or_not():
    sections = (
        EVALUATION,
        STRUCTURE,
        ACTIVATION_AND_REGULARISATION,
        OPTIMISATION,
        NEWER,
        NOT_RULES,
    )
    assert sum(map(len, sections)) == len(ROWS | NOT_RULES)
    assert all(len(reason) > 20 for reason in NOT_RULES.values())


#: Levers whose rows stand in other parts of the guides: the task, and convolutions.
OUTSIDE = ("loss", "metric", "output_activation", "kernel", "pool", "head_width")


def test_every_classic_rule_stands_for_a_row():
    of_rows = {rule for rules in ROWS.values() for rule in rules}
    classic = {rule.id for rule in RULES.values() if rule.amended_by}
    assert {each for each in classic - of_rows if not each.startswith(OUTSIDE)} == set()


def test_the_published_recipes_are_named_designs():
    assert {each.lever for each in named_design("realmlp").settings} >= {
        "scaler", "depth", "width", "embedding_size", "activation", "beta2", "epochs",
        "batch_size", "dropout", "weight_decay", "label_smoothing", "averaging",
    }  # fmt: skip
    assert named_design("tabm").settings


def test_the_order_of_work_has_its_twelve_steps():
    named = " ".join(step.name for step in WORKFLOW)
    words = "problem merit evaluation data configuration scale rate levers schedule averaging test"
    assert [word for word in (*words.split(), "logbook") if word not in named] == []
    assert len(WORKFLOW) == 12

"""What holds the network back: normalisation, dropout, weight decay, label smoothing."""

from justright.designer.chapter import Chapter
from justright.designer.facts import CLASSES, CONV, IMAGES, ROWS, TABM, decided_number, decided_word
from justright.designer.rule import Case, Rule, fixed, formula, otherwise
from justright.designer.rulebook.structure import DEEP

_DEPTH = decided_number("depth")
_SELU = decided_word("activation").is_("selu")


def _by_width(case: Case) -> float:
    """More for larger layers, 0.1 to 0.5."""
    return min(0.5, max(0.1, int(case.decided["width"]) / 1024))


NORMALISATION = Chapter(
    lever="normalisation",
    rules=(
        Rule(
            id="normalisation-10",
            when=_SELU,
            choose=fixed("none"),
            reason="SELU normalises itself; a second hand undoes it",
            source="klambauer2017, shukla2019",
        ),
        Rule(
            id="normalisation-12",
            when=CONV & decided_number("batch_size").below(16),
            choose=fixed("none"),
            reason="the spread of so few images is noise",
            source="ioffe2015, convention",
        ),
        Rule(
            id="normalisation-14",
            when=CONV,
            choose=fixed("batch"),
            reason="each channel keeps its spread over all images and places, and takes a larger "
            "learning rate",
            source="ioffe2015, he2016",
        ),
        Rule(
            id="normalisation-16",
            when=TABM,
            choose=fixed("none"),
            reason="the published networks do without, and their submodels share a body as it is",
            source="gorishniy2024",
        ),
        Rule(
            id="normalisation-20",
            when=~_DEPTH.above(DEEP),
            choose=fixed("none"),
            reason="a shallow dense network does not need it, and the best ones on tables do "
            "without",
            source="tabm46, holzmuller2024",
        ),
        Rule(
            id="normalisation-30",
            when=decided_number("batch_size").below(16),
            choose=fixed("layer"),
            reason="the mean of so few rows is noise; layer norm looks at one row only",
            source="ba2016",
        ),
        Rule(
            id="normalisation-90",
            when=otherwise,
            choose=fixed("batch"),
            reason="a deep stack keeps its spread and takes a larger learning rate",
            source="ioffe2015, gorishniy2021, shukla2019",
        ),
        Rule(
            id="normalisation-92",
            when=_DEPTH.at_least(1) & ~_SELU,
            choose=fixed("batch"),
            reason="allows a larger learning rate, makes dropout less needed",
            source="ioffe2015, shukla2019",
            amended_by="normalisation-20",
        ),
    ),
)

_NORM = decided_word("normalisation")

DROPOUT = Chapter(
    lever="dropout",
    rules=(
        Rule(
            id="dropout-10",
            when=_DEPTH.below(1),
            choose=fixed(0.0),
            reason="there is no hidden layer to drop from",
            source="convention",
        ),
        Rule(
            id="dropout-20",
            when=_NORM.is_("batch"),
            choose=fixed(0.0),
            reason="dropout before a batch norm shifts the spread that it learned: CIFAR-100 fell "
            "from 77.4 % to 68.6 %",
            source="li2018",
        ),
        Rule(
            id="dropout-25",
            when=CONV,
            choose=fixed(0.0),
            reason="on convolutions the neighbours of a dropped value still tell it",
            source="tompson2014",
        ),
        Rule(
            id="dropout-27",
            when=TABM,
            choose=fixed(0.1),
            reason="the published default; submodels that drop different neurons differ more",
            source="gorishniy2024",
        ),
        Rule(
            id="dropout-30",
            when=ROWS.below(3_000),
            choose=fixed(0.0),
            reason="on small tables stopping early and averaging networks hold it back already; "
            "40 % of tuned networks use none",
            source="tabm46, convention",
        ),
        Rule(
            id="dropout-40",
            when=_SELU,
            choose=fixed(0.05),
            reason="alpha dropout, which keeps the mean and spread of SELU; little is enough",
            source="klambauer2017",
        ),
        Rule(
            id="dropout-50",
            when=ROWS.below(10_000),
            choose=fixed(0.1),
            reason="a little: more rows take more dropout",
            source="tabm46, holzmuller2024",
        ),
        Rule(
            id="dropout-90",
            when=otherwise,
            choose=fixed(0.15),
            reason="used in 60 % of tuned runs, more with more rows",
            source="tabm46, holzmuller2024",
        ),
        Rule(
            id="dropout-92",
            when=_DEPTH.at_least(1),
            choose=formula("0.1 to 0.5, width / 1024", _by_width),
            reason="0.1 to 0.5 on dense layers, more for larger ones",
            source="srivastava2014, shukla2019, takhirov2018",
            amended_by="dropout-90",
        ),
        Rule(
            id="dropout-94",
            when=_DEPTH.at_least(1) & decided_number("width").at_least(1024),
            choose=fixed(0.5),
            reason="a network made far too large on purpose wants the strongest regularisation",
            source="srivastava2014, takhirov2018",
            amended_by="dropout-90",
        ),
    ),
)

DROPOUT_SCHEDULE = Chapter(
    lever="dropout_schedule",
    rules=(
        Rule(
            id="dropout_schedule-90",
            when=otherwise,
            choose=fixed("constant"),
            reason="the share that was tuned is one that stays",
            source="srivastava2014",
        ),
        Rule(
            id="dropout_schedule-92",
            when=otherwise,
            choose=fixed("flat_cosine"),
            reason="the last steps fit the network that predicts, which drops nothing",
            source="holzmuller2024",
            amended_by="dropout_schedule-90",
        ),
    ),
)

INPUT_DROPOUT = Chapter(
    lever="input_dropout",
    rules=(
        Rule(
            id="input_dropout-10",
            when=IMAGES,
            choose=fixed(0.0),
            reason="the neighbours of a dropped pixel still tell it",
            source="tompson2014",
        ),
        Rule(
            id="input_dropout-90",
            when=otherwise,
            choose=fixed(0.0),
            reason="a column of a table is rarely told by its neighbours, so dropping it loses it",
            source="convention",
        ),
        Rule(
            id="input_dropout-92",
            when=otherwise,
            choose=fixed(0.2),
            reason="keeps the network from leaning on one input",
            source="srivastava2014",
            amended_by="input_dropout-90",
        ),
    ),
)

WEIGHT_DECAY = Chapter(
    lever="weight_decay",
    rules=(
        Rule(
            id="weight_decay-10",
            when=~decided_word("optimizer").is_("adamw", "nadam"),
            choose=fixed(1e-4),
            reason="it enters the gradient here and is not decoupled, so it must be small",
            source="loshchilov2017, convention",
        ),
        Rule(
            id="weight_decay-20",
            when=ROWS.below(3_000),
            choose=fixed(0.05),
            reason="few rows take a stronger pull towards zero, and few steps feel it less",
            source="loshchilov2017, convention",
        ),
        Rule(
            id="weight_decay-90",
            when=otherwise,
            choose=fixed(0.02),
            reason="decoupled from the gradient, so one value serves many rates",
            source="holzmuller2024, loshchilov2017",
        ),
    ),
)

WEIGHT_DECAY_SCHEDULE = Chapter(
    lever="weight_decay_schedule",
    rules=(
        Rule(
            id="weight_decay_schedule-90",
            when=otherwise,
            choose=fixed("constant"),
            reason="a decoupled pull falls with the learning rate anyway",
            source="loshchilov2017",
        ),
        Rule(
            id="weight_decay_schedule-92",
            when=otherwise,
            choose=fixed("flat_cosine"),
            reason="a rate that comes back in cycles would pull as hard at the end as before",
            source="holzmuller2024",
            amended_by="weight_decay_schedule-90",
        ),
    ),
)

LABEL_SMOOTHING = Chapter(
    lever="label_smoothing",
    rules=(
        Rule(
            id="label_smoothing-10",
            when=CLASSES
            & decided_word("metric").is_("accuracy", "balanced_accuracy")
            & ROWS.at_least(1_000),
            choose=fixed(0.1),
            reason="keeps classes from being pushed apart for ever, which helps the share that is "
            "right",
            source="szegedy2015, holzmuller2024",
        ),
        Rule(
            id="label_smoothing-90",
            when=otherwise,
            choose=fixed(0.0),
            reason="it bends probabilities, which ranking and log-loss pay for; numbers have no "
            "labels",
            source="holzmuller2024",
        ),
    ),
)

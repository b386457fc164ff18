"""What holds the network back: normalisation, weight decay, label smoothing."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Near, Range, Words, ZeroOr
from justright.designer.facts import (
    CLASSES,
    CONV,
    ONE_CLASS,
    ROWS,
    TABM,
    decided_number,
    decided_word,
)
from justright.designer.prior import Likely, drawn
from justright.designer.rule import Rule, fixed, otherwise
from justright.designer.rulebook.structure import DEEP

_DEPTH = decided_number("depth")
_SELU = decided_word("activation").is_("selu")


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
    prior=drawn(
        Likely(
            when=_SELU | TABM,
            draw=Words((("none", 1),)),
            reason="SELU normalises itself, and TabM's submodels do without",
            source="klambauer2017, gorishniy2024",
        ),
        Likely(
            when=CONV & decided_number("batch_size").at_least(16),
            draw=Words(
                (
                    ("batch", 85),
                    ("none", 15),
                )
            ),
            reason="each channel keeps its spread",
            source="ioffe2015, he2016",
        ),
        Likely(
            when=CONV,
            draw=Words((("none", 1),)),
            reason="the spread of so few images is noise",
            source="ioffe2015",
        ),
        Likely(
            when=_DEPTH.above(DEEP),
            draw=Words(
                (
                    ("none", 3),
                    ("batch", 4),
                    ("layer", 3),
                )
            ),
            reason="a deep stack keeps its spread by it",
            source="ioffe2015, ba2016, gorishniy2021",
        ),
        Likely(
            when=_DEPTH.at_least(1),
            draw=Words(
                (
                    ("none", 7),
                    ("batch", 1.5),
                    ("layer", 1.5),
                )
            ),
            reason="the best shallow networks on tables do without",
            source="tabm46, holzmuller2024",
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
    prior=drawn(
        Likely(
            when=decided_word("optimizer").is_("adamw", "nadam"),
            draw=Near(factor=4, low=1e-6, high=0.1),
            reason="always worth a search on a log scale; decoupled from the gradient",
            source="loshchilov2017, google2023",
        ),
        Likely(
            when=otherwise,
            draw=Near(factor=4, low=1e-6, high=0.01),
            reason="it enters the gradient here and must be small",
            source="loshchilov2017, google2023",
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
    prior=drawn(
        Likely(
            when=decided_number("weight_decay").above(0),
            draw=Words(
                (
                    ("constant", 7),
                    ("flat_cosine", 3),
                )
            ),
            reason="a decay that falls with the rate falls anyway; fading is part of RealMLP's "
            "recipe",
            source="loshchilov2017, holzmuller2024",
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
    prior=drawn(
        Likely(
            when=ONE_CLASS
            & ~decided_word("metric").is_("roc_auc", "average_precision", "log_loss"),
            draw=ZeroOr(0.5, Range(0.02, 0.1)),
            reason="helps the share that is right; ranking and log-loss pay for it",
            source="szegedy2015, holzmuller2024",
        ),
    ),
)

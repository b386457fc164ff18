"""What is left out of a step: hidden neurons, inputs."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Range, Words, ZeroOr
from justright.designer.facts import CONV, IMAGES, ROWS, TABM, decided_number, decided_word
from justright.designer.prior import Likely, drawn
from justright.designer.rule import Case, Rule, fixed, formula, otherwise

_DEPTH = decided_number("depth")
_SELU = decided_word("activation").is_("selu")
_NORM = decided_word("normalisation")


def _by_width(case: Case) -> float:
    """More for larger layers, 0.1 to 0.5."""
    return min(0.5, max(0.1, int(case.decided["width"]) / 1024))


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
    prior=drawn(
        Likely(
            when=_DEPTH.below(1) | _NORM.is_("batch") | CONV,
            draw=Words(((0.0, 1),)),
            reason="not before a batch norm, not on convolutions, and not without a hidden layer",
            source="li2018, tompson2014",
        ),
        Likely(
            when=TABM,
            draw=ZeroOr(0.3, Range(0.05, 0.3)),
            reason="about the published default, 0.1",
            source="gorishniy2024",
        ),
        Likely(
            when=_SELU,
            draw=ZeroOr(0.5, Range(0.05, 0.1)),
            reason="alpha dropout is strong: 0.05 and 0.1 are the published values",
            source="klambauer2017",
        ),
        Likely(
            when=ROWS.below(3_000),
            draw=ZeroOr(0.75, Range(0.05, 0.5)),
            reason="off on most small tables; 40 % of tuned networks use none",
            source="tabm46, convention",
        ),
        Likely(
            when=otherwise,
            draw=ZeroOr(0.4, Range(0.05, 0.5)),
            reason="60 % of tuned networks use it, with a median of 0.23",
            source="tabm46",
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
    prior=drawn(
        Likely(
            when=decided_number("dropout").above(0),
            draw=Words(
                (
                    ("constant", 6),
                    ("flat_cosine", 4),
                )
            ),
            reason="fading dropout is part of RealMLP's recipe; held, it is the rule",
            source="holzmuller2024, srivastava2014",
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
    prior=drawn(
        Likely(
            when=~IMAGES,
            draw=ZeroOr(0.85, Range(0.05, 0.2)),
            reason="a column is seldom told by its neighbours, so a little and rarely",
            source="srivastava2014, convention",
        ),
    ),
)

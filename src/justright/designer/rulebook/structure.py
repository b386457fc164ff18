"""The shape of the network: depth, width, funnel, residual connections."""

from math import log2

from justright.designer.chapter import Chapter
from justright.designer.facts import BUDGET, CONV, ROWS, SIDE, TABM, decided_number, decided_word
from justright.designer.rule import Case, Rule, fixed, formula, otherwise

#: Hidden layers that train well without a path around them. Convention.
DEEP = 4


def _inputs_to_100(case: Case) -> int:
    """One neuron per encoded input, 8 to 100."""
    return max(8, min(100, case.profile.n_inputs))


def _halvings(case: Case) -> int:
    """One convolution layer for each halving of the shorter side, 2 to 5."""
    side = min(case.profile.height, case.profile.width)
    return max(2, min(5, int(log2(max(side, 1))) - 1))


DEPTH = Chapter(
    lever="depth",
    rules=(
        Rule(
            id="depth-05",
            when=CONV,
            choose=formula(
                "one for each halving of the shorter side to 2 or 3 pixels, 2 to 5", _halvings
            ),
            reason="each layer sees twice as far as the one before, and the last one the whole "
            "image",
            source="simonyan2014, lecun1998b",
        ),
        Rule(
            id="depth-10",
            when=ROWS.below(200),
            choose=fixed(1),
            reason="so few rows cannot tell what a second layer should do",
            source="shukla2019, convention",
        ),
        Rule(
            id="depth-20",
            when=ROWS.below(1_000),
            choose=fixed(2),
            reason="few rows carry few interactions; one layer less leaves less to over-fit",
            source="shukla2019, convention",
        ),
        Rule(
            id="depth-30",
            when=~decided_word("numeric_embedding").is_("none"),
            choose=fixed(2),
            reason="embeddings do the work of a first layer: tuned networks with them have 1 to 3 "
            "hidden layers",
            source="tabm46, gorishniy2022",
        ),
        Rule(
            id="depth-90",
            when=otherwise,
            choose=fixed(3),
            reason="the middle half of tuned plain networks has 2 to 5 hidden layers",
            source="tabm46",
        ),
        Rule(
            id="depth-92",
            when=otherwise,
            choose=fixed(1),
            reason="start at one of 1 to 5 hidden layers and add until it over-fits; layers "
            "before neurons",
            source="shukla2019, takhirov2018, chauhan",
            amended_by="depth-90",
        ),
    ),
)

WIDTH = Chapter(
    lever="width",
    rules=(
        Rule(
            id="width-02",
            when=CONV & (SIDE.below(16) | BUDGET.at_least(600)),
            choose=fixed(32),
            reason="small images, or much time, afford the usual first layer of 32 channels",
            source="chollet2017, convention",
        ),
        Rule(
            id="width-04",
            when=CONV,
            choose=fixed(16),
            reason="half the channels are a quarter of the work; more of them have diminishing "
            "returns",
            source="tan2019, convention",
        ),
        Rule(
            id="width-10",
            when=ROWS.below(200),
            choose=fixed(32),
            reason="more weights than that have nothing to be learned from",
            source="shukla2019, convention",
        ),
        Rule(
            id="width-20",
            when=ROWS.below(1_000),
            choose=fixed(64),
            reason="under 1,000 rows a wider layer costs time and gains nothing on average",
            source="shukla2019, convention",
        ),
        Rule(
            id="width-30",
            when=ROWS.below(3_000),
            choose=fixed(128),
            reason="wide enough to over-fit a table of this size, which early stopping undoes",
            source="karpathy2019, convention",
        ),
        Rule(
            id="width-40",
            when=ROWS.at_least(30_000) & BUDGET.at_least(600),
            choose=fixed(512),
            reason="rows and time for the median of tuned widths, about 580",
            source="tabm46",
        ),
        Rule(
            id="width-90",
            when=otherwise,
            choose=fixed(256),
            reason="half the median of tuned widths at a quarter of the time",
            source="tabm46, holzmuller2024",
        ),
        Rule(
            id="width-92",
            when=otherwise,
            choose=formula("one per input, 8 to 100", _inputs_to_100),
            reason="1 to 100 neurons, tied to the size of the input; tuned networks stayed under "
            "100 on 2 of 46 tables only",
            source="shukla2019, takhirov2018, chauhan",
            amended_by="width-90",
        ),
        Rule(
            id="width-94",
            when=otherwise,
            choose=fixed(1024),
            reason="start far too large, and let dropout and early stopping size it down: the "
            "other way to the right capacity",
            source="takhirov2018, srivastava2014",
            amended_by="width-90",
        ),
    ),
)

SHAPE = Chapter(
    lever="shape",
    rules=(
        Rule(
            id="shape-10",
            when=CONV,
            choose=fixed("double"),
            reason="a quarter of the pixels and twice the channels: each layer costs the same, and "
            "later ones tell more patterns apart",
            source="simonyan2014, he2016",
        ),
        Rule(
            id="shape-90",
            when=otherwise,
            choose=fixed("same"),
            reason="one width to choose instead of several, and as good",
            source="shukla2019, gorishniy2021",
        ),
        Rule(
            id="shape-92",
            when=otherwise,
            choose=fixed("funnel"),
            reason="a large first layer takes in the input, narrower ones sum it up",
            source="shukla2019, takhirov2018",
            amended_by="shape-90",
        ),
    ),
)

RESIDUAL = Chapter(
    lever="residual",
    rules=(
        Rule(
            id="residual-05",
            when=CONV,
            choose=fixed(False),
            reason="so few layers pass gradients on without help, and where channels double there "
            "is no equal to add",
            source="he2016, simonyan2014",
        ),
        Rule(
            id="residual-07",
            when=TABM,
            choose=fixed(False),
            reason="the published networks are plain stacks of layers",
            source="gorishniy2024",
        ),
        Rule(
            id="residual-10",
            when=decided_number("depth").above(DEEP),
            choose=fixed(True),
            reason="the gradient reaches the first layers by the path around the others",
            source="he2016, gorishniy2021",
        ),
        Rule(
            id="residual-90",
            when=otherwise,
            choose=fixed(False),
            reason="gradients pass through so few layers without help",
            source="gorishniy2021, convention",
        ),
    ),
)

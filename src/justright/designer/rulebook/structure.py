"""The shape of the network: depth, width, funnel, residual connections."""

from math import log2

from justright.designer.chapter import Chapter
from justright.designer.draw import Range, Words
from justright.designer.facts import BUDGET, CONV, ROWS, SIDE, TABM, decided_number, decided_word
from justright.designer.prior import Likely, drawn
from justright.designer.rule import Case, Rule, fixed, formula, otherwise

#: Hidden layers that train well without a path around them. Convention.
DEEP = 4

_LAYERS = decided_number("depth")
_DENSE = ~CONV & ~TABM
_EMBEDDED = ~decided_word("numeric_embedding").is_("none")


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
    prior=drawn(
        Likely(
            when=~CONV & ROWS.below(200),
            draw=Words(
                (
                    (1, 6),
                    (2, 4),
                )
            ),
            reason="so few rows seldom tell what more layers should do",
            source="shukla2019, convention",
        ),
        Likely(
            when=~CONV & ROWS.below(1_000),
            draw=Words(
                (
                    (1, 25),
                    (2, 45),
                    (3, 30),
                )
            ),
            reason="few rows carry few interactions",
            source="shukla2019, convention",
        ),
        Likely(
            when=~CONV & _EMBEDDED & ROWS.at_least(100_000),
            draw=Words(
                (
                    (1, 4),
                    (2, 4.5),
                    (3, 1.5),
                )
            ),
            reason="tuned networks with embeddings have 1 to 3 hidden layers, fewer with more rows",
            source="tabm46",
        ),
        Likely(
            when=~CONV & _EMBEDDED,
            draw=Words(
                (
                    (1, 25),
                    (2, 45),
                    (3, 30),
                )
            ),
            reason="tuned networks with embeddings have 1 to 3 hidden layers",
            source="tabm46, gorishniy2022",
        ),
        Likely(
            when=~CONV & ROWS.at_least(100_000),
            draw=Words(
                (
                    (1, 1),
                    (2, 3.5),
                    (3, 4),
                    (4, 1.5),
                )
            ),
            reason="tuned depth falls with rows",
            source="tabm46",
        ),
        Likely(
            when=~CONV,
            draw=Words(
                (
                    (1, 5),
                    (2, 25),
                    (3, 35),
                    (4, 20),
                    (5, 15),
                )
            ),
            reason="the middle half of tuned plain networks has 2 to 5 hidden layers",
            source="tabm46",
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
    prior=drawn(
        Likely(
            when=CONV,
            draw=Words(
                (
                    (8, 15),
                    (16, 40),
                    (32, 35),
                    (64, 10),
                )
            ),
            reason="more channels have diminishing returns, and each doubling costs fourfold",
            source="takhirov2018, tan2019",
        ),
        Likely(
            when=ROWS.below(1_000),
            draw=Range(32, 128, "log", multiple=8),
            reason="under 1,000 rows wider layers gain nothing on average",
            source="shukla2019, convention",
        ),
        Likely(
            when=ROWS.below(3_000),
            draw=Range(64, 256, "log", multiple=16),
            reason="between the widths that suffice for few rows and those of tuned networks",
            source="convention",
        ),
        Likely(
            when=otherwise,
            draw=Range(128, 512, "log", multiple=32),
            reason="tuned widths have their median near 580 whatever the rows; half of that "
            "costs a quarter",
            source="tabm46",
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
    prior=drawn(
        Likely(
            when=~CONV,
            draw=Words(
                (
                    ("same", 8),
                    ("funnel", 2),
                )
            ),
            reason="one width is as good on average; a funnel saves weights where the input is "
            "wide",
            source="shukla2019, gorishniy2021",
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
    prior=drawn(
        Likely(
            when=_DENSE & _LAYERS.above(DEEP),
            draw=Words(
                (
                    (False, 2),
                    (True, 8),
                )
            ),
            reason="deeper stacks are better with a path around each layer; SELU may do without",
            source="he2016, gorishniy2021, klambauer2017",
        ),
        Likely(
            when=_DENSE & _LAYERS.at_least(2),
            draw=Words(
                (
                    (False, 85),
                    (True, 15),
                )
            ),
            reason="few layers pass gradients on without help",
            source="gorishniy2021, convention",
        ),
    ),
)

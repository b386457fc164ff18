"""Activation, and the first weights that go with it."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Words
from justright.designer.facts import BUDGET, CONV, ROWS, TABM, decided_number, decided_word
from justright.designer.prior import Likely, drawn, follows, stays
from justright.designer.rule import Rule, fixed, otherwise
from justright.designer.rulebook.structure import DEEP

ACTIVATION = Chapter(
    lever="activation",
    rules=(
        Rule(
            id="activation-05",
            when=CONV,
            choose=fixed("relu"),
            reason="one comparison for each of very many values; with batch norm before it half of "
            "them pass",
            source="he2015, ioffe2015",
        ),
        Rule(
            id="activation-07",
            when=TABM,
            choose=fixed("relu"),
            reason="what the published networks have; the mean of many submodels is smooth without "
            "a smooth bend",
            source="gorishniy2024",
        ),
        Rule(
            id="activation-10",
            when=decided_number("depth").above(DEEP) & decided_word("residual").is_(False),
            choose=fixed("selu"),
            reason="a plain deep stack needs an activation that keeps its own mean and spread; "
            "elsewhere it beats a plain network on about 40 % of tables only",
            source="klambauer2017, shukla2019, talent300",
        ),
        Rule(
            id="activation-20",
            when=ROWS.at_least(30_000) & BUDGET.below(20),
            choose=fixed("relu"),
            reason="the cheapest to compute, and time is what is short here",
            source="shukla2019, takhirov2018",
        ),
        Rule(
            id="activation-90",
            when=otherwise,
            choose=fixed("silu"),
            reason="smooth, passes gradients below zero too; SiLU, Mish and GELU are alike and "
            "a little ahead of ReLU",
            source="holzmuller2024",
        ),
        Rule(
            id="activation-91",
            when=ROWS.below(1_000),
            choose=fixed("rrelu"),
            reason="its random slope acts against over-fitting",
            source="xu2015, takhirov2018",
            amended_by="activation-90",
        ),
        Rule(
            id="activation-92",
            when=ROWS.at_least(1_000_000),
            choose=fixed("prelu"),
            reason="a very large training set can teach the slope below zero",
            source="he2015, takhirov2018",
            amended_by="activation-90",
        ),
        Rule(
            id="activation-93",
            when=otherwise,
            choose=fixed("elu"),
            reason="for a network that does not normalise itself; mean outputs nearer to zero",
            source="clevert2015, takhirov2018",
            amended_by="activation-90",
        ),
        Rule(
            id="activation-94",
            when=otherwise,
            choose=fixed("leaky_relu"),
            reason="no dead units, at the price of ReLU: where latency matters",
            source="xu2015, takhirov2018",
            amended_by="activation-90",
        ),
        Rule(
            id="activation-95",
            when=otherwise,
            choose=fixed("relu"),
            reason="the safe start",
            source="shukla2019, nwankpa2018, chollet2017",
            amended_by="activation-90",
        ),
        Rule(
            id="activation-96",
            when=otherwise,
            choose=fixed("tanh"),
            reason="centred on zero, but its gradient fades at both ends",
            source="lecun1998, nwankpa2018, chauhan",
            amended_by="activation-90",
        ),
        Rule(
            id="activation-97",
            when=otherwise,
            choose=fixed("logistic"),
            reason="the oldest; its gradient fades at both ends and its outputs are all positive",
            source="shukla2019, nwankpa2018",
            amended_by="activation-90",
        ),
        Rule(
            id="activation-98",
            when=otherwise,
            choose=fixed("gelu"),
            reason="smooth like SiLU, and as good; the one of most transformers",
            source="shukla2019, holzmuller2024",
            amended_by="activation-90",
        ),
        Rule(
            id="activation-99",
            when=otherwise,
            choose=fixed("mish"),
            reason="smooth like SiLU, and as good; RealMLP's for numbers",
            source="holzmuller2024",
            amended_by="activation-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=CONV,
            draw=Words(
                (
                    ("relu", 7),
                    ("silu", 3),
                )
            ),
            reason="ReLU after batch norm is the rule on images",
            source="he2015, ioffe2015",
        ),
        Likely(
            when=TABM,
            draw=Words(
                (
                    ("relu", 6),
                    ("gelu", 2),
                    ("silu", 2),
                )
            ),
            reason="the published networks have ReLU; smooth ones are alike",
            source="gorishniy2024, convention",
        ),
        Likely(
            when=decided_number("depth").above(DEEP) & decided_word("residual").is_(False),
            draw=Words(
                (
                    ("selu", 6),
                    ("silu", 2),
                    ("mish", 2),
                )
            ),
            reason="a plain deep stack needs an activation that keeps its own spread",
            source="klambauer2017",
        ),
        Likely(
            when=otherwise,
            draw=Words(
                (
                    ("silu", 3),
                    ("mish", 2.5),
                    ("gelu", 2),
                    ("relu", 1.5),
                    ("selu", 1),
                )
            ),
            reason="smooth ones are alike and a little ahead of ReLU; SELU leads on some tables",
            source="talent300, holzmuller2024",
        ),
    ),
)

_BEND = decided_word("activation")

INIT = Chapter(
    lever="init",
    rules=(
        Rule(
            id="init-10",
            when=_BEND.is_("selu", "elu"),
            choose=fixed("lecun_normal"),
            reason="self-normalising activations hold mean 0 and spread 1 only from there",
            source="klambauer2017, lecun1998, shukla2019",
        ),
        Rule(
            id="init-20",
            when=_BEND.is_("logistic", "tanh"),
            choose=fixed("glorot_uniform"),
            reason="keeps the spread both forwards and backwards where the bend is nearly a line",
            source="glorot2010, shukla2019",
        ),
        Rule(
            id="init-90",
            when=otherwise,
            choose=fixed("he_normal"),
            reason="makes up for the half of the signal that an activation of the ReLU kind drops",
            source="he2015, shukla2019",
        ),
        Rule(
            id="init-92",
            when=~_BEND.is_("selu", "elu", "logistic", "tanh"),
            choose=fixed("he_uniform"),
            reason="the same spread, drawn between bounds",
            source="he2015, shukla2019",
            amended_by="init-90",
        ),
        Rule(
            id="init-93",
            when=otherwise,
            choose=fixed("data_normal"),
            reason="scaled so that each unit's input has spread 1 on the training rows, whatever "
            "the activation and the columns",
            source="holzmuller2024",
            amended_by="init-90",
        ),
    ),
    prior=follows("the start belongs to the activation"),
)

LAST_LAYER_INIT = Chapter(
    lever="last_layer_init",
    rules=(
        Rule(
            id="last_layer_init-90",
            when=otherwise,
            choose=fixed("prior"),
            reason="small weights, and the bias at the log prior or the mean: no step is spent on "
            "learning what the target's average is",
            source="karpathy2019",
        ),
        Rule(
            id="last_layer_init-92",
            when=otherwise,
            choose=fixed("plain"),
            reason="drawn like every other layer",
            source="glorot2010",
            amended_by="last_layer_init-90",
        ),
    ),
    prior=stays("a start at what is known of the target costs nothing"),
)

"""What is learned besides weights, from where, and at which share of the learning rate."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Words
from justright.designer.facts import CONV, TABM, decided_number, decided_word
from justright.designer.prior import Likely, drawn, follows, stays
from justright.designer.rule import Rule, fixed, otherwise

_NTK = decided_word("parametrisation").is_("ntk")
_DENSE = ~CONV & ~TABM

CATEGORY_SIZE = Chapter(
    lever="category_size",
    rules=(
        Rule(
            id="category_size-90",
            when=otherwise,
            choose=fixed(0),
            reason="0 stands for 1.6 · levels^0.56, at most 32: the more levels, the more to tell "
            "apart",
            source="howard2020",
        ),
        Rule(
            id="category_size-92",
            when=otherwise,
            choose=fixed(8),
            reason="one size for all, as few columns have very many levels",
            source="holzmuller2024",
            amended_by="category_size-90",
        ),
    ),
    prior=stays("the rule of thumb is seldom beaten by more than noise"),
)

INPUT_SCALING = Chapter(
    lever="input_scaling",
    rules=(
        Rule(
            id="input_scaling-90",
            when=otherwise,
            choose=fixed(False),
            reason="the weights of the first layer can scale an input already; not measured by us "
            "outside RealMLP's recipe",
            source="convention",
        ),
        Rule(
            id="input_scaling-92",
            when=otherwise,
            choose=fixed(True),
            reason="a factor of its own lets an input grow or fade in few steps",
            source="holzmuller2024",
            amended_by="input_scaling-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=_DENSE,
            draw=Words(
                (
                    (False, 75),
                    (True, 25),
                )
            ),
            reason="one of the parts that RealMLP gains by, beside others",
            source="holzmuller2024",
        ),
    ),
)

ACTIVATION_BLEND = Chapter(
    lever="activation_blend",
    rules=(
        Rule(
            id="activation_blend-90",
            when=otherwise,
            choose=fixed(False),
            reason="one bend for all units is a parameter less for each and quicker; not measured "
            "by us outside RealMLP's recipe",
            source="convention",
        ),
        Rule(
            id="activation_blend-92",
            when=otherwise,
            choose=fixed(True),
            reason="each unit finds how much of its bend it needs, and may become a line",
            source="holzmuller2024, he2015",
            amended_by="activation_blend-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=_DENSE & decided_number("depth").at_least(1),
            draw=Words(
                (
                    (False, 75),
                    (True, 25),
                )
            ),
            reason="one of the parts that RealMLP gains by, beside others",
            source="holzmuller2024",
        ),
    ),
)

BIAS_INIT = Chapter(
    lever="bias_init",
    rules=(
        Rule(
            id="bias_init-90",
            when=otherwise,
            choose=fixed("zero"),
            reason="the spread of the weights alone breaks the likeness of units",
            source="glorot2010",
        ),
        Rule(
            id="bias_init-92",
            when=otherwise,
            choose=fixed("hull"),
            reason="each unit bends among the rows, so that none is a line over all of them",
            source="steinwart2019, holzmuller2024",
            amended_by="bias_init-90",
        ),
    ),
    prior=stays("its gain shows beside the rest of RealMLP's start only"),
)

PARAMETRISATION = Chapter(
    lever="parametrisation",
    rules=(
        Rule(
            id="parametrisation-90",
            when=otherwise,
            choose=fixed("standard"),
            reason="the rates that are known for optimizers are rates of weights as they are",
            source="convention",
        ),
        Rule(
            id="parametrisation-92",
            when=otherwise,
            choose=fixed("ntk"),
            reason="steps of a weight are 1/√fan-in as large, so that one rate serves every width",
            source="jacot2018, holzmuller2024",
            amended_by="parametrisation-90",
        ),
    ),
    prior=stays(
        "rates, starts and decay hang on it: start from the design realmlp to have it whole"
    ),
)

BIAS_RATE = Chapter(
    lever="bias_rate",
    rules=(
        Rule(
            id="bias_rate-10",
            when=_NTK,
            choose=fixed(0.1),
            reason="the rate is large, as weights take 1/√fan-in of it, and biases would take all",
            source="holzmuller2024",
        ),
        Rule(
            id="bias_rate-90",
            when=otherwise,
            choose=fixed(1.0),
            reason="one rate for all parameters",
            source="convention",
        ),
    ),
    prior=follows("a factor that belongs to the parametrisation"),
)

EMBEDDING_RATE = Chapter(
    lever="embedding_rate",
    rules=(
        Rule(
            id="embedding_rate-10",
            when=_NTK,
            choose=fixed(0.1),
            reason="the rate is large, as weights take 1/√fan-in of it; waves would be torn",
            source="holzmuller2024",
        ),
        Rule(
            id="embedding_rate-90",
            when=otherwise,
            choose=fixed(1.0),
            reason="one rate for all parameters",
            source="convention",
        ),
    ),
    prior=follows("a factor that belongs to the parametrisation"),
)

SCALING_RATE = Chapter(
    lever="scaling_rate",
    rules=(
        Rule(
            id="scaling_rate-10",
            when=decided_word("input_scaling").is_(True),
            choose=fixed(6.0),
            reason="a factor is to grow or fade while the weights behind it hardly move",
            source="holzmuller2024",
        ),
        Rule(
            id="scaling_rate-90",
            when=otherwise,
            choose=fixed(1.0),
            reason="not used without input scaling",
            source="convention",
        ),
    ),
    prior=follows("a factor that belongs to the input scaling"),
)

BLEND_RATE = Chapter(
    lever="blend_rate",
    rules=(
        Rule(
            id="blend_rate-10",
            when=decided_word("activation_blend").is_(True),
            choose=fixed(0.1),
            reason="a bend that changes as fast as the weights would leave them without a ground",
            source="holzmuller2024",
        ),
        Rule(
            id="blend_rate-90",
            when=otherwise,
            choose=fixed(1.0),
            reason="not used without a blend",
            source="convention",
        ),
    ),
    prior=follows("a factor that belongs to the blend"),
)

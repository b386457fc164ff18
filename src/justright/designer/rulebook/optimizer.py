"""How gradients become steps: optimizer, rate, momentum, second moment."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Near, Words
from justright.designer.facts import BUDGET, CLASSES, CONV, decided_number, decided_word
from justright.designer.prior import Likely, drawn
from justright.designer.rule import Case, Rule, fixed, formula, otherwise

_KIND = decided_word("optimizer")
_NTK = decided_word("parametrisation").is_("ntk")


def _momentum_by_rows(case: Case) -> float:
    """0.9 for small data, towards 0.999 the larger."""
    rows = case.profile.n_rows
    return 0.9 if rows < 10_000 else 0.95 if rows < 100_000 else 0.99 if rows < 10**6 else 0.999


OPTIMIZER = Chapter(
    lever="optimizer",
    rules=(
        Rule(
            id="optimizer-10",
            when=CONV & BUDGET.at_least(3_600),
            choose=fixed("sgd_nesterov"),
            reason="well tuned, it ends best on convolutions when quality counts and time does not",
            source="he2016, takhirov2018, shukla2019",
        ),
        Rule(
            id="optimizer-90",
            when=otherwise,
            choose=fixed("adamw"),
            reason="a step size for each weight and a decay apart from it; on tables it beats SGD "
            "on 12 of 17",
            source="optimizers17, loshchilov2017",
        ),
        Rule(
            id="optimizer-92",
            when=otherwise,
            choose=fixed("sgd_nesterov"),
            reason="well tuned, it ends best when quality counts and time does not",
            source="shukla2019, takhirov2018",
            amended_by="optimizer-90",
        ),
        Rule(
            id="optimizer-94",
            when=otherwise,
            choose=fixed("adam"),
            reason="a forgiving start",
            source="kingma2014, karpathy2019, shukla2019",
            amended_by="optimizer-90",
        ),
        Rule(
            id="optimizer-95",
            when=otherwise,
            choose=fixed("nadam"),
            reason="a forgiving start with Nesterov's momentum; as good as AdamW on tables when "
            "decayed alike",
            source="shukla2019, optimizers17",
            amended_by="optimizer-90",
        ),
        Rule(
            id="optimizer-96",
            when=otherwise,
            choose=fixed("rmsprop"),
            reason="good enough where nothing is known",
            source="chollet2017",
            amended_by="optimizer-90",
        ),
        Rule(
            id="optimizer-97",
            when=otherwise,
            choose=fixed("adamax"),
            reason="Adam by the largest gradient; steady where gradients are sparse",
            source="kingma2014, takhirov2018",
            amended_by="optimizer-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=CONV,
            draw=Words(
                (
                    ("adamw", 6),
                    ("sgd_nesterov", 4),
                )
            ),
            reason="well-tuned SGD is a rival on convolutions",
            source="he2016, optimizers17",
        ),
        Likely(
            when=otherwise,
            draw=Words(
                (
                    ("adamw", 75),
                    ("nadam", 20),
                    ("sgd_nesterov", 5),
                )
            ),
            reason="AdamW and NAdam with decay lead on tables alike; SGD loses on 12 of 17",
            source="optimizers17",
        ),
    ),
)

LEARNING_RATE = Chapter(
    lever="learning_rate",
    rules=(
        Rule(
            id="learning_rate-10",
            when=_KIND.is_("sgd", "sgd_nesterov"),
            choose=fixed(0.05),
            reason="a prior for the sweep of constant rates, which measures it on your data",
            source="smith2018, convention",
        ),
        Rule(
            id="learning_rate-12",
            when=_NTK & CLASSES,
            choose=fixed(0.04),
            reason="tuned over 71 tables of classes; weights take 1/√fan-in of it",
            source="holzmuller2024",
        ),
        Rule(
            id="learning_rate-14",
            when=_NTK,
            choose=fixed(0.2),
            reason="tuned over 47 tables of numbers; weights take 1/√fan-in of it",
            source="holzmuller2024",
        ),
        Rule(
            id="learning_rate-20",
            when=decided_number("width").below(128),
            choose=fixed(3e-3),
            reason="a prior for the sweep, which measures it on your data; narrow networks stand "
            "larger steps",
            source="convention",
        ),
        Rule(
            id="learning_rate-90",
            when=otherwise,
            choose=fixed(1e-3),
            reason="a prior for the sweep, which measures it on your data; tuned rates of the "
            "Adam family are 1e-4 to 8e-4 without decay of the rate",
            source="tabm46, kingma2014",
        ),
        Rule(
            id="learning_rate-92",
            when=otherwise,
            choose=formula("0.1, before a range test puts half the diverging rate", lambda _: 0.1),
            reason="the largest rate that does not diverge is the fastest; a bound for Adam, "
            "a start for SGD only",
            source="smith2015, shukla2019",
            amended_by="learning_rate-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=otherwise,
            draw=Near(factor=2.5, low=1e-6, high=10, reach=10),
            reason="around the measured rate and within its usable range: the best rate moves "
            "when another lever does",
            source="google2023, convention",
        ),
    ),
)

MOMENTUM = Chapter(
    lever="momentum",
    rules=(
        Rule(
            id="momentum-90",
            when=otherwise,
            choose=fixed(0.9),
            reason="averages about ten gradients, which suits noisy batches; worth tuning once "
            "ten trials are affordable",
            source="kingma2014, google2023",
        ),
        Rule(
            id="momentum-92",
            when=otherwise,
            choose=formula("0.9 to 0.999 by rows", _momentum_by_rows),
            reason="larger data has steadier gradients, which bear a longer memory",
            source="shukla2019",
            amended_by="momentum-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=otherwise,
            draw=Near(factor=2, low=0.8, high=0.999, scale="rest"),
            reason="worth tuning once ten trials are affordable",
            source="google2023, shukla2019",
        ),
    ),
)

BETA2 = Chapter(
    lever="beta2",
    rules=(
        Rule(
            id="beta2-10",
            when=_KIND.is_("rmsprop") | decided_number("batch_size").below(128),
            choose=fixed(0.99),
            reason="small batches are noisy, so the size of a gradient is averaged over about a "
            "hundred of them",
            source="convention",
        ),
        Rule(
            id="beta2-90",
            when=otherwise,
            choose=fixed(0.95),
            reason="training is short: a memory of a thousand steps would outlast what it measures",
            source="holzmuller2024, google2023",
        ),
        Rule(
            id="beta2-92",
            when=otherwise,
            choose=fixed(0.999),
            reason="the value that Adam was published with",
            source="kingma2014",
            amended_by="beta2-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=~_KIND.is_("sgd", "sgd_nesterov"),
            draw=Near(factor=3, low=0.95, high=0.999, scale="rest"),
            reason="a short memory suits short, noisy trainings; a long one is as published",
            source="google2023, holzmuller2024, kingma2014",
        ),
    ),
)

"""What only TabM has: submodels that share a body."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Words
from justright.designer.facts import BUDGET, TABM
from justright.designer.prior import Likely, drawn
from justright.designer.rule import Rule, fixed, otherwise

HEADS = Chapter(
    lever="heads",
    rules=(
        Rule(
            id="heads-10",
            when=~TABM,
            choose=fixed(1),
            reason="a network that is one model has one output layer",
            source="convention",
        ),
        Rule(
            id="heads-20",
            when=BUDGET.below(20),
            choose=fixed(8),
            reason="each submodel costs a forward and a backward pass, and the first few bring "
            "most of the gain",
            source="gorishniy2024, convention",
        ),
        Rule(
            id="heads-90",
            when=otherwise,
            choose=fixed(32),
            reason="the mean of 32 submodels of one body; more of them gain little",
            source="gorishniy2024",
        ),
    ),
    prior=drawn(
        Likely(
            when=TABM,
            draw=Words(
                (
                    (8, 3),
                    (16, 4),
                    (32, 3),
                )
            ),
            reason="the first few submodels bring most of the gain, and each costs as much as "
            "the last",
            source="gorishniy2024, convention",
        ),
    ),
)

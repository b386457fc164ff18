"""How free text enters: hashed words, or a sentence embedding."""

from justright.designer.chapter import Chapter
from justright.designer.facts import EMBEDDING_COST, EMBEDS_TEXT, TEXTS, decided_word
from justright.designer.prior import stays
from justright.designer.rule import Rule, fixed, otherwise

TEXT = Chapter(
    lever="text",
    rules=(
        Rule(
            id="text-10",
            when=TEXTS.below(1),
            choose=fixed("hashed"),
            reason="not used without free text",
            source="convention",
        ),
        Rule(
            id="text-20",
            when=EMBEDS_TEXT & EMBEDDING_COST.below(0.25),
            choose=fixed("embedding"),
            reason="a model that has read much text knows what words mean that training never "
            "saw, and reading the rows leaves most of the budget for training",
            source="reimers2019, house",
        ),
        Rule(
            id="text-90",
            when=otherwise,
            choose=fixed("hashed"),
            reason="the words of most rows say most of what a text says, cost little, and need "
            "no further package",
            source="weinberger2009, house",
        ),
    ),
    prior=stays("each way to read text is a reading of the whole file, dearer than a training"),
)

TEXT_FEATURES = Chapter(
    lever="text_features",
    rules=(
        Rule(
            id="text_features-10",
            when=TEXTS.below(1) | decided_word("text").is_("embedding"),
            choose=fixed(512),
            reason="not used without hashed text",
            source="convention",
        ),
        Rule(
            id="text_features-90",
            when=otherwise,
            choose=fixed(512),
            reason="the words of most rows: on 4,000 reviews a linear AUC of 0.86, as with 2,048; "
            "on 500 rows 0.78 (0.74 with 128); short texts gain from more, and each word costs a "
            "weight per neuron",
            source="house",
        ),
    ),
    prior=stays("the words of most rows are enough, and each size is a reading of the whole file"),
)

"""What is averaged: weights along the training, and networks at the end."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Near, Words
from justright.designer.facts import BUDGET, CONV, ROWS, TABM, decided_word
from justright.designer.prior import Likely, drawn, stays
from justright.designer.rule import Case, Rule, fixed, formula, otherwise


def _one_epoch(case: Case) -> float:
    """One minus one step's share of an epoch, 0.9 to 0.999."""
    share = int(case.decided["batch_size"]) / max(1, case.profile.n_rows)
    return round(min(0.999, max(0.9, 1 - share)), 4)


AVERAGING = Chapter(
    lever="averaging",
    rules=(
        Rule(
            id="averaging-90",
            when=otherwise,
            choose=fixed("ema"),
            reason="the running mean of the weights smooths the noise of the steps: AdamW +0.6 %",
            source="optimizers17, ajroldi2025",
        ),
        Rule(
            id="averaging-92",
            when=otherwise,
            choose=fixed("swa"),
            reason="the plain mean along the end of training finds a wider minimum",
            source="izmailov2018, takhirov2018",
            amended_by="averaging-90",
        ),
        Rule(
            id="averaging-93",
            when=otherwise,
            choose=fixed("last_k"),
            reason="the plain mean of the last few epochs, after the rate has come down",
            source="ajroldi2025",
            amended_by="averaging-90",
        ),
        Rule(
            id="averaging-94",
            when=otherwise,
            choose=fixed("none"),
            reason="the last weights are the network",
            source="chollet2017",
            amended_by="averaging-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=otherwise,
            draw=Words(
                (
                    ("ema", 65),
                    ("none", 20),
                    ("last_k", 15),
                )
            ),
            reason="a running mean gains on most tables; with a rate that comes down to zero the "
            "last weights are an average already",
            source="optimizers17, ajroldi2025",
        ),
    ),
)

EMA_DECAY = Chapter(
    lever="ema_decay",
    rules=(
        Rule(
            id="ema_decay-10",
            when=~decided_word("averaging").is_("ema"),
            choose=fixed(0.99),
            reason="not used without a running mean",
            source="convention",
        ),
        Rule(
            id="ema_decay-90",
            when=otherwise,
            choose=formula("1 − batch size / rows, 0.9 to 0.999", _one_epoch),
            reason="a mean over about one epoch has seen every row once, whatever the size of "
            "the table",
            source="ajroldi2025, convention",
        ),
    ),
    prior=drawn(
        Likely(
            when=decided_word("averaging").is_("ema"),
            draw=Near(factor=3, low=0.9, high=0.9999, scale="rest"),
            reason="a mean over about an epoch, some shorter, some longer",
            source="ajroldi2025, convention",
        ),
    ),
)

ENSEMBLE_SIZE = Chapter(
    lever="ensemble_size",
    rules=(
        Rule(
            id="ensemble_size-10",
            when=BUDGET.below(5),
            choose=fixed(1),
            reason="there is time for one network only",
            source="convention",
        ),
        Rule(
            id="ensemble_size-15",
            when=CONV & BUDGET.below(600),
            choose=fixed(3),
            reason="convolutions cost much, and the first few networks bring most of the gain",
            source="lakshminarayanan2016, convention",
        ),
        Rule(
            id="ensemble_size-17",
            when=TABM,
            choose=fixed(1),
            reason="one network is the mean of many submodels already",
            source="gorishniy2024",
        ),
        Rule(
            id="ensemble_size-20",
            when=ROWS.at_least(100_000) & BUDGET.below(300),
            choose=fixed(2),
            reason="with so many rows, time is better spent on training two networks well",
            source="convention",
        ),
        Rule(
            id="ensemble_size-30",
            when=ROWS.below(3_000),
            choose=fixed(8),
            reason="networks of a small table differ most from seed to seed and cost least, "
            "trained together",
            source="lakshminarayanan2016, convention",
        ),
        Rule(
            id="ensemble_size-90",
            when=otherwise,
            choose=fixed(5),
            reason="the mean of five seeds gains 0.5 %, more than most levers",
            source="tabm46, lakshminarayanan2016",
        ),
        Rule(
            id="ensemble_size-92",
            when=otherwise,
            choose=fixed(1),
            reason="one network is easier to keep",
            source="chollet2017",
            amended_by="ensemble_size-90",
        ),
    ),
    prior=stays("the search keeps what it trained and weighs it itself"),
)

"""How long to train, and how the rate changes on the way."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Words
from justright.designer.facts import CONV, ROWS, decided_number, decided_word
from justright.designer.prior import Likely, drawn, follows, stays
from justright.designer.rule import Case, Rule, fixed, formula, otherwise

_SCHEDULE = decided_word("schedule")


def _third(case: Case) -> int:
    """A third of the epochs, at least 10, at most 1,000."""
    return min(1000, max(10, int(case.decided["epochs"]) // 3))


EPOCHS = Chapter(
    lever="epochs",
    rules=(
        Rule(
            id="epochs-05",
            when=CONV & ROWS.at_least(1_000),
            choose=fixed(20),
            reason="with batch norm, convolutions learn in few passes, and each one costs much",
            source="ioffe2015, convention",
        ),
        Rule(
            id="epochs-10",
            when=ROWS.below(1_000),
            choose=fixed(200),
            reason="an epoch of a small table has few steps; the best weights are kept anyway",
            source="holzmuller2024, shukla2019",
        ),
        Rule(
            id="epochs-20",
            when=ROWS.below(10_000),
            choose=fixed(100),
            reason="several thousand steps; the best weights are kept anyway",
            source="holzmuller2024, convention",
        ),
        Rule(
            id="epochs-30",
            when=ROWS.below(100_000),
            choose=fixed(60),
            reason="several thousand steps; the best weights are kept anyway",
            source="holzmuller2024, convention",
        ),
        Rule(
            id="epochs-90",
            when=otherwise,
            choose=fixed(30),
            reason="many rows say in few epochs what they have to say",
            source="convention",
        ),
        Rule(
            id="epochs-92",
            when=otherwise,
            choose=fixed(1_000),
            reason="far more than needed, and early stopping ends it",
            source="shukla2019, takhirov2018",
            amended_by="epochs-90",
        ),
    ),
    prior=stays(
        "the length is the search's own measure of cost: all are planned alike, and cut alike"
    ),
)

SCHEDULE = Chapter(
    lever="schedule",
    rules=(
        Rule(
            id="schedule-10",
            when=decided_number("epochs").at_least(1_000),
            choose=fixed("plateau"),
            reason="nobody knows when such a training ends, so the rate falls when gains stop",
            source="shukla2019, takhirov2018",
        ),
        Rule(
            id="schedule-90",
            when=otherwise,
            choose=fixed("linear"),
            reason="the length is known: a line down to zero is best or near it, and averages out "
            "the noise at the end",
            source="defazio2023",
        ),
        Rule(
            id="schedule-92",
            when=otherwise,
            choose=fixed("cosine"),
            reason="as good as the line within noise; stays high longer, then falls faster",
            source="loshchilov2016, defazio2023",
            amended_by="schedule-90",
        ),
        Rule(
            id="schedule-93",
            when=otherwise,
            choose=fixed("one_cycle"),
            reason="the rate up then down, momentum the other way: large rates regularise",
            source="smith2018, shukla2019",
            amended_by="schedule-90",
        ),
        Rule(
            id="schedule-94",
            when=otherwise,
            choose=fixed("exponential"),
            reason="a fixed share less each epoch; for replication",
            source="takhirov2018",
            amended_by="schedule-90",
        ),
        Rule(
            id="schedule-97",
            when=otherwise,
            choose=fixed("cosine_cycles"),
            reason="four cycles of doubling length end in four low rates, of which the best is "
            "kept",
            source="holzmuller2024",
            amended_by="schedule-90",
        ),
        Rule(
            id="schedule-95",
            when=otherwise,
            choose=fixed("step"),
            reason="a fixed share less every few epochs; for replication",
            source="takhirov2018",
            amended_by="schedule-90",
        ),
        Rule(
            id="schedule-96",
            when=otherwise,
            choose=fixed("constant"),
            reason="constant until every other lever is set; decay comes last",
            source="karpathy2019, takhirov2018",
            amended_by="schedule-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=decided_number("epochs").below(1_000),
            draw=Words(
                (
                    ("linear", 5),
                    ("cosine", 3),
                    ("one_cycle", 2),
                )
            ),
            reason="the length is known: all three come down to zero",
            source="defazio2023, loshchilov2016, smith2018",
        ),
    ),
)

WARMUP_SHARE = Chapter(
    lever="warmup_share",
    rules=(
        Rule(
            id="warmup_share-10",
            when=_SCHEDULE.is_("linear", "cosine"),
            choose=fixed(0.03),
            reason="the first steps go by estimates of few gradients, so they are kept small",
            source="defazio2023, google2023",
        ),
        Rule(
            id="warmup_share-20",
            when=_SCHEDULE.is_("one_cycle"),
            choose=fixed(0.3),
            reason="the rising part of the cycle",
            source="smith2018",
        ),
        Rule(
            id="warmup_share-90",
            when=otherwise,
            choose=fixed(0.0),
            reason="schedules that start at the full rate rest on a rate that bears it",
            source="convention",
        ),
    ),
    prior=follows("the rising part belongs to the schedule"),
)

PATIENCE = Chapter(
    lever="patience",
    rules=(
        Rule(
            id="patience-10",
            when=_SCHEDULE.is_("linear", "cosine", "cosine_cycles", "one_cycle"),
            choose=formula("a third of the epochs, 10 to 1,000", _third),
            reason="the gain of a falling rate comes late, so a training goes through its "
            "schedule unless it is clearly past its best",
            source="defazio2023, holzmuller2024",
        ),
        Rule(
            id="patience-90",
            when=otherwise,
            choose=fixed(20),
            reason="the end is open: twenty epochs without gain are beyond the noise",
            source="shukla2019, convention",
        ),
        Rule(
            id="patience-92",
            when=otherwise,
            choose=fixed(10),
            reason="stop early, keep the best weights",
            source="shukla2019, takhirov2018, chollet2017",
            amended_by="patience-10",
        ),
    ),
    prior=stays("it ends a training, and does not make it better"),
)

"""Rows behind one step."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Words
from justright.designer.facts import CONV, ROWS
from justright.designer.prior import Likely, drawn
from justright.designer.rule import Case, Rule, fixed, formula, otherwise


def _quarter(case: Case) -> int:
    """A quarter of the rows, 2 to 16."""
    return max(2, min(16, case.profile.n_rows // 4))


BATCH_SIZE = Chapter(
    lever="batch_size",
    rules=(
        Rule(
            id="batch_size-10",
            when=ROWS.below(200),
            choose=formula("a quarter of the rows, 2 to 16", _quarter),
            reason="an epoch needs several steps to be worth its name",
            source="masters2018, convention",
        ),
        Rule(
            id="batch_size-15",
            when=CONV & ROWS.below(30_000),
            choose=fixed(32),
            reason="one image is work enough to keep a core busy, so a larger batch saves no time "
            "and makes fewer steps",
            source="masters2018, convention",
        ),
        Rule(
            id="batch_size-20",
            when=ROWS.below(3_000),
            choose=fixed(32),
            reason="enough steps in an epoch of a small table; the noise of few rows regularises",
            source="masters2018, holzmuller2024",
        ),
        Rule(
            id="batch_size-30",
            when=ROWS.below(10_000),
            choose=fixed(128),
            reason="a larger batch costs hardly more time, and no quality when the rate is "
            "measured anew",
            source="shallue2019, mccandlish2018",
        ),
        Rule(
            id="batch_size-40",
            when=ROWS.below(30_000),
            choose=fixed(256),
            reason="a larger batch costs hardly more time, and no quality when the rate is "
            "measured anew",
            source="shallue2019, holzmuller2024",
        ),
        Rule(
            id="batch_size-50",
            when=ROWS.below(300_000),
            choose=fixed(512),
            reason="throughput: fewer, fuller steps, still under the noise scale of such tables",
            source="shallue2019, mccandlish2018",
        ),
        Rule(
            id="batch_size-90",
            when=otherwise,
            choose=fixed(1024),
            reason="throughput: with so many rows an epoch still has hundreds of steps",
            source="shallue2019, mccandlish2018",
        ),
        Rule(
            id="batch_size-92",
            when=otherwise,
            choose=fixed(32),
            reason="start at 2 to 32 and grow: small batches generalised better at a rate that "
            "was not tuned for each size",
            source="masters2018, shukla2019",
            amended_by="batch_size-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=CONV & ROWS.below(30_000),
            draw=Words(
                (
                    (16, 25),
                    (32, 50),
                    (64, 25),
                )
            ),
            reason="around what keeps a core busy without losing steps",
            source="masters2018, convention",
        ),
        Likely(
            when=ROWS.below(200),
            draw=Words(
                (
                    (4, 2),
                    (8, 4),
                    (16, 4),
                )
            ),
            reason="an epoch needs several steps to be worth its name",
            source="masters2018, convention",
        ),
        Likely(
            when=ROWS.below(3_000),
            draw=Words(
                (
                    (16, 2),
                    (32, 5),
                    (64, 3),
                )
            ),
            reason="small tables gain from noise and need steps",
            source="masters2018, holzmuller2024",
        ),
        Likely(
            when=ROWS.below(10_000),
            draw=Words(
                (
                    (32, 15),
                    (64, 30),
                    (128, 35),
                    (256, 20),
                )
            ),
            reason="no size loses quality when the rate goes with it",
            source="shallue2019, masters2018",
        ),
        Likely(
            when=ROWS.below(30_000),
            draw=Words(
                (
                    (128, 3),
                    (256, 5),
                    (512, 2),
                )
            ),
            reason="no size loses quality when the rate goes with it",
            source="shallue2019, holzmuller2024",
        ),
        Likely(
            when=otherwise,
            draw=Words(
                (
                    (256, 3),
                    (512, 4),
                    (1024, 3),
                )
            ),
            reason="throughput, under the noise scale of such tables",
            source="shallue2019, mccandlish2018",
        ),
    ),
)

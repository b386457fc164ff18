"""What enters: the scale of numbers, the family of network, numeric embeddings."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Near, Words
from justright.designer.facts import BUDGET, IMAGES, NUMERIC, ROWS, SKEWED_INPUTS, decided_word
from justright.designer.prior import Likely, drawn
from justright.designer.rule import Rule, fixed, otherwise

#: Seconds from which a search can afford networks of many submodels. Convention.
TIME_FOR_TABM_S = 60
_EMBEDDED = decided_word("numeric_embedding")

SCALER = Chapter(
    lever="scaler",
    rules=(
        Rule(
            id="scaler-05",
            when=IMAGES,
            choose=fixed("standard"),
            reason="pixels have no outliers; each channel gets mean 0 and spread 1, the same at "
            "every place",
            source="lecun1998, convention",
        ),
        Rule(
            id="scaler-10",
            when=SKEWED_INPUTS.at_least(0.5) & ROWS.at_least(1_000),
            choose=fixed("quantile"),
            reason="most numbers are very skewed: ranks spread them evenly, and the rows suffice "
            "to know the ranks",
            source="gorishniy2021, convention",
        ),
        Rule(
            id="scaler-90",
            when=otherwise,
            choose=fixed("robust"),
            reason="median and quartiles ignore outliers, and the smooth clip tames them without "
            "removing any",
            source="holzmuller2024",
        ),
        Rule(
            id="scaler-92",
            when=otherwise,
            choose=fixed("standard"),
            reason="every number with mean 0 and spread 1, so that no input drowns another",
            source="lecun1998, shukla2019, takhirov2018",
            amended_by="scaler-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=~IMAGES & NUMERIC.at_least(1),
            draw=Words(
                (
                    ("robust", 5),
                    ("quantile", 3),
                    ("standard", 2),
                )
            ),
            reason="robust and quantile lead on tables, each on its own kind of column; standard "
            "is seldom best but cheap to try",
            source="holzmuller2024, gorishniy2021, convention",
        ),
    ),
)

FAMILY = Chapter(
    lever="family",
    rules=(
        Rule(
            id="family-10",
            when=IMAGES,
            choose=fixed("conv"),
            reason="neighbouring pixels belong together, and a kernel learns a pattern once for "
            "every place where it may stand",
            source="lecun1998b, chollet2017",
        ),
        Rule(
            id="family-90",
            when=otherwise,
            choose=fixed("dense"),
            reason="columns of a table have no order or neighbours that convolution could use",
            source="gorishniy2021, takhirov2018",
        ),
    ),
    prior=drawn(
        Likely(
            when=~IMAGES & BUDGET.at_least(TIME_FOR_TABM_S),
            draw=Words(
                (
                    ("dense", 85),
                    ("tabm", 15),
                )
            ),
            reason="submodels of one body rank first on tables, but cost many times as much as a "
            "dense network: a few are enough to see whether they pay here",
            source="gorishniy2024, convention",
        ),
    ),
)

NUMERIC_EMBEDDING = Chapter(
    lever="numeric_embedding",
    rules=(
        Rule(
            id="numeric_embedding-10",
            when=NUMERIC.below(1),
            choose=fixed("none"),
            reason="there is no number to embed",
            source="convention",
        ),
        Rule(
            id="numeric_embedding-20",
            when=NUMERIC.above(100),
            choose=fixed("none"),
            reason="several inputs for each of so many numbers would make the first layer most of "
            "the network",
            source="convention",
        ),
        Rule(
            id="numeric_embedding-30",
            when=ROWS.below(500),
            choose=fixed("none"),
            reason="with so few rows a plain input is safer; the published gains begin above "
            "a thousand rows",
            source="convention",
        ),
        Rule(
            id="numeric_embedding-40",
            when=NUMERIC.above(50),
            choose=fixed("piecewise_linear"),
            reason="fixed bins at the quantiles cost less to train than frequencies when there "
            "are many numbers",
            source="gorishniy2024, convention",
        ),
        Rule(
            id="numeric_embedding-90",
            when=otherwise,
            choose=fixed("periodic"),
            reason="lets a small network bend sharply along one number; median gain +1.3 % over "
            "a tuned dense network, more under 10,000 rows",
            source="gorishniy2022, tabm46, holzmuller2024",
        ),
        Rule(
            id="numeric_embedding-92",
            when=otherwise,
            choose=fixed("none"),
            reason="standardised numbers enter as they are",
            source="shukla2019, takhirov2018",
            amended_by="numeric_embedding-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=NUMERIC.above(100),
            draw=Words(
                (
                    ("none", 85),
                    ("piecewise_linear", 15),
                )
            ),
            reason="embeddings of so many numbers seldom pay for their weights",
            source="convention",
        ),
        Likely(
            when=NUMERIC.at_least(1) & ROWS.below(500),
            draw=Words(
                (
                    ("none", 6),
                    ("piecewise_linear", 2),
                    ("periodic", 2),
                )
            ),
            reason="the published gains begin above a thousand rows",
            source="gorishniy2022, convention",
        ),
        Likely(
            when=NUMERIC.at_least(1),
            draw=Words(
                (
                    ("none", 2),
                    ("piecewise_linear", 3.5),
                    ("periodic", 4.5),
                )
            ),
            reason="both kinds gain over plain numbers on most tables, periodic by a little more",
            source="tabm46, gorishniy2022",
        ),
    ),
)

EMBEDDING_SIZE = Chapter(
    lever="embedding_size",
    rules=(
        Rule(
            id="embedding_size-10",
            when=decided_word("numeric_embedding").is_("none"),
            choose=fixed(4),
            reason="not used without a numeric embedding",
            source="convention",
        ),
        Rule(
            id="embedding_size-20",
            when=ROWS.at_least(10_000) & ~NUMERIC.above(20),
            choose=fixed(8),
            reason="few numbers and many rows can afford a finer view of each number",
            source="gorishniy2022, convention",
        ),
        Rule(
            id="embedding_size-90",
            when=otherwise,
            choose=fixed(4),
            reason="four outputs for each number, the raw value among them, keep the input narrow",
            source="holzmuller2024",
        ),
    ),
    prior=drawn(
        Likely(
            when=~_EMBEDDED.is_("none") & NUMERIC.above(50),
            draw=Words(
                (
                    (2, 2),
                    (4, 5),
                    (8, 3),
                )
            ),
            reason="the first layer grows with numbers times outputs",
            source="convention",
        ),
        Likely(
            when=~_EMBEDDED.is_("none"),
            draw=Words(
                (
                    (2, 1),
                    (4, 4),
                    (8, 3.5),
                    (16, 1.5),
                )
            ),
            reason="a few outputs say what one number can; tuned sizes are larger on large tables",
            source="gorishniy2022, holzmuller2024",
        ),
    ),
)

FREQUENCY_SCALE = Chapter(
    lever="frequency_scale",
    rules=(
        Rule(
            id="frequency_scale-10",
            when=~decided_word("numeric_embedding").is_("periodic"),
            choose=fixed(0.1),
            reason="not used without periodic embeddings",
            source="convention",
        ),
        Rule(
            id="frequency_scale-90",
            when=otherwise,
            choose=fixed(0.1),
            reason="small is safe: low frequencies start almost linear and learn to bend",
            source="gorishniy2022, holzmuller2024",
        ),
    ),
    prior=drawn(
        Likely(
            when=_EMBEDDED.is_("periodic"),
            draw=Near(factor=3, low=0.01, high=1),
            reason="the lever of periodic embeddings that matters most; tuned values are 0.01 to 1",
            source="gorishniy2022",
        ),
    ),
)

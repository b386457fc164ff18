"""How a choice is judged: hold-out or folds, and which rows go where."""

from justright.designer.chapter import Chapter
from justright.designer.facts import (
    CLASSES,
    HAS_GROUPS,
    HAS_ORDER,
    IMAGES,
    RAREST,
    ROWS,
    decided_word,
)
from justright.designer.prior import stays
from justright.designer.rule import Case, Rule, fixed, formula, otherwise


def _few_folds(case: Case) -> int:
    """No more folds than the rarest class has rows (or the table, for a number)."""
    profile = case.profile
    return max(2, min(5, profile.n_rarest if profile.n_classes else profile.n_rows))


EVALUATION = Chapter(
    lever="evaluation",
    rules=(
        Rule(
            id="evaluation-05",
            when=HAS_ORDER,
            choose=fixed("hold-out"),
            reason="the newest rows judge as the future will; the first of ordered folds would"
            " see little of the past",
            source="chollet2017, convention",
        ),
        Rule(
            id="evaluation-10",
            when=ROWS.at_least(10_000) & (~CLASSES | RAREST.at_least(200)),
            choose=fixed("hold-out"),
            reason="so many rows judge a choice closely enough with one part held out",
            source="takhirov2018, chollet2017",
        ),
        Rule(
            id="evaluation-20",
            when=IMAGES & ROWS.at_least(3_000) & (~CLASSES | RAREST.at_least(100)),
            choose=fixed("hold-out"),
            reason="folds would multiply the work and the memory of images, where one part held "
            "out judges within a percent or so",
            source="chollet2017, convention",
        ),
        Rule(
            id="evaluation-90",
            when=otherwise,
            choose=fixed("k-fold"),
            reason="with few rows one held-out part is luck; in folds every row judges once",
            source="kohavi1995, chollet2017, takhirov2018",
        ),
    ),
    prior=stays("part of how choices are judged, which must be the same for all that are compared"),
)

FOLDS = Chapter(
    lever="folds",
    rules=(
        Rule(
            id="folds-10",
            when=decided_word("evaluation").is_("hold-out"),
            choose=fixed(1),
            reason="a hold-out has one part that judges",
            source="convention",
        ),
        Rule(
            id="folds-20",
            when=(CLASSES & RAREST.below(10)) | ROWS.below(20),
            choose=formula("rows of the rarest class, 2 to 5", _few_folds),
            reason="each fold needs a row of every class to judge it",
            source="convention",
        ),
        Rule(
            id="folds-25",
            when=IMAGES,
            choose=fixed(5),
            reason="each fold trains a network of its own on its own copy of the images; five "
            "leave 80 % to learn from",
            source="chollet2017, convention",
        ),
        Rule(
            id="folds-30",
            when=ROWS.below(1_000),
            choose=fixed(10),
            reason="ten folds leave 90 % of a small table to learn from",
            source="kohavi1995, takhirov2018",
        ),
        Rule(
            id="folds-90",
            when=otherwise,
            choose=fixed(5),
            reason="five folds leave 80 % to learn from at half the work of ten",
            source="chollet2017, convention",
        ),
    ),
    prior=stays("part of how choices are judged, which must be the same for all that are compared"),
)

REPEATS = Chapter(
    lever="repeats",
    rules=(
        Rule(
            id="repeats-10",
            when=decided_word("evaluation").is_("hold-out"),
            choose=fixed(1),
            reason="a hold-out has no folds to deal out anew",
            source="convention",
        ),
        Rule(
            id="repeats-90",
            when=otherwise,
            choose=fixed(1),
            reason="one deal judges every row once, and shares the time among fewest networks",
            source="kohavi1995, convention",
        ),
        Rule(
            id="repeats-92",
            when=decided_word("evaluation").is_("k-fold") & ~HAS_ORDER,
            choose=fixed(3),
            reason="iterated K-fold takes the luck of one deal out of the estimate, where the "
            "highest accuracy is asked for; the networks of all repeats are one population",
            source="takhirov2018, chollet2017",
            amended_by="repeats-90",
        ),
    ),
    prior=stays("part of how choices are judged, which must be the same for all that are compared"),
)

SPLIT = Chapter(
    lever="split",
    rules=(
        Rule(
            id="split-10",
            when=HAS_ORDER,
            choose=fixed("ordered"),
            reason="the network will meet later rows, so earlier rows must predict later ones",
            source="chollet2017, takhirov2018",
        ),
        Rule(
            id="split-20",
            when=HAS_GROUPS,
            choose=fixed("grouped"),
            reason="rows of one group resemble each other; on both sides they would leak",
            source="chollet2017, takhirov2018",
        ),
        Rule(
            id="split-30",
            when=CLASSES & RAREST.at_least(2),
            choose=fixed("stratified"),
            reason="the same share of every class on both sides takes chance out of the score",
            source="kohavi1995",
        ),
        Rule(
            id="split-90",
            when=otherwise,
            choose=fixed("random"),
            reason="a shuffled split of rows that do not depend on each other is fair",
            source="chollet2017",
        ),
    ),
    prior=stays("part of how choices are judged, which must be the same for all that are compared"),
)

"""What follows from the task: loss, output activation, figure of merit."""

from justright.designer.chapter import Chapter
from justright.designer.facts import (
    CLASSES,
    EVENNESS,
    MINORITY,
    ONE_CLASS,
    TARGET_LOW,
    TARGET_OUTLIERS,
    TARGET_RATIO,
    TARGET_SPREAD,
    TASK,
    decided_word,
)
from justright.designer.prior import stays
from justright.designer.rule import Rule, fixed, otherwise
from justright.kinds.task import WIDE

#: Share of targets further than 3 interquartile ranges outside the quartiles. Convention.
MANY_OUTLIERS = 0.01
#: Minority share times classes: 0.4 is a minority of 20 % in a binary task. Convention.
IMBALANCED = 0.4

SAMPLING = Chapter(
    lever="sampling",
    rules=(
        Rule(
            id="sampling-10",
            when=~ONE_CLASS,
            choose=fixed("plain"),
            reason="not used where a row has not just one class",
            source="convention",
        ),
        Rule(
            id="sampling-90",
            when=otherwise,
            choose=fixed("plain"),
            reason="each row as often as it is there, so that probabilities stay true; where "
            "classes are uneven and time allows, a fit measures whether balance helps the metric",
            source="goorbergh2022, house",
        ),
        Rule(
            id="sampling-92",
            when=ONE_CLASS & EVENNESS.below(IMBALANCED),
            choose=fixed("balanced"),
            reason="a network sees each class as often, however rare; probabilities are no longer "
            "true, and the same few rows are learned by heart sooner",
            source="buda2018",
            amended_by="sampling-90",
        ),
    ),
    prior=stays("measured on its own where classes are uneven, for it bends the probabilities"),
)

LOSS = Chapter(
    lever="loss",
    rules=(
        Rule(
            id="loss-10",
            when=TASK.is_("binary"),
            choose=fixed("binary_cross_entropy"),
            reason="the most likely probabilities; also where classes are uneven, for weights "
            "would bend the probabilities without ranking the rows better",
            source="chollet2017, goorbergh2022",
        ),
        Rule(
            id="loss-20",
            when=TASK.is_("multiclass"),
            choose=fixed("cross_entropy"),
            reason="the most likely probabilities of classes of which one is true",
            source="chollet2017, goorbergh2022",
        ),
        Rule(
            id="loss-22",
            when=TASK.is_("multilabel"),
            choose=fixed("binary_cross_entropy"),
            reason="each label is true or not whatever the others are",
            source="chollet2017, shukla2019",
        ),
        Rule(
            id="loss-24",
            when=TASK.is_("bounded"),
            choose=fixed("binary_cross_entropy"),
            reason="takes a share for a probability, and keeps its gradient where the output lies "
            "near a bound",
            source="papke1996, shukla2019",
        ),
        Rule(
            id="loss-26",
            when=TASK.is_("ranking"),
            choose=fixed("pairwise_logistic"),
            reason="only the order within a query counts: of each pair, how sure the network is of "
            "the better row",
            source="burges2005",
        ),
        Rule(
            id="loss-28",
            when=TASK.is_("positive") & TARGET_SPREAD.above(WIDE),
            choose=fixed("mse"),
            reason="on the logarithmic scale that such a target is learned on, far values lie near",
            source="convention",
        ),
        Rule(
            id="loss-30",
            when=TARGET_OUTLIERS.at_least(MANY_OUTLIERS),
            choose=fixed("huber"),
            reason="a squared error lets a few far targets decide; Huber grows in a line there",
            source="huber1964, shukla2019",
        ),
        Rule(
            id="loss-90",
            when=otherwise,
            choose=fixed("mse"),
            reason="its best prediction is the mean of the target",
            source="chollet2017, shukla2019",
        ),
        Rule(
            id="loss-92",
            when=~CLASSES & ~TASK.is_("ranking") & TARGET_OUTLIERS.at_least(MANY_OUTLIERS),
            choose=fixed("mae"),
            reason="its best prediction is the median, which outliers do not move",
            source="shukla2019",
            amended_by="loss-30",
        ),
        Rule(
            id="loss-94",
            when=ONE_CLASS & EVENNESS.below(IMBALANCED),
            choose=fixed("weighted_cross_entropy"),
            reason="each class weighs the same, however rare; probabilities are no longer true",
            source="chollet2017",
            amended_by="loss-10",
        ),
        Rule(
            id="loss-96",
            when=ONE_CLASS & EVENNESS.below(IMBALANCED),
            choose=fixed("focal"),
            reason="rows that are already right weigh less; probabilities are no longer true",
            source="lin2017",
            amended_by="loss-10",
        ),
    ),
    prior=stays(
        "part of the question that is asked, not of the answer: scores of different "
        "losses do not compare"
    ),
)

OUTPUT_ACTIVATION = Chapter(
    lever="output_activation",
    rules=(
        Rule(
            id="output_activation-10",
            when=TASK.is_("binary"),
            choose=fixed("sigmoid"),
            reason="one logit to one probability; fused into the loss, which keeps it exact",
            source="chollet2017, shukla2019",
        ),
        Rule(
            id="output_activation-20",
            when=TASK.is_("multiclass"),
            choose=fixed("softmax"),
            reason="probabilities that add up to one; fused into the loss, which keeps it exact",
            source="chollet2017, shukla2019",
        ),
        Rule(
            id="output_activation-30",
            when=TASK.is_("multilabel"),
            choose=fixed("sigmoid"),
            reason="a probability for each label; fused into the loss, which keeps it exact",
            source="chollet2017, shukla2019",
        ),
        Rule(
            id="output_activation-40",
            when=TASK.is_("bounded") & TARGET_LOW.below(0),
            choose=fixed("tanh"),
            reason="the output cannot leave −1 to 1",
            source="shukla2019",
        ),
        Rule(
            id="output_activation-42",
            when=TASK.is_("bounded"),
            choose=fixed("sigmoid"),
            reason="the output cannot leave the bounds",
            source="shukla2019",
        ),
        Rule(
            id="output_activation-50",
            when=TASK.is_("positive") & TARGET_SPREAD.above(WIDE),
            choose=fixed("exp"),
            reason="the network learns the logarithm: where a target spreads over more than a "
            "factor of ten, errors count as ratios",
            source="convention",
        ),
        Rule(
            id="output_activation-52",
            when=TASK.is_("positive"),
            choose=fixed("softplus"),
            reason="the output cannot fall below zero, and is a straight line well above it",
            source="shukla2019",
        ),
        Rule(
            id="output_activation-90",
            when=otherwise,
            choose=fixed("none"),
            reason="a number may be anything",
            source="chollet2017, shukla2019",
        ),
    ),
    prior=stays("belongs to the task and the loss, and members of an ensemble must speak one unit"),
)

METRIC = Chapter(
    lever="metric",
    rules=(
        Rule(
            id="metric-10",
            when=TASK.is_("binary") & MINORITY.below(IMBALANCED / 2),
            choose=fixed("average_precision"),
            reason="where the rare class is under 20 %, ROC AUC flatters: it counts the many easy "
            "negatives",
            source="saito2015, chollet2017",
        ),
        Rule(
            id="metric-20",
            when=TASK.is_("binary"),
            choose=fixed("roc_auc"),
            reason="it judges the order of the rows, whatever threshold is set later",
            source="chollet2017",
        ),
        Rule(
            id="metric-30",
            when=TASK.is_("multiclass") & EVENNESS.below(IMBALANCED),
            choose=fixed("f1_macro"),
            reason="every class counts alike; accuracy would hide a class that is never found",
            source="takhirov2018",
        ),
        Rule(
            id="metric-40",
            when=TASK.is_("multiclass"),
            choose=fixed("accuracy"),
            reason="with even classes, the share that is right says it all",
            source="chollet2017",
        ),
        Rule(
            id="metric-42",
            when=TASK.is_("multilabel"),
            choose=fixed("average_precision"),
            reason="the mean over labels of how well each ranks the rows, whatever its threshold; "
            "rare labels count alike",
            source="chollet2017",
        ),
        Rule(
            id="metric-44",
            when=TASK.is_("multi-target"),
            choose=fixed("scaled_rmse"),
            reason="each column counts alike when its error is taken in units of its own spread",
            source="convention",
        ),
        Rule(
            id="metric-46",
            when=TASK.is_("ranking"),
            choose=fixed("ndcg"),
            reason="counts relevance by its place in the list, the top most",
            source="jarvelin2002",
        ),
        Rule(
            id="metric-50",
            when=~CLASSES & decided_word("loss").is_("huber", "mae"),
            choose=fixed("mae"),
            reason="with many outliers, a root of squares would judge those few rows only",
            source="huber1964, convention",
        ),
        Rule(
            id="metric-90",
            when=otherwise,
            choose=fixed("rmse"),
            reason="in the unit of the target, and what the squared error trains for",
            source="chollet2017",
        ),
        Rule(
            id="metric-92",
            when=TASK.is_("regression", "positive") & TARGET_RATIO.above(WIDE),
            choose=fixed("rmsle"),
            reason="judges ratios, where positive targets span more than a factor of ten",
            source="convention",
            amended_by="metric-90",
        ),
    ),
    prior=stays("part of the question that is asked, not of the answer"),
)

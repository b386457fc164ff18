"""What follows from the task: loss, output activation, figure of merit."""

from justright.designer.facts import (
    CLASSES,
    EVENNESS,
    MINORITY,
    TARGET_OUTLIERS,
    TARGET_RATIO,
    TASK,
    decided_word,
)
from justright.designer.rule import Chapter, Rule, fixed, otherwise

#: Share of targets further than 3 interquartile ranges outside the quartiles. Convention.
MANY_OUTLIERS = 0.01
#: Minority share times classes: 0.4 is a minority of 20 % in a binary task. Convention.
IMBALANCED = 0.4

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
            when=~CLASSES & TARGET_OUTLIERS.at_least(MANY_OUTLIERS),
            choose=fixed("mae"),
            reason="its best prediction is the median, which outliers do not move",
            source="shukla2019",
            amended_by="loss-30",
        ),
        Rule(
            id="loss-94",
            when=CLASSES & EVENNESS.below(IMBALANCED),
            choose=fixed("weighted_cross_entropy"),
            reason="each class weighs the same, however rare; probabilities are no longer true",
            source="chollet2017",
            amended_by="loss-10",
        ),
        Rule(
            id="loss-96",
            when=CLASSES & EVENNESS.below(IMBALANCED),
            choose=fixed("focal"),
            reason="rows that are already right weigh less; probabilities are no longer true",
            source="lin2017",
            amended_by="loss-10",
        ),
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
            id="output_activation-90",
            when=otherwise,
            choose=fixed("none"),
            reason="a number may be anything",
            source="chollet2017, shukla2019",
        ),
    ),
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
            id="metric-50",
            when=decided_word("loss").is_("huber", "mae"),
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
            when=~CLASSES & TARGET_RATIO.above(10),
            choose=fixed("rmsle"),
            reason="judges ratios, where positive targets span more than a factor of ten",
            source="convention",
            amended_by="metric-90",
        ),
    ),
)

"""What bounds a gradient."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Near, Words
from justright.designer.facts import CLASSES, TARGET_SKEW, decided_number, decided_word
from justright.designer.prior import Likely, drawn
from justright.designer.rule import Rule, fixed, otherwise
from justright.designer.rulebook.structure import DEEP

_PLAIN_SGD = decided_word("optimizer").is_("sgd", "sgd_nesterov")

CLIP = Chapter(
    lever="clip",
    rules=(
        Rule(
            id="clip-10",
            when=decided_number("depth").above(DEEP),
            choose=fixed("norm"),
            reason="gradients multiply through a deep stack and may explode; the direction is kept",
            source="pascanu2012, shukla2019",
        ),
        Rule(
            id="clip-20",
            when=decided_word("loss").is_("mse") & TARGET_SKEW.above(2),
            choose=fixed("norm"),
            reason="the gradient of a squared error grows with the error, and this target has "
            "a long tail",
            source="pascanu2012, convention",
        ),
        Rule(
            id="clip-30",
            when=~CLASSES & _PLAIN_SGD,
            choose=fixed("norm"),
            reason="without a step size for each weight, one large error makes one large step",
            source="pascanu2012, convention",
        ),
        Rule(
            id="clip-90",
            when=otherwise,
            choose=fixed("none"),
            reason="few layers and bounded gradients need none; where most steps would be "
            "clipped, a lower rate is the remedy",
            source="google2023",
        ),
        Rule(
            id="clip-92",
            when=otherwise,
            choose=fixed("value"),
            reason="bounds each weight's gradient, but turns the direction",
            source="shukla2019",
            amended_by="clip-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=otherwise,
            draw=Words(
                (
                    ("none", 7),
                    ("norm", 3),
                )
            ),
            reason="seldom needed in shallow networks, cheap insurance in others",
            source="google2023, pascanu2012",
        ),
    ),
)

CLIP_THRESHOLD = Chapter(
    lever="clip_threshold",
    rules=(
        Rule(
            id="clip_threshold-10",
            when=decided_word("clip").is_("none"),
            choose=fixed(1.0),
            reason="not used without clipping",
            source="convention",
        ),
        Rule(
            id="clip_threshold-20",
            when=decided_word("clip").is_("value"),
            choose=fixed(0.5),
            reason="half of one for each weight; better from the values seen in training",
            source="shukla2019, convention",
        ),
        Rule(
            id="clip_threshold-90",
            when=otherwise,
            choose=fixed(1.0),
            reason="a usual start; better is the 90th percentile of the norms seen in training",
            source="google2023, convention",
        ),
    ),
    prior=drawn(
        Likely(
            when=~decided_word("clip").is_("none"),
            draw=Near(factor=3, low=0.1, high=10),
            reason="a few thresholds are tried, around the usual one",
            source="pascanu2012, convention",
        ),
    ),
)

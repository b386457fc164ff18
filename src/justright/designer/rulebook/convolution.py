"""What only a network of convolutions has: kernel, pooling, dense head."""

from justright.designer.chapter import Chapter
from justright.designer.draw import Words
from justright.designer.facts import CONV
from justright.designer.prior import Likely, drawn, stays
from justright.designer.rule import Rule, fixed, otherwise

_UNUSED = "not used without convolutions"

KERNEL = Chapter(
    lever="kernel",
    rules=(
        Rule(
            id="kernel-10",
            when=~CONV,
            choose=fixed(3),
            reason=_UNUSED,
            source="convention",
        ),
        Rule(
            id="kernel-90",
            when=otherwise,
            choose=fixed(3),
            reason="two layers of 3 × 3 see as far as one of 5 × 5, with a bend more and weights "
            "fewer by a quarter",
            source="simonyan2014",
        ),
        Rule(
            id="kernel-92",
            when=CONV,
            choose=fixed(5),
            reason="a first look at a larger part of the image, from before deep stacks",
            source="lecun1998b",
            amended_by="kernel-90",
        ),
    ),
    prior=drawn(
        Likely(
            when=CONV,
            draw=Words(
                (
                    (3, 8),
                    (5, 2),
                )
            ),
            reason="stacked 3 × 3 kernels are the rule; a wider look may pay where few layers fit",
            source="simonyan2014, lecun1998b",
        ),
    ),
)

POOL = Chapter(
    lever="pool",
    rules=(
        Rule(
            id="pool-10",
            when=~CONV,
            choose=fixed("none"),
            reason=_UNUSED,
            source="convention",
        ),
        Rule(
            id="pool-90",
            when=otherwise,
            choose=fixed("max"),
            reason="keeps the strongest answer of a kernel wherever in the window it stands; ahead "
            "of the mean on images",
            source="scherer2010, chollet2017",
        ),
        Rule(
            id="pool-92",
            when=CONV,
            choose=fixed("average"),
            reason="every pixel of the window gets its share of the gradient",
            source="lecun1998b",
            amended_by="pool-90",
        ),
    ),
    prior=stays("depth was chosen with it: each layer halves the image"),
)

HEAD_WIDTH = Chapter(
    lever="head_width",
    rules=(
        Rule(
            id="head_width-10",
            when=~CONV,
            choose=fixed(0),
            reason=_UNUSED,
            source="convention",
        ),
        Rule(
            id="head_width-90",
            when=otherwise,
            choose=fixed(0),
            reason="a dense layer on the flat image would hold most of the weights and over-fit "
            "first; the convolutions feed the output themselves",
            source="lin2013, he2016",
        ),
        Rule(
            id="head_width-92",
            when=CONV,
            choose=fixed(64),
            reason="a dense layer puts together what the convolutions found all over the image",
            source="chollet2017, lecun1998b",
            amended_by="head_width-90",
        ),
    ),
    prior=stays("the mean over places feeds the output as well, with fewer weights to over-fit"),
)

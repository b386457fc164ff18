"""What a search may do with each lever: whole, cited, and within the lever's range."""

import math

import pytest

from justright.designer.draw import Near
from justright.designer.levers import check
from justright.designer.rule import Case
from justright.designer.rulebook import RULE_BOOK
from justright.designer.sources import cite
from tests.designer.cases import binary, images, number, three

PRIORS = {chapter.lever: chapter.prior for chapter in RULE_BOOK}
LIKELY = [(lever, each) for lever, prior in PRIORS.items() for each in prior.likely]
NEVER = [
    "evaluation",
    "folds",
    "repeats",
    "split",
    "metric",
    "loss",
    "output_activation",
    "sampling",
    "text",
    "ensemble_size",
    "epochs",
    "patience",
]


@pytest.mark.parametrize("lever", PRIORS)
def test_every_lever_is_drawn_or_says_why_not(lever):
    prior = PRIORS[lever]
    if prior.role == "drawn":
        assert prior.likely and not prior.why
    else:
        assert not prior.likely and len(prior.why) > 10


def test_what_is_asked_and_how_it_is_judged_never_moves():
    assert {PRIORS[lever].role for lever in NEVER} == {"stays"}


@pytest.mark.parametrize("lever, likely", LIKELY, ids=[name for name, _ in LIKELY])
def test_no_draw_lies_outside_its_lever(lever, likely):
    draws = [likely.draw]
    if isinstance(likely.draw, Near):
        draws += [likely.draw.around(10.0**power) for power in range(-8, 4)]
    for draw in (each for one in draws for each in (one, one.flat())):
        for u in (0.0, 0.1, 0.5, 0.9, math.nextafter(1, 0)):
            value = draw.value(u)
            checked = check(lever, value)
            assert checked == value and type(checked) is type(value)
    assert cite(likely.source) and likely.reason


DEEP = {"depth": 5, "residual": False}
#: Lever, profile, levers decided before, the draw in words; None where it stays.
CASES = [
    ("depth", number(999), {}, "1 (25 %), 2 (45 %), 3 (30 %)"),
    ("depth", number(), {"numeric_embedding": "periodic"}, "1 (25 %), 2 (45 %), 3 (30 %)"),
    ("depth", number(10**5), {"numeric_embedding": "periodic"}, "1 (40 %), 2 (45 %), 3 (15 %)"),
    ("depth", number(), {}, "1 (5 %), 2 (25 %), 3 (35 %), 4 (20 %), 5 (15 %)"),
    ("depth", images(), {"family": "conv"}, None),
    ("width", number(999), {}, "32 to 128, even on a log scale, in steps of 8"),
    ("width", number(3_000), {}, "128 to 512, even on a log scale, in steps of 32"),
    ("family", number(budget_s=59), {}, None),
    ("family", number(budget_s=60), {}, "dense (85 %), tabm (15 %)"),
    ("family", images(), {"family": "conv"}, None),
    ("numeric_embedding", number(n_numeric=0), {}, None),
    ("numeric_embedding", number(499), {}, "none (60 %), piecewise_linear (20 %), periodic (20 %)"),
    ("embedding_size", number(), {}, None),
    ("frequency_scale", number(), {"numeric_embedding": "piecewise_linear"}, None),
    ("heads", number(), {}, None),
    ("heads", number(), {"family": "tabm"}, "8 (30 %), 16 (40 %), 32 (30 %)"),
    ("activation", number(), DEEP, "selu (60 %), silu (20 %), mish (20 %)"),
    ("normalisation", number(), {"activation": "selu"}, "none only"),
    ("normalisation", number(), {"depth": 0}, None),
    ("dropout", number(), {"normalisation": "batch"}, "0 only"),
    ("dropout", number(2_999), {}, "0 (75 %), else 0.05 to 0.5, even"),
    ("dropout", number(3_000), {}, "0 (40 %), else 0.05 to 0.5, even"),
    ("dropout_schedule", number(), {"dropout": 0.0}, None),
    ("label_smoothing", number(), {"metric": "rmse"}, None),
    ("label_smoothing", binary(), {"metric": "roc_auc"}, None),
    ("label_smoothing", three(), {"metric": "accuracy"}, "0 (50 %), else 0.02 to 0.1, even"),
    ("beta2", number(), {"optimizer": "sgd"}, None),
    ("clip_threshold", number(), {"clip": "none"}, None),
    ("schedule", number(), {"epochs": 1_000}, None),
    ("ema_decay", number(), {"averaging": "none"}, None),
]
USUAL = {
    "family": "dense",
    "numeric_embedding": "none",
    "depth": 2,
    "residual": False,
    "activation": "silu",
    "normalisation": "none",
    "batch_size": 32,
    "metric": "rmse",
    "epochs": 100,
}


@pytest.mark.parametrize("lever, profile, decided, text", CASES)
def test_how_a_lever_is_drawn(lever, profile, decided, text):
    likely = PRIORS[lever].of(Case(profile, USUAL | decided))
    assert (likely and likely.draw.text) == text

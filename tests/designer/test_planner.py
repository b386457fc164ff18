"""Overrides: they decide, they show what they set aside, and conflicts are refused."""

import pytest

from justright.designer.planner import plan, rule
from justright.errors import DesignError
from justright.kinds.task import Task
from tests.designer.cases import binary, images, number, three

NUMBER = Task(kind="regression", target="price")
BINARY = Task(kind="binary", target="sick", classes=("no", "yes"))
THREE = Task(kind="multiclass", target="kind", classes=("a", "b", "c"))


def test_an_override_decides_and_says_what_it_set_aside():
    decision = plan(number(344), NUMBER, {"width": 512}).decision("width")
    assert (decision.value, decision.origin, decision.rule) == (512, "user", "user")
    assert decision.reason.startswith("you set it; the book would have chosen 64 (width-20: ")
    because = {passed.rule: passed.because for passed in decision.passed_over}
    assert because["width-10"] == "condition does not hold: rows = 344"
    assert because["width-20"] == "you set the value"
    assert because["width-30"] == "an earlier rule decided: width-20"
    assert because["width-02"] == "condition does not hold: family is dense"
    assert len(because) == 9


def test_an_override_that_agrees_with_the_book():
    decision = plan(number(344), NUMBER, {"width": 64}).decision("width")
    assert decision.origin == "user"
    assert decision.reason.startswith("you set it; the book chooses the same (width-20: ")


def test_later_chapters_follow_an_override():
    design = plan(number(), NUMBER, {"activation": "tanh", "clip": "value"})
    assert design["init"] == "glorot_uniform" and design["clip_threshold"] == 0.5


def test_kebab_case_and_text_are_read():
    assert plan(number(), NUMBER, {"batch-size": "64"})["batch_size"] == 64


def test_a_classic_rule_can_be_asked_for():
    decision = plan(number(), NUMBER, asked=["optimizer-92"]).decision("optimizer")
    assert (decision.value, decision.rule, decision.origin) == (
        "sgd_nesterov",
        "optimizer-92",
        "user",
    )


def test_iterated_folds_can_be_asked_for():
    assert plan(number(), NUMBER)["repeats"] == 1
    assert plan(number(), NUMBER, asked=["repeats-92"])["repeats"] == 3


def test_an_override_comes_before_an_asked_rule():
    design = plan(number(), NUMBER, {"optimizer": "adam"}, asked=["optimizer-92"])
    assert design["optimizer"] == "adam"


def test_unknown_rule():
    with pytest.raises(DesignError, match="no rule is called 'optimiser-92'") as caught:
        plan(number(), NUMBER, asked=["optimiser-92"])
    assert caught.value.try_ == "optimizer-92"


def test_rule_by_id():
    assert rule("dropout-20").choose.text == "0"


def test_profile_and_task_must_agree():
    with pytest.raises(ValueError, match=r"profile\.task='regression' and task\.kind='binary'"):
        plan(number(), BINARY)


REFUSED = {
    "loss of a number": (binary(), BINARY, {"loss": "mse"}, "loss = mse for a binary target"),
    "loss of classes": (number(), NUMBER, {"loss": "focal"}, "loss = focal for a regression"),
    "two-class loss": (
        three(),
        THREE,
        {"loss": "binary_cross_entropy"},
        "multiclass target 'kind'",
    ),
    "output": (number(), NUMBER, {"output_activation": "sigmoid"}, "--set output_activation=none"),
    "metric": (number(), NUMBER, {"metric": "f1"}, "one that fits: rmse, mae, r2, rmsle"),
    "f1 of three": (three(), THREE, {"metric": "f1"}, "metric = f1 for a multiclass target"),
    "unknown lever": (number(), NUMBER, {"dept": 3}, "try:    justright rules depth"),
    "out of range": (number(), NUMBER, {"depth": 9}, "a whole number from 0 to 8"),
    "one fold": (number(), NUMBER, {"folds": 1}, "--set evaluation=hold-out"),
    "folds held out": (number(20_000), NUMBER, {"folds": 5}, "--set evaluation=k-fold"),
    "repeats held out": (number(20_000), NUMBER, {"repeats": 3}, "--set evaluation=k-fold --set"),
    "repeats in time": (
        number(has_order=True),
        NUMBER,
        {"evaluation": "k-fold", "folds": 3, "repeats": 3},
        "rows in time are never shuffled",
    ),
    "repeats too large": (
        number(10**6, n_inputs=50),
        NUMBER,
        {"evaluation": "k-fold", "folds": 5, "repeats": 9},
        "9 GB\n  needed: at most 4 GB\n  try:    --set repeats=4",
    ),
    "folds above rows": (number(12), NUMBER, {"folds": 13}, "folds = 13 for 12 rows"),
    "no groups": (number(), NUMBER, {"split": "grouped"}, "split = grouped without a group column"),
    "no order": (number(), NUMBER, {"split": "ordered"}, "split = ordered without an order column"),
    "strata": (number(), NUMBER, {"split": "stratified"}, "--set split=random"),
    "smoothing": (number(), NUMBER, {"label_smoothing": 0.1}, "label_smoothing = 0.1 for a regre"),
    "rmsle": (number(target_low=-1), NUMBER, {"metric": "rmsle"}, "targets down to -1"),
    "nesterov": (
        number(),
        NUMBER,
        {"optimizer": "sgd_nesterov", "momentum": 0},
        "a momentum above 0",
    ),
    "convolutions of a table": (number(), NUMBER, {"family": "conv"}, "--set family=dense"),
    "seven convolutions": (images(), THREE, {"depth": 7}, "--set depth=6"),
    "no convolution": (images(), THREE, {"depth": 0}, "--set depth=1"),
    "even kernel": (images(), THREE, {"kernel": 4}, "one that fits: 1, 3, 5, 7"),
    "funnel of images": (images(), THREE, {"shape": "funnel"}, "--set shape=double"),
    "layer norm of images": (
        images(),
        THREE,
        {"normalisation": "layer"},
        "normalisation = layer with family = conv",
    ),
    "doubled width of a table": (number(), NUMBER, {"shape": "double"}, "--set shape=same"),
    "pooling of a table": (number(), NUMBER, {"pool": "max"}, "pool = max with family = dense"),
    "submodels of a dense network": (number(), NUMBER, {"heads": 8}, "--set heads=1"),
    "TabM of images": (images(), THREE, {"family": "tabm"}, "--set family=conv"),
    "TabM without a layer": (number(), NUMBER, {"family": "tabm", "depth": 0}, "--set depth=1"),
    "TabM around a norm": (
        number(),
        NUMBER,
        {"family": "tabm", "normalisation": "batch"},
        "--set normalisation=none",
    ),
    "ranks of pixels": (images(), THREE, {"scaler": "quantile"}, "scaler = quantile for images"),
}


@pytest.mark.parametrize("profile, task, overrides, message", REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_refused(profile, task, overrides, message):
    with pytest.raises(DesignError) as caught:
        plan(profile, task, overrides)
    assert message in str(caught.value)
    assert caught.value.try_


ALLOWED = {
    "selu with batch norm": (number(), NUMBER, {"activation": "selu", "normalisation": "batch"}),
    "ema decay without ema": (number(), NUMBER, {"averaging": "none", "ema_decay": 0.9}),
    "weighted loss": (binary(), BINARY, {"loss": "weighted_cross_entropy"}),
    "rmsle": (number(target_low=-0.9), NUMBER, {"metric": "rmsle"}),
    "grouped": (number(has_groups=True), NUMBER, {"split": "grouped"}),
    "k-fold of many rows": (number(20_000), NUMBER, {"evaluation": "k-fold", "folds": 3}),
    "iterated folds": (number(), NUMBER, {"repeats": 3}),
    "no hidden layer": (three(), THREE, {"depth": 0}),
    "images laid flat": (images(), THREE, {"family": "dense", "depth": 0}),
    "a large kernel": (images(), THREE, {"kernel": 7, "pool": "average", "head_width": 64}),
}


@pytest.mark.parametrize("profile, task, overrides", ALLOWED.values(), ids=ALLOWED)
def test_odd_but_workable_choices_pass(profile, task, overrides):
    design = plan(profile, task, overrides)
    assert {design[name] for name in overrides} == set(overrides.values())

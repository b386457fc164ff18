"""Named designs: what they set, what they leave, and what comes before them."""

import pytest

from justright.designer.levers import LEVERS, check
from justright.designer.named import NAMED_DESIGNS, design_names, named_design
from justright.designer.planner import plan
from justright.designer.sources import SOURCES, keys
from justright.errors import DesignError
from justright.kinds.task import Task
from tests.designer.cases import binary, images, number, three

NUMBER = Task(kind="regression", target="price")
POSITIVE = Task(kind="positive", target="price")
BINARY = Task(kind="binary", target="sick", classes=("no", "yes"))
THREE = Task(kind="multiclass", target="kind", classes=("a", "b", "c"))

#: Design, profile, task, levers with their values.
SETS = [
    ("classic", number(), NUMBER, {"scaler": "standard", "depth": 1, "width": 8}),
    ("classic", number(), NUMBER, {"optimizer": "sgd_nesterov", "schedule": "plateau"}),
    ("classic", number(), NUMBER, {"activation": "relu", "init": "he_normal", "dropout": 0.1}),
    ("classic", number(), NUMBER, {"averaging": "none", "ensemble_size": 1, "patience": 10}),
    ("realmlp", number(), NUMBER, {"activation": "mish", "label_smoothing": 0.0}),
    ("realmlp", three(), THREE, {"activation": "selu", "label_smoothing": 0.1}),
    ("realmlp", binary(), BINARY, {"label_smoothing": 0.0, "init": "data_normal"}),
    ("realmlp", number(199), NUMBER, {"depth": 3, "width": 256, "beta2": 0.95, "epochs": 256}),
    ("tabm", number(), NUMBER, {"learning_rate": 0.002, "weight_decay": 3e-4, "patience": 16}),
    (
        "tabm",
        number(),
        NUMBER,
        {"heads": 32, "evaluation": "hold-out", "output_activation": "none"},
    ),
    ("tabm", number(budget_s=10), NUMBER, {"heads": 8, "folds": 1}),
    (
        "tabm",
        number(task="positive", target_low=1, target_spread=2.0),
        POSITIVE,
        {"output_activation": "none"},
    ),
    (
        "tabm",
        number(task="positive", target_low=1, target_spread=99.0),
        POSITIVE,
        {"output_activation": "exp"},
    ),
    ("selu", number(), NUMBER, {"activation": "selu", "init": "lecun_normal", "dropout": 0.05}),
    ("selu", number(), NUMBER, {"scaler": "standard", "normalisation": "none", "depth": 5}),
    ("fast", number(50_000), NUMBER, {"activation": "relu", "width": 128, "ensemble_size": 1}),
    ("small-data", number(50_000), NUMBER, {"width": 64, "batch_size": 32, "ensemble_size": 8}),
    ("small-data", number(50_000), NUMBER, {"dropout": 0.0, "weight_decay": 0.05, "depth": 2}),
]


@pytest.mark.parametrize("name, profile, task, values", SETS)
def test_what_a_design_sets(name, profile, task, values):
    design = plan(profile, task, design=name)
    assert {lever: design[lever] for lever in values} == values


@pytest.mark.parametrize("name", design_names())
def test_every_setting_is_valid_has_a_source_and_decides(name):
    design, facts = named_design(name), {"regression": (number(), NUMBER)}
    facts |= {"multiclass": (three(), THREE), "binary": (binary(), BINARY)}
    set_ = {setting.lever for setting in design.settings}
    assert set_ <= {lever.name for lever in LEVERS}
    for profile, task in facts.values():
        named = {d.lever: d for d in plan(profile, task, design=name).decisions if d.named}
        assert named and set(named) <= set_
        for decision in named.values():
            assert decision.named == name and decision.origin == "rule" and decision.is_given
            assert check(decision.lever, decision.value) == decision.value
            assert decision.passed_over and decision.turn is None
    for setting in design.settings:
        assert set(keys(setting.rule.source)) <= set(SOURCES)
        assert len(setting.rule.reason) > 10 and not setting.rule.reason.endswith(".")


def test_a_row_of_the_book_keeps_its_reason_and_is_not_passed_over():
    decision = plan(number(), NUMBER, design="classic").decision("optimizer")
    assert decision.rule == "design:classic"
    assert decision.reason.endswith("when quality counts and time does not (optimizer-92)")
    because = {passed.rule: passed.because for passed in decision.passed_over}
    assert "optimizer-92" not in because
    assert because["optimizer-90"] == "set by design:classic"


def test_the_book_decides_on_what_a_design_leaves_open():
    decision = plan(number(), NUMBER, design="selu").decision("batch_size")
    assert (decision.rule, decision.named, decision.is_given) == ("batch_size-30", "", False)


def test_what_the_user_sets_or_asks_for_comes_first():
    mine = plan(number(), NUMBER, {"depth": 2, "width": 64}, design="selu")
    assert mine.decision("depth").reason.startswith(
        "you set it; the design selu would have chosen 5 (depth is what it makes possible"
    )
    assert mine.decision("width").reason.startswith("you set it; the book would have chosen 256 (")
    asked = plan(number(), NUMBER, design="selu", asked=["activation-95"])
    assert asked["activation"] == "relu" and asked["init"] == "he_normal"


def test_an_unknown_design():
    with pytest.raises(DesignError) as caught:
        plan(number(), NUMBER, design="realmpl")
    assert str(caught.value) == (
        "no design is called 'realmpl'\n"
        "  needed: one of: classic, realmlp, tabm, selu, fast, small-data\n"
        "  try:    --design realmlp"
    )


@pytest.mark.parametrize("design", NAMED_DESIGNS, ids=lambda design: design.name)
def test_images_are_refused(design):
    with pytest.raises(DesignError, match=f"design {design.name} for images"):
        plan(images(), THREE, design=design.name)

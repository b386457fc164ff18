"""Levers: what they can be set to, and what they say when they cannot."""

import pytest

from justright.designer.levers import LEVERS, check, lever, parse, words
from justright.errors import DesignError


@pytest.mark.parametrize(
    "name, text, value",
    [
        ("evaluation", "hold_out", "hold-out"),
        ("schedule", "One-Cycle", "one_cycle"),
        ("numeric-embedding", "on", "periodic"),
        ("clip", "off", "none"),
        ("clip", "on", "norm"),
        ("averaging", "on", "ema"),
        ("residual", "on", True),
        ("residual", "no", False),
        ("dropout", "none", 0.0),
        ("dropout", "0.6", 0.6),
        ("width", "8", 8),
        ("width", "1e2", 100),
        ("epochs", "10_000", 10_000),
        ("Learning-Rate", " 1e-6 ", 1e-6),
        ("depth", "off", 0),
    ],
)
def test_parse(name, text, value):
    read = parse(name, text)
    assert read == value and type(read) is type(value)


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("lerning-rate", "1", "no lever is called 'lerning-rate'"),
        ("dropout", "0.61", "dropout = 0.61\n  needed: a number from 0 to 0.6"),
        ("dropout", "-0.1", "dropout = -0.1\n"),
        ("dropout", "nan", "dropout = nan\n"),
        ("dropout", "much", "dropout = much\n"),
        ("width", "7", "width = 7\n  needed: a whole number from 8 to 1024"),
        ("width", "1025", "width = 1025\n"),
        ("width", "64.5", "width = 64.5\n"),
        ("width", "inf", "width = inf\n"),
        ("residual", "maybe", "residual = maybe\n  needed: on, off\n  try:    --set residual=on"),
        ("optimizer", "adma", "optimizer = 'adma'\n  needed: one of: sgd, sgd_nesterov"),
        ("optimizer", "off", "optimizer = 'off'\n"),
        ("family", "on", "family = 'on'\n"),
        ("clip-threshold", "0", "clip_threshold = 0\n"),
    ],
)
def test_parse_refuses(name, text, message):
    with pytest.raises(DesignError) as caught:
        parse(name, text)
    assert str(caught.value).startswith(message)


def test_near_misses_are_suggested():
    with pytest.raises(DesignError) as caught:
        parse("lerning-rate", "1")
    assert caught.value.try_ == "justright rules learning_rate"
    with pytest.raises(DesignError) as caught:
        parse("activation", "leakyrelu")
    assert caught.value.try_ == "--set activation=leaky_relu"


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("width", 64.0, 64),
        ("dropout", 0, 0.0),
        ("residual", 1, True),
        ("clip", None, "none"),
        ("dropout", None, 0.0),
        ("residual", None, False),
        ("clip", False, "none"),
        ("batch-size", "64", 64),
    ],
)
def test_check(name, value, expected):
    found = check(name, value)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize(
    "name, value, message",
    [
        ("depth", True, "depth = on\n"),
        ("residual", 2, "residual = 2\n"),
        ("optimizer", None, "optimizer = 'off'\n"),
        ("activation", 3, "activation = '3'\n"),
        ("width", 64.5, "width = 64.5\n"),
    ],
)
def test_check_refuses(name, value, message):
    with pytest.raises(DesignError) as caught:
        check(name, value)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("one", LEVERS, ids=lambda one: one.name)
def test_bounds_and_words_are_accepted(one):
    for value in one.words or ((True, False) if one.kind == "switch" else (one.low, one.high)):
        assert check(one.name, value) == value
        assert parse(one.name, words(value)) == value
    assert one.help and lever(one.name.replace("_", "-")) is one

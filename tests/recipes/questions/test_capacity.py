"""How many layers, how many neurons, how large a network?"""

import math

import numpy as np
import pytest

from justright.errors import DesignError
from justright.recipes.arena import Arena
from justright.recipes.capacity import Capacity, _enough, _shapes
from justright.recipes.questions import capacity
from justright.recipes.questions.capacity import _sentence
from justright.recipes.questions.told import Unit
from justright.recipes.rounds import rounds_of
from justright.recipes.sizes import Size, Sizes, _trend, n_weights, sizes_of
from tests.recipes.small import table

from .asked import asking, reply

NOISE = 0.01 * np.random.default_rng(0).normal(size=(6, 5, 1))  # by size and place
UNIT = Unit(metric="rmse", higher_is_better=False, base=1.0)


def seen(scores, training):
    """What came out if sizes had these errors, on validation rows and on training rows."""
    names = [f"1 × {2**i}" for i in range(len(scores))]
    sizes = {n: Size(depth=1, width=2**i, n_parameters=2**i) for i, n in enumerate(names)}
    tables = {n: score + NOISE[i] for i, (n, score) in enumerate(zip(names, scores, strict=True))}
    enough, against = _enough(tables, higher=False, overlap=0.25)
    return Capacity(
        sizes=Sizes(own=names[0], sizes=sizes), tables=tables,
        training=dict(zip(names, training, strict=True)), overlap=0.25, enough=enough,
        effects=against, shapes=(), higher=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scores", "training", "verdicts"),
    [
        (
            [2.0, 1.5, 1.0, 1.0, 1.5],
            [2.0, 1.4, 0.9, 0.8, 0.3],
            ["under-fits", "under-fits", "enough", "gains nothing", "over-fits"],
        ),
        ([1.0, 1.0, 1.6], [0.9, 0.9, 1.5], ["enough", "gains nothing", "trains badly"]),
        ([3.0, 2.0, 1.0], [3.0, 2.0, 1.0], ["under-fits", "under-fits", "enough"]),
        ([1.0, 1.0, math.nan], [1.0, 1.0, math.nan], ["enough", "gains nothing", "trains badly"]),
    ],
)
def test_where_fitting_too_little_ends_and_too_much_begins(scores, training, verdicts) -> None:
    found = seen(scores, training)
    assert [found.verdict(name) for name in found.tables] == verdicts


def test_the_sentence_says_what_is_enough() -> None:
    said = _sentence(seen([2.0, 1.0, 1.01, 1.5], [2.0, 0.9, 0.9, 0.3]), UNIT)
    assert said.startswith("1 layer of 2 is enough: smaller ones under-fit (1 × 1: ")
    assert "more gains nothing clear (±" in said
    assert "larger ones over-fit from 1 × 8: root mean squared error +" in said
    said = _sentence(seen([1.0, 1.001], [1.0, 1.0]), UNIT)
    assert said.startswith("No clear difference between sizes") and "1 layer of 1 will do" in said


def test_deeper_and_wider_are_compared_with_the_own_size() -> None:
    sizes = Sizes(own="2 × 8", deeper="4 × 5", wider="1 × 20")
    tables = {"2 × 8": 1.0 + NOISE[0], "4 × 5": 0.5 + NOISE[1], "1 × 20": 1.0 + NOISE[2]}
    verdicts = {e.name: e.verdict for e in _shapes(tables, sizes, higher=False, overlap=0.25)}
    assert verdicts == {"deeper": "useful", "wider": "no clear effect"}


def test_as_large_ones_have_as_many_weights() -> None:
    asked = asking("size", table(), overrides={"depth": 2, "width": 64})
    arena = Arena(asked.parted(), {"": asked.ground.design}, 0)
    found = sizes_of(asked, arena)
    own = n_weights(asked.ground.design, arena)
    assert found.sizes[found.own].n_parameters == own
    for name, depth in ((found.deeper, 4), (found.wider, 1)):
        assert found.sizes[name].depth == depth
        assert found.sizes[name].n_parameters == pytest.approx(own, rel=0.05)
    weights = [size.n_parameters for size in found.sizes.values()]
    assert weights == sorted(weights)


def test_the_trend_of_rates_never_rises_with_size() -> None:
    one, two = (Size(depth=1, width=w, n_parameters=w) for w in (10, 1000))
    assert _trend([one, two], [1e-3, 1e-1], [one, two]) == pytest.approx([1e-2, 1e-2])
    assert _trend([one, two], [1.0, 1e-6], [one, two]) == pytest.approx([1e-2, 1e-4])


@pytest.mark.parametrize(
    ("question", "values", "sizes"),
    [
        ("size", ["1x8", "2 × 8"], {(1, 8), (2, 8), (1, 16)}),
        ("width", [8, 32], {(1, 8), (1, 16), (1, 32)}),
        ("depth", [0, 2], {(0, None), (2, 16), (1, 16)}),
    ],
)
def test_named_values_are_compared(question, values, sizes, monkeypatch) -> None:
    monkeypatch.setattr(capacity, "rounds_of", lambda *own: rounds_of(*own)[:1])
    found = reply(question, table("binary"), values=values)
    asked = {(row[0], row[1]) for row in found.rows if "equal" not in row[-2]}
    assert asked == sizes
    assert all(len(row) == len(found.columns) for row in found.rows)
    assert all(row[3] is not None and row[4] is not None for row in found.rows)
    assert any(s.drawn == "dashes" for s in found.picture.series)


@pytest.mark.parametrize("values", [["big"], ["2x"]])
def test_what_is_no_size_is_refused(values) -> None:
    with pytest.raises(DesignError, match="is no size"):
        reply("size", table(), values=values)


def test_one_size_is_nothing_to_compare() -> None:
    with pytest.raises(DesignError, match="two or more"):
        reply("width", table(), values=[16])

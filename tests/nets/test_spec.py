import pytest

from justright.nets.spec import MAX_EMBEDDING
from tests.nets.specs import spec_with

WIDTHS = {
    "no hidden layer": (0, 16, "same", ()),
    "one layer is the same in both shapes": (1, 16, "funnel", (16,)),
    "the same throughout": (3, 16, "same", (16, 16, 16)),
    "halved layer by layer": (3, 64, "funnel", (64, 32, 16)),
    "down to the floor and no further": (4, 16, "funnel", (16, 8, 8, 8)),
    "odd widths are halved downwards": (3, 51, "funnel", (51, 25, 12)),
    "a funnel below the floor is lifted to it": (2, 4, "funnel", (8, 8)),
}


@pytest.mark.parametrize(("depth", "width", "shape", "widths"), WIDTHS.values(), ids=WIDTHS)
def test_widths(depth, width, shape, widths):
    assert spec_with(depth=depth, width=width, shape=shape).widths == widths


FIRST = {
    "numbers and plain features side by side": ({}, 5),
    "every number becomes an embedding": (
        {"numeric_embedding": "periodic", "embedding_size": 4},
        3 * 4 + 2,
    ),
    "no number, no embedding": ({"numeric_embedding": "periodic", "n_numeric": 0}, 2),
    "two levels take 2 outputs": ({"cardinalities": (2,)}, 5 + 2),
    "all kinds together": (
        {"numeric_embedding": "piecewise_linear", "embedding_size": 3, "cardinalities": (2, 10)},
        3 * 3 + 2 + 2 + 6,
    ),
}


@pytest.mark.parametrize(("changes", "n_first"), FIRST.values(), ids=FIRST)
def test_the_first_layer_takes_everything(changes, n_first):
    spec = spec_with(**changes)
    assert spec.n_first == n_first
    assert spec.fans[0][0] == n_first


def test_each_layer_takes_what_the_one_before_gives():
    spec = spec_with(depth=3, width=32, shape="funnel")
    assert spec.fans == ((5, 32), (32, 16), (16, 8), (8, 3))


def test_without_hidden_layers_inputs_meet_outputs():
    assert spec_with(depth=0).fans == ((5, 3),)


SIZES = {1: 2, 2: 2, 3: 3, 10: 6, 100: 21, 211: 32, 1_000: 32, 100_000: 32}  # by fastai's rule


@pytest.mark.parametrize(("levels", "size"), SIZES.items())
def test_embedding_sizes(levels, size):
    assert spec_with(cardinalities=(levels,)).embedding_sizes == (size,)
    assert size <= MAX_EMBEDDING


@pytest.mark.parametrize(("norm", "bias"), [("none", True), ("layer", True), ("batch", False)])
def test_only_batch_norm_takes_the_bias_out(norm, bias):
    assert spec_with(normalisation=norm).hidden_bias is bias

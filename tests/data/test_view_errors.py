"""What no view can be built of: seen, needed, and what to try."""

import numpy as np
import pytest

from justright.data.views import (
    bootstrap,
    hold_out,
    k_fold,
    shares,
    shuffled,
    time_ordered,
    weighted,
)
from justright.errors import DataError
from justright.kinds import View

VIEW = View(train=np.arange(8), validation=np.arange(8, 10))
RARE = ["a"] * 8 + ["b"] * 2
LONE = ["a"] * 9 + ["b"]
PAIRS = ["u", "v"] * 5
ERRORS = {
    "share 0": (lambda: hold_out(10, share=0, seed=0), "the share to hold out is 0"),
    "share 1": (lambda: hold_out(10, share=1, seed=0), "the share to hold out is 1"),
    "share nan": (lambda: hold_out(10, share=float("nan"), seed=0), "hold out is nan"),
    "one row": (lambda: hold_out(1, seed=0), "1 row\n  needed: at least 2 rows"),
    "no row": (lambda: hold_out(0, seed=0), "0 rows\n  needed: at least 2 rows"),
    "one group": (lambda: hold_out(10, seed=0, groups=[7] * 10), "1 group in 10 rows"),
    "a class alone": (
        lambda: hold_out(10, seed=0, y=LONE),
        "1 of 2 classes lie in fewer than 2 rows (first: 'b', in 1)",
    ),
    "a class in one group": (
        lambda: hold_out(10, seed=0, y=RARE, groups=[0, 1, 2, 3] * 2 + [4, 4]),
        "1 of 2 classes lie in fewer than 2 groups (first: 'b', in 1)",
    ),
    "y too short": (lambda: hold_out(10, seed=0, y=[1, 2]), "y has the shape (2,)"),
    "y too long": (lambda: hold_out(10, seed=0, y=[1] * 11), "y has the shape (11,)"),
    "y a matrix": (lambda: hold_out(2, seed=0, y=np.ones((2, 2))), "y has the shape (2, 2)"),
    "y missing": (
        lambda: hold_out(4, seed=0, y=[0.5, 1.5, float("nan"), 2]),
        "1 of 4 cells of y are missing (first: row 2)",
    ),
    "a group missing": (
        lambda: hold_out(4, seed=0, groups=["u", None, "v", None]),
        "2 of 4 cells of groups are missing (first: row 1)",
    ),
    "groups too few": (lambda: k_fold(10, 2, seed=0, groups=[1]), "groups has the shape (1,)"),
    "one fold": (lambda: k_fold(10, 1, seed=0), "1 fold\n  needed: at least 2 folds"),
    "no repeat": (lambda: k_fold(10, 2, repeats=0, seed=0), "0 repeats"),
    "more folds than rows": (lambda: k_fold(4, 5, seed=0), "4 rows\n  needed: at least 5 rows"),
    "more folds than groups": (
        lambda: k_fold(10, 5, seed=0, groups=PAIRS),
        "2 groups in 10 rows\n  needed: at least 5 groups: one for each of 5 folds",
    ),
    "a class rarer than folds": (
        lambda: k_fold(10, 3, seed=0, y=RARE),
        "1 of 2 classes lie in fewer than 3 rows (first: 'b', in 2)",
    ),
    "repeats of single rows": (
        lambda: k_fold(5, 5, repeats=2, seed=0),
        "5 folds hold one row each, so all repeats would be the same",
    ),
    "repeats of single groups": (
        lambda: k_fold(10, 2, repeats=2, seed=0, groups=PAIRS),
        "2 folds hold one group each",
    ),
    "no bootstrap": (lambda: bootstrap(10, 0, seed=0), "0 bootstraps"),
    "a bootstrap of one row": (lambda: bootstrap(1, 5, seed=0), "1 row\n  needed: at least 2 rows"),
    "no share": (lambda: shares(VIEW, [], seed=0), "training rows are none"),
    "a share of 0": (lambda: shares(VIEW, [0.5, 0], seed=0), "training rows are 0.5, 0"),
    "a share above 1": (lambda: shares(VIEW, [1.5], seed=0), "training rows are 1.5"),
    "a share of no row": (
        lambda: shares(VIEW, [0.05], seed=0),
        "5 % of 8 training rows is 0 rows\n  needed: at least 1 row\n  try:    a share of 0.13",
    ),
    "fewer rows than classes": (
        lambda: shares(VIEW, [0.1], seed=0, y=PAIRS),
        "10 % of 8 training rows is 1 row\n  needed: at least 2: one of every class",
    ),
    "a share with y too short": (
        lambda: shares(VIEW, [0.5], seed=0, y=[1] * 9),
        "y has the shape (9,)\n  needed: one cell for each of at least 10 rows",
    ),
    "a share of shuffled targets": (
        lambda: shares(shuffled(VIEW, 10, seed=0), [0.5], seed=0),
        "the targets of the view are shuffled",
    ),
    "nothing to shuffle": (
        lambda: shuffled(View(train=np.arange(5), validation=np.array([5])), 6, seed=0),
        "1 different validation row to shuffle",
    ),
    "rows beyond n": (
        lambda: shuffled(VIEW, 9, seed=0),
        "1 of 2 different validation rows lie beyond the 9 rows of the data (last: row 9)",
    ),
    "a negative weight": (
        lambda: weighted(VIEW, [1.0] * 9 + [-2]),
        "1 of 10 weights are negative or not finite (first: row 9, -2)",
    ),
    "an infinite weight": (
        lambda: weighted(VIEW, [float("inf")] + [1.0] * 9),
        "(first: row 0, inf)",
    ),
    "a missing weight": (lambda: weighted(VIEW, [float("nan")] * 10), "10 of 10 weights"),
    "too few weights": (lambda: weighted(VIEW, [1.0] * 9), "weights has the shape (9,)"),
    "too many weights": (lambda: weighted(VIEW, [1.0] * 11, n=10), "weights has the shape (11,)"),
    "all weights 0": (
        lambda: weighted(VIEW, [0.0] * 8 + [1, 1]),
        "the weights of all 8 training rows are 0",
    ),
    "more stretches than rows": (lambda: time_ordered(5, 5), "5 rows for 5 folds in time"),
    "no stretch": (lambda: time_ordered(5, 0), "0 folds"),
}


@pytest.mark.parametrize(("build", "words"), ERRORS.values(), ids=ERRORS)
def test_what_cannot_be_done_is_said(build, words):
    with pytest.raises(DataError) as caught:
        build()
    assert words in str(caught.value)
    assert caught.value.needed and caught.value.try_

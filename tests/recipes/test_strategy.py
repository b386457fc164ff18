"""How many designs a round of a search starts with."""

from types import SimpleNamespace

import pytest

from justright.recipes.search_round import RUNGS, round_cost
from justright.recipes.strategy import ENOUGH, FEWEST, MAKING_S, MOST, RACES, ROUND_SHARE, Rounds


def sized(left_s, one_s, n_folds):
    field = SimpleNamespace(folds=tuple(range(n_folds)), rungs=RUNGS, racers=0, finalists=0)
    return Rounds(field, None, "", ()).size(left_s, one_s), field


@pytest.mark.parametrize("n_folds", [1, 5, 10])
@pytest.mark.parametrize("left_s", [30.0, 90.0, 240.0])
def test_a_round_fits_its_time(left_s, n_folds):
    n, field = sized(left_s, 0.5, n_folds)

    def seconds(n):
        cost = round_cost(n, RUNGS, n_folds, field.racers, field.finalists)
        return 0.5 * cost + MAKING_S * n

    assert FEWEST <= n <= MOST and (field.racers, field.finalists) in RACES
    assert seconds(n) <= (left_s if n == FEWEST else ROUND_SHARE * left_s)
    assert n == MOST or seconds(n + 1) > ROUND_SHARE * left_s
    assert n >= ENOUGH or (field.racers, field.finalists) == RACES[-1]


def test_where_not_even_a_small_round_fits_there_is_none():
    assert sized(1.0, 0.5, 10)[0] == 0 and sized(1e9, 0.5, 10)[0] == MOST

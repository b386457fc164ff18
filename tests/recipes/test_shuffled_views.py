"""Views with shuffled targets: one order for all of them, or one for each."""

import numpy as np
import pytest

from justright.recipes import views
from justright.recipes.population_data import parted
from justright.recipes.wish import Wish

from .small import table


@pytest.mark.parametrize(
    ("way", "more"),
    [(views.k_fold(5), {}), (views.hold_out(), {}), (views.time_ordered(3), {"order": "day"})],
    ids=["folds", "hold-out", "time"],
)
def test_a_shuffle_is_one_order_of_all_targets_for_every_view(way, more):
    wish = Wish(data=table("binary"), target="y", **more)
    data = parted(wish, views.shuffled(3, of=way), test_share=0.2)
    orders = {}
    for part in data.parts:
        if part.variant:
            orders.setdefault(part.variant, []).append(part.view.targets)
            inside = np.isin(part.view.targets[part.view.train], part.view.train)
            assert inside.all() or more  # a shift in time crosses from training to validation
    assert len(orders) == 3 and len({tuple(own[0]) for own in orders.values()}) == 3
    assert all((order == own[0]).all() for own in orders.values() for order in own)


def test_where_validation_rows_overlap_each_view_has_its_own_order():
    wish = Wish(data=table("binary"), target="y")
    data = parted(wish, views.shuffled(of=views.k_fold(3, repeats=2)), test_share=0.2)
    mixed_parts = [part.view for part in data.parts if part.variant]
    assert len({tuple(view.targets) for view in mixed_parts}) == 6
    for view in mixed_parts:
        assert np.isin(view.targets[view.train], view.train).all()

"""The space: what moves, what hangs on what, and that any point is a design that works."""

import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.designer.conflicts import refuse_conflicts
from justright.designer.levers import check
from justright.designer.measured import measured
from justright.designer.named import design_names
from justright.designer.planner import plan
from justright.errors import DesignError
from justright.kinds import Profile, Task
from justright.search.space import Space
from tests.designer.cases import binary, images, number, posed, three
from tests.designer.test_every_profile import any_value, task_of
from tests.designer.test_prior import NEVER

REGRESSION = Task(kind="regression", target="y")


def space(profile=None, overrides=None, *, design=None, rate=None, fixed=()):
    profile = number() if profile is None else profile
    base = plan(profile, task_of(profile), overrides, design=design)
    return Space.of(base, profile, rate=rate, fixed=fixed)


def points(found, n=100, *, flat=False):
    shares = np.random.default_rng(1).random((n, len(found.levers)))
    return [found.point(row, flat=flat) for row in shares.tolist()]


MOVES = {
    "numbers": (number(), {}, "scaler frequency_scale depth width dropout beta2", "heads kernel"),
    "labels to smooth": (three(), {}, "label_smoothing", ""),
    "no numbers": (number(n_numeric=0), {}, "depth", "scaler numeric_embedding embedding_size"),
    "ranks": (binary(), {}, "depth", "label_smoothing"),
    "images": (images(), {}, "width kernel activation", "depth family residual scaler dropout"),
    "no dropout": (number(), {"dropout": 0}, "width", "dropout dropout_schedule"),
    "no embedding": (number(), {"numeric_embedding": "none"}, "depth", "embedding_size"),
    "plain SGD": (number(), {"optimizer": "sgd"}, "momentum", "optimizer beta2"),
    "TabM": (number(), {"family": "tabm"}, "heads depth", "family residual normalisation"),
    "an open end": (number(), {"epochs": 1_000}, "depth", "schedule"),
    "a short budget": (number(budget_s=20), {}, "depth", "family heads"),
}


@pytest.mark.parametrize("profile, given_, moves, stays", MOVES.values(), ids=MOVES)
def test_a_lever_moves_where_it_does_something(profile, given_, moves, stays):
    still = {*stays.split(), *NEVER} - ({"heads"} if "heads" in moves else set())
    levers = set(space(profile, given_, fixed=() if "heads" in moves else ("family",)).levers)
    assert set(moves.split()) <= levers and not levers & (still | set(given_))


def test_what_the_user_a_named_design_or_the_caller_gave_never_moves():
    found = space(overrides={"width": 64}, design="realmlp", fixed=("batch-size", "clip"))
    named = plan(number(), REGRESSION, design="realmlp")
    given_ = {each.lever for each in named.decisions if each.is_given} | {"width", "clip"}
    assert not set(found.levers) & given_ and "clip" not in found.levers
    assert "family" not in found.levers  # TabM has neither input scaling nor a start from the data
    with pytest.raises(DesignError, match="no lever is called 'wdth'"):
        space(fixed=("wdth",))


def test_the_centre_is_the_base_itself():
    found = space()
    assert found.design(found.base, found.centre) is found.base


def test_a_design_says_what_the_search_moved_and_what_follows():
    found = space(three(2_000))
    point = {**found.centre, "activation": "selu", "schedule": "one_cycle", "width": 256}
    design = found.design(found.base, point)
    moved = design.decision("width")
    assert (moved.value, moved.origin, moved.rule) == (256, "measurement", "measured")
    assert moved.reason == "tried by the search"
    assert (design["init"], design.decision("init").rule) == ("lecun_normal", "init-10")
    assert (design["warmup_share"], design.decision("warmup_share").origin) == (0.3, "rule")
    same = {each.lever for each in design.decisions if each == found.base.decision(each.lever)}
    changed = {"width", "activation", "schedule", "init", "warmup_share"}
    assert {each.lever for each in design.decisions} - same == changed


def test_figures_of_another_measurement_do_not_stay_with_a_tried_value():
    found = space()
    kept = {"reason": "", "source": "", "evidence": {"chosen": 0.002}}
    base = measured(found.base, "learning_rate", 0.002, **kept)
    rates = [found.design(base, {"learning_rate": rate}) for rate in (0.002, 0.004)]
    shown = [dict(each.decision("learning_rate").evidence) for each in rates]
    assert shown == [{"chosen": 0.002}, {}]


def test_what_hangs_on_another_lever_keeps_the_base_beside_it():
    found = space(number(20_000))
    for point in points(found, flat=True):
        if point["numeric_embedding"] != "periodic":
            assert point["frequency_scale"] == found.base["frequency_scale"]
        if point["normalisation"] == "batch":
            assert point["dropout"] == 0
        if point["dropout"] == 0:
            assert point["dropout_schedule"] == found.base["dropout_schedule"]
        if point["family"] == "tabm":
            assert not point["residual"] and point["normalisation"] == "none"
        else:
            assert point["heads"] == 1


def test_rates_lie_around_the_measured_one_and_go_with_the_optimizer():
    found = space(rate=(2e-4, 1e-3, 4e-3), fixed=("family",))
    by = {"adam": [], "sgd": []}
    for point in points(found, 400):
        kind = "sgd" if point["optimizer"] == "sgd_nesterov" else "adam"
        by[kind].append(point["learning_rate"])
    assert min(by["adam"]) >= 2e-4 and max(by["adam"]) <= 4e-3
    assert np.median(by["adam"]) == pytest.approx(1e-3, rel=0.15)
    assert min(by["sgd"]) >= 0.01 and max(by["sgd"]) <= 0.2  # 50 times, as the book's own


def test_weights_of_the_book_are_the_frequencies_and_flat_points_know_none():
    found = space(number(2_000))
    shares = [
        np.mean([each["optimizer"] == "adamw" for each in points(found, 200, flat=flat)])
        for flat in (False, True)
    ]
    assert shares == pytest.approx([0.75, 1 / 3], abs=0.08)


def test_a_perturbed_point_differs_in_a_few_levers():
    found, rng = space(number(20_000)), np.random.default_rng(0)
    differ = []
    for point in points(found, 60):
        near = found.perturbed(point, rng)
        assert found.works(near)
        differ.append(sum(near[name] != point[name] for name in found.levers))
    assert min(differ) >= 1 and np.mean(differ) < 4


def test_a_base_outside_the_draws_is_no_reason_to_move_it():
    profile = number(5_000)
    found = space(profile)
    base = found.design(found.base, {"width": 64})  # narrower than any draw
    near = Space.of(base, profile)
    rng = np.random.default_rng(0)
    assert sum(near.perturbed(near.centre, rng)["width"] == 64 for _ in range(40)) > 25


def test_nothing_to_move():
    everything = [each.lever for each in plan(number(), REGRESSION).decisions]
    found = space(fixed=everything)
    assert found.levers == () and found.point([]) == {}
    assert found.perturbed({}, np.random.default_rng(0)) == {}


def test_a_point_has_a_share_for_each_lever():
    with pytest.raises(ValueError, match="differ"):
        space().point([0.5])


PROFILES = [
    *(number(n, budget_s=4.0) for n in (6, 900, 8_000)),
    *(number(n, budget_s=600.0) for n in (150, 2_500, 50_000, 400_000)),
    *(number(n_numeric=n) for n in (0, 60, 200)),
    *(images(n) for n in (100, 5_000)),
    binary(2_000, 0.05), three(), posed("bounded"), posed("positive"), posed("ranking"),
]  # fmt: skip
SPACES = [
    *(space(profile) for profile in PROFILES),
    *(space(number(), design=name) for name in design_names()),
    space(number(), {"momentum": 0}),
    space(number(), {"depth": 0}),
]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_shares_give_a_design_that_works(data):
    found = data.draw(st.sampled_from(SPACES))
    n = len(found.levers)
    share = st.floats(0, math.nextafter(1, 0))
    shares = data.draw(st.lists(share, min_size=n, max_size=n))
    point = found.point(shares, flat=data.draw(st.booleans()))
    assert_works(found, point)
    seed = data.draw(st.integers(0, 2**32 - 1))
    assert_works(found, found.perturbed(point, np.random.default_rng(seed)))


facts = st.fixed_dictionaries({each.name: any_value(each) for each in fields(Profile)})


@settings(max_examples=12, deadline=None)
@given(facts.map(lambda found: Profile(**found)), st.integers(0, 2**32 - 1))
def test_any_profile_has_a_space_that_works(profile, seed):
    found = space(profile)
    shares = np.random.default_rng(seed).random(len(found.levers)).tolist()
    assert_works(found, found.point(shares))


def assert_works(found, point):
    """All levers, each at a value that it can take, and a design that nothing refuses."""
    assert tuple(point) == found.levers
    for name, value in point.items():
        checked = check(name, value)
        assert checked == value and type(checked) is type(value)
    design = found.design(found.base, point)
    assert all(design[name] == value for name, value in point.items())
    refuse_conflicts(design, found.profile)

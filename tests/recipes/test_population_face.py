"""The population by itself: designs × views × seeds, and what is said of them."""

import math
import signal
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import ttest_1samp

import justright
from justright import views
from justright.data import views as built
from justright.errors import BudgetError, DataError, DesignError, TrainingError
from justright.kinds import Trace, View
from justright.recipes.candidates import twins
from justright.recipes.population_data import parted
from justright.recipes.progress import Silent
from justright.recipes.score_lines import MemberScore
from justright.recipes.scores import Scores
from justright.recipes.wish import Wish
from justright.search.spread import t_interval
from tests.recipes.small import KINDS, table


def population(designs, kind="binary", **more):
    return justright.Population(designs, table(kind), "y", **{"epochs": 3, **more})


def member(value, *, design="a", place=0, seed=0, variant="", stopped="epochs", draws=None):
    return MemberScore(
        design=design,
        variant=variant,
        place=place,
        view=f"view {place}",
        seed=seed,
        value=value,
        stopping_score=value if math.isfinite(value) else math.inf,
        epochs=3.0,
        stopped=stopped,
        draws=draws,
    )


def scores(members, metric="accuracy", higher=True, overlap=0.25):
    return Scores(
        metric=metric,
        higher_is_better=higher,
        members=tuple(members),
        traces=tuple(Trace(seed=0, fold=0, learning_rate=0.1) for _ in members),
        designs={},
        overlap={m.variant: overlap for m in members},
    )


# --- what is trained


@pytest.mark.parametrize("kind", KINDS)
def test_every_design_meets_every_view_and_seed(kind):
    found = population([{"depth": 0}, {"depth": 1}], kind, views=views.k_fold(3), seeds=2).run()
    assert [(m.design, m.place, m.seed) for m in found.members] == [
        (name, place, seed)
        for name in ("depth=0", "depth=1")
        for place in range(3)
        for seed in range(2)
    ]
    assert all(math.isfinite(m.value) and m.stopped == "epochs" for m in found.members)
    assert [row.epochs for row in found.rows] == [pytest.approx(3, rel=0.2)] * 2
    assert len(found.traces) == 12


def test_equal_designs_get_equal_scores():
    found = population([{}, {}], views=views.k_fold(3))
    assert list(found.designs) == ["rule book (1)", "rule book (2)"]
    one, other = found.run().rows
    assert (one.value, one.low, one.high) == (other.value, other.low, other.high)
    assert found.run().difference("rule book (1)", "rule book (2)").value == 0


def test_the_order_of_the_list_does_not_matter():
    designs = {"flat": {"depth": 0}, "deep": {"depth": 3}, "sgd": {"optimizer": "sgd"}}
    one = population(designs, "regression").run()
    other = population(dict(reversed(designs.items())), "regression").run()
    assert one.rows == other.rows


def test_networks_of_one_view_and_seed_start_alike_on_the_same_batches():
    found = population([{"depth": 1}, {"optimizer": "sgd"}], views=views.k_fold(2), seeds=2)
    seeds = [(m.seed, m.order_seed, id(m.view)) for m in found.members]
    assert seeds[:4] == seeds[4:] and len(set(seeds)) == 4


def test_a_further_seed_or_repeat_leaves_the_others_as_they_are():
    few = population([{}], views=views.k_fold(3)).run()
    many = population([{}], views=views.k_fold(3, repeats=2), seeds=2).run()
    kept = [m for m in many.members if m.place < 3 and m.seed == 0]
    assert [m.value for m in kept] == [m.value for m in few.members]


def test_another_scaler_has_a_copy_of_its_own_rows():
    designs = [{"scaler": "standard"}, {"scaler": "min-max"}]
    both = population(designs, views=views.shuffled()).run()
    for design in designs:
        alone = population([design], views=views.shuffled()).run()
        name = f"scaler={design['scaler']}"
        twins = [m.value for m in both.members if m.design == name]
        assert twins == [m.value for m in alone.members]


def test_a_planned_design_keeps_what_it_holds():
    planned = justright.design(table("binary"), "y", overrides={"depth": 1, "epochs": 7})
    found = justright.Population([planned, planned.design], table("binary"), "y")
    assert [d["epochs"] for d in found.designs.values()] == [7, 7]
    assert [m.spec.depth for m in found.members] == [1, 1]
    short = justright.Population({"mine": planned}, table("binary"), "y", epochs=2)
    assert short.designs["mine"]["epochs"] == 2


def test_a_named_design_is_taken_by_its_name():
    found = population(["fast", {"design": "fast", "depth": 1}, {"depth": 1}])
    assert list(found.designs) == ["fast", "design=fast depth=1", "depth=1"]
    assert [design["depth"] for design in found.designs.values()] == [2, 1, 1]
    assert [design["width"] for design in found.designs.values()] == [128, 128, 32]
    pairs = twins(found.designs, "depth", 1, 2)
    assert pairs == (("design=fast depth=1", "fast"),)


def test_images_and_labels_are_taken():
    rng = np.random.default_rng(0)
    images, labels = rng.random((60, 8, 8)), np.arange(60) % 2
    images[labels == 1, :4] += 1
    found = justright.Population(
        [{"depth": 1}, {"family": "dense", "depth": 1}], images, labels, epochs=2
    )
    assert len(found.plan) == 2
    assert all(row.n_failed == 0 for row in found.run().rows)


# --- views


def parts_of(way, frame=None, **more):
    data = parted(
        Wish(data=table("binary") if frame is None else frame, target="y", **more),
        way,
        test_share=0.2,
    )
    return data, data.parts


@pytest.mark.parametrize(
    ("way", "n", "variants"),
    [
        ("hold_out", 1, 1),
        ("k-fold", 5, 1),
        (views.k_fold(4, repeats=2), 8, 1),
        (views.bootstrap(3), 3, 1),
        (views.shares([0.5, 1], of=views.k_fold(3)), 6, 2),
        ("shuffled", 2, 2),
    ],
)
def test_views_part_the_development_rows(way, n, variants):
    data, parts = parts_of(way)
    assert len(parts) == n and len({part.variant for part in parts}) == variants
    for part in parts:
        assert not np.intersect1d(part.view.train, part.view.validation).size
        assert max(part.view.train.max(), part.view.validation.max()) < len(data.ground.development)
    assert not np.intersect1d(data.ground.development, data.ground.test).size


def test_a_bootstrap_draws_as_many_rows_as_there_are():
    data, parts = parts_of(views.bootstrap(3))
    for part in parts:
        assert len(part.view.train) == len(data.ground.development)
        assert np.bincount(part.view.train).max() > 1


def test_equal_rows_and_groups_stay_on_one_side():
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({"x": rng.integers(0, 30, 200), "g": np.arange(200) % 40})
    frame = frame.with_columns(y=pl.when(pl.col("x") > 14).then(pl.lit("a")).otherwise(pl.lit("b")))
    for way in (views.k_fold(4), views.bootstrap(4), views.hold_out()):
        data, parts = parts_of(way, frame.drop("g"))
        x = data.ground.prepared.frame["x"].to_numpy()[data.ground.development]
        for part in parts:
            assert not np.intersect1d(x[part.view.train], x[part.view.validation]).size
    data, parts = parts_of(views.k_fold(2), frame.with_columns(x=rng.random(200)), group="g")
    g = data.ground.prepared.frame["g"].to_numpy()[data.ground.development]
    for part in parts:
        assert not np.intersect1d(g[part.view.train], g[part.view.validation]).size


def test_an_order_is_kept():
    frame = table("regression")
    for way in (views.time_ordered(3), views.hold_out(0.25)):
        data, parts = parts_of(way, frame, order="day")
        day = data.ground.prepared.frame["day"].to_numpy()[data.ground.development]
        assert all(day[p.view.train].max() < day[p.view.validation].min() for p in parts)
    with pytest.raises(DataError, match="would train on what comes later"):
        parts_of("k_fold", frame, order="day")
    with pytest.raises(DataError, match="without a column that orders the rows"):
        parts_of("time_ordered", frame)


def test_own_views_count_within_the_data_and_set_the_rest_aside():
    own = [View(train=np.arange(0, 60), validation=np.arange(60, 100), name="mine")]
    data, (part,) = parts_of(own)
    assert data.ground.development.tolist() == list(range(100))
    assert data.ground.test.tolist() == list(range(100, 120))
    assert part.view.train.tolist() == list(range(60)) and part.view.name == "mine"
    mixed = built.shuffled(
        View(train=np.arange(20, 60), validation=np.arange(80, 100)), 120, seed=0
    )
    _, (part,) = parts_of([built.weighted(mixed, np.arange(120) + 1.0)])
    assert sorted(part.view.targets[part.view.train]) == sorted(part.view.train)
    assert part.view.weights[part.view.train].mean() == pytest.approx(1)
    found = population([{}], views=own).run()
    assert found.members[0].view == "mine" and math.isfinite(found.rows[0].value)


def test_all_rows_may_take_part():
    found = population([{}], views=views.k_fold(3), test_share=0)
    held = [row for view in found.members for row in view.view.validation]
    assert sorted(held) == list(range(120)) and "none set aside" in repr(found)


def test_shuffled_targets_are_a_line_of_their_own():
    found = population([{}], "regression", views=views.shuffled(of=views.k_fold(3)), epochs=20)
    told = {row.name: row for row in found.run().rows}
    assert told["rule book"].value < told["rule book, shuffled targets"].value
    assert found.run().difference("rule book", "rule book, shuffled targets").better == "rule book"


# --- what is said of it


def test_the_corrected_interval_is_that_of_nadeau_and_bengio():
    values = [0.1, 0.2, 0.4, 0.3, 0.5]
    low, high = t_interval(values)
    theirs = ttest_1samp(values, 0).confidence_interval(0.95)
    assert (low, high) == (pytest.approx(theirs.low), pytest.approx(theirs.high))
    wide = t_interval(values, overlap=1 / 4)
    # (1/5 + 1/4) in the place of 1/5 widens it by 1.5.
    assert wide[1] - wide[0] == pytest.approx(1.5 * (high - low))
    assert all(map(math.isnan, t_interval([1.0])))


def test_an_interval_over_views_takes_the_mean_of_seeds():
    values = {(0, 0): 0.5, (0, 1): 0.7, (1, 0): 0.8, (1, 1): 0.8, (2, 0): 0.7, (2, 1): 0.7}
    (row,) = scores([member(v, place=p, seed=s) for (p, s), v in values.items()]).rows
    low, high = t_interval([0.6, 0.8, 0.7], overlap=0.25)
    assert row.value == pytest.approx(0.7)
    assert (row.low, row.high) == (pytest.approx(low), 1.0)  # no accuracy is above 1
    assert high > 1


def test_seeds_of_one_view_have_an_interval_of_their_own():
    found = scores([member(0.5, seed=0), member(0.7, seed=1)])
    assert (found.rows[0].low, found.rows[0].high) == pytest.approx((0.0, 1.0))
    assert "2 seeds on the same rows" in found.how
    low, high = t_interval([0.60, 0.61, 0.62])
    (row,) = scores([member(0.6 + i / 100, seed=i) for i in range(3)]).rows
    assert (row.low, row.high) == pytest.approx((low, high))


def test_one_network_has_the_interval_of_its_rows():
    found = population([{"depth": 0}, {"depth": 1}], "regression").run()
    assert all(row.low < row.value < row.high for row in found.rows)
    assert "validation rows resampled" in found.how
    gap = found.difference("depth=0", "depth=1")
    assert gap.low <= gap.value <= gap.high and gap.n_pairs == 1
    first, second = (m.draws for m in found.members)
    assert gap.low == pytest.approx(np.quantile(first - second, 0.025))


@pytest.mark.parametrize(("higher", "best"), [(True, "b"), (False, "a")])
def test_the_best_stands_first_whatever_the_direction(higher, best):
    members = [member(v + d, design=n, place=p) for n, d in (("a", 0.0), ("b", 0.3))
               for p, v in enumerate((0.1, 0.2, 0.15))]  # fmt: skip
    found = scores(members, "accuracy" if higher else "rmse", higher)
    assert found.rows[0].name == best
    gap = found.difference("b", "a")
    assert gap.value == pytest.approx(0.3) and gap.low == pytest.approx(0.3)
    assert gap.better == best and f"{best!r} is better" in repr(gap)


def test_a_paired_difference_is_narrower_than_the_designs():
    rng = np.random.default_rng(0)
    luck = rng.normal(0.8, 0.05, 10)
    members = [member(v, design="a", place=p) for p, v in enumerate(luck)]
    members += [member(v - 0.02, design="b", place=p) for p, v in enumerate(luck)]
    found = scores(members, overlap=0.1)
    one, other = found.rows
    assert one.low < other.high
    assert found.difference("a", "b").better == "a"
    assert found.difference("b", "a").value == pytest.approx(-0.02)


def test_a_design_that_diverges_is_reported_and_stands_last():
    designs = {"sound": {}, "wild": {"learning_rate": 10, "optimizer": "sgd", "clip": "none",
                                     "depth": 6, "normalisation": "none"}}  # fmt: skip
    found = population(designs, "regression", epochs=20, views=views.k_fold(3)).run()
    last = found.rows[-1]
    assert last.name == "wild" and last.n_diverged == 3
    assert {m.stopped for m in found.members if m.design == "wild"} == {"diverged"}


def test_members_without_a_score_are_left_out_of_the_mean_and_told():
    members = [member(0.5, place=0), member(math.nan, place=1, stopped="diverged")]
    members += [member(0.4, design="b", place=p) for p in range(2)]
    members += [member(math.nan, design="c", place=p, stopped="diverged") for p in range(2)]
    found = scores(members)
    assert [(row.name, row.n_failed) for row in found.rows] == [("b", 0), ("a", 1), ("c", 2)]
    assert found.rows[1].value == 0.5 and math.isnan(found.rows[2].value)
    assert "–" in repr(found) and found.difference("a", "b").n_pairs == 1
    with pytest.raises(TrainingError, match="0 of 2 pairs of 'a' and 'c'"):
        scores(members).difference("a", "c")


def test_an_effect_is_the_mean_over_twins():
    designs = [{"depth": d, "dropout": p} for d in (0, 1, 2) for p in (0.0, 0.5)][:-1]
    found = population(designs, "regression", views=views.k_fold(3)).run()
    gap = found.effect("dropout", 0.5, 0)
    one = found.difference("depth=0 dropout=0.5", "depth=0 dropout=0")
    other = found.difference("depth=1 dropout=0.5", "depth=1 dropout=0")
    assert gap.value == pytest.approx((one.value + other.value) / 2)
    assert gap.n_pairs == 6 and gap.low < gap.value < gap.high
    assert "dropout=0.5" in repr(gap)
    lone = population(designs, "regression").run().effect("dropout", 0.5, 0)
    assert lone.n_pairs == 2 and lone.low < lone.value < lone.high
    with pytest.raises(DesignError, match=r"no two designs differ in depth, 1 and 5, alone"):
        found.effect("depth", 1, 5)
    with pytest.raises(DesignError, match="no two designs differ in depth, 1 and 1, alone"):
        found.effect("depth", 1, 1)


def test_the_table_reads_alike_everywhere():
    found = population([{"depth": 0}, {"depth": 2}], views=views.k_fold(3)).run()
    frame = found.frame()
    assert frame["design"].to_list() == [row.name for row in found.rows]
    assert {"value", "low", "high", "depth"} <= set(frame.columns)
    assert found.frame("member").height == 6
    for text in (repr(found), found._repr_html_()):
        assert "depth=2" in text and "Nadeau and Bengio" in text
    hostile = scores([member(0.5, design="<b>"), member(0.5, design="<b>", place=1)])
    assert "&lt;b&gt;" in hostile._repr_html_() and "<b>," not in hostile._repr_html_()
    with pytest.raises(DesignError, match="by = 'x'"):
        found.frame("x")
    with pytest.raises(DesignError, match="no design of these scores is called 'depth=1'"):
        found.difference("depth=1", "depth=0")


def test_the_plan_says_who_is_together_and_why():
    found = population([{"depth": 0}, {"batch_size": 8}])
    text = repr(found)
    assert "2 networks: 2 designs × 1 view × 1 seed" in text
    assert "another batch size or input cannot share a step" in text
    assert "never looked at" in text and text.count("bucket ") == len(found.plan) == 2


def test_the_page_that_explains_it_runs(capsys):
    page = (Path(__file__).parents[2] / "docs" / "population.md").read_text("utf-8")
    code = page.split("```python\n")[1].split("```")[0]
    assert "epochs=15" in code and "repeats=2" in code
    shorter = code.replace("epochs=15", "epochs=1").replace("repeats=2", "repeats=1")
    exec(compile(shorter, "population.md", "exec"), {})
    said, printed = capsys.readouterr().out.splitlines(), page.split("```\n")[2].splitlines()
    assert "60 networks: 12 designs × 5 views" in said[0]
    assert said[4].split() == printed[4].split()  # the head of the table


# --- when it ends


def test_a_short_budget_shortens_all_schedules_alike():
    found = population([{"depth": 1}, {"depth": 2}], epochs=10_000).run("1.5s")
    assert all(m.epochs < 9_000 for m in found.members)
    assert "all schedules are shorter" in repr(found) and found.seconds < 15


def test_a_listener_may_stop_it():
    class Impatient(Silent):
        def should_stop(self):
            return True

    found = population([{}], epochs=1_000).run(progress=Impatient())
    assert found.members[0].stopped == "interrupted"
    assert math.isfinite(found.rows[0].value) and "cut off" in repr(found)


def test_ctrl_c_ends_soon_with_scores():
    class Presses(Silent):
        def training(self, **_):
            if not self.pressed:
                signal.raise_signal(signal.SIGINT)
            self.pressed = True

        pressed = False

    before = signal.getsignal(signal.SIGINT)
    found = population([{}], epochs=1_000).run(progress=Presses())
    assert found.members[0].stopped == "interrupted"
    assert signal.getsignal(signal.SIGINT) is before


# --- what is refused


@pytest.mark.parametrize(
    ("designs", "seen"),
    [
        ([], "0 designs to compare"),
        ({}, "0 designs to compare"),
        ({"depth": 3}, "designs is of type dict"),
        ("depth", "designs is of type str"),
        ([3], "design '3' is of type int"),
        ([{"dept": 3}], "design 'dept=3': no lever is called 'dept'"),
        ([{"depth": 99}], "design 'depth=99': depth = 99"),
        ([{"depth": [1, 2]}], "depth = [1, 2]"),
        ({"mine": {"optimizer": "adan"}}, "design 'mine': optimizer = 'adan'"),
        ([{"folds": 3}], "folds = 3"),
        ([{"batch-size": 8, "batch_size": 16}], "batch_size is set twice"),
        ([{"family": "conv"}], "design 'family=conv'"),
        (["selo"], "design 'selo': no design is called 'selo'"),
        ({"mine": {"design": "fsat"}}, "design 'mine': no design is called 'fsat'"),
    ],
)
def test_designs_that_cannot_work_are_refused(designs, seen):
    with pytest.raises(DesignError) as error:
        population(designs)
    assert seen in error.value.seen and error.value.needed
    assert error.value.try_ and "--" not in error.value.try_


def test_a_design_for_another_task_is_refused():
    planned = justright.design(table("regression"), "y")
    with pytest.raises(DesignError, match="a design for the same task"):
        population([planned])


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        ({"views": "kfold!"}, "no views are called 'kfold!'"),
        ({"views": 5}, "views is of type int"),
        ({"views": []}, "views is of type list"),
        ({"views": [1]}, "views is of type list, of other things"),
        ({"views": [View(train=np.arange(9), validation=np.arange(8, 12))]}, "1 that are both"),
        ({"views": [View(train=np.arange(9), validation=np.arange(100, 130))]}, "rows 0 to 129"),
        ({"views": views.k_fold(60)}, "classes lie in fewer than 60 rows"),
        ({"views": views.k_fold(1)}, "1 fold"),
        ({"views": views.shares([0.001])}, "is 0 rows"),
        ({"test_share": 1.0}, "to set aside is 1"),
        ({"metric": "roc_auc", "views": [View(train=np.arange(90), validation=np.array([100]))]},
         "roc_auc is not defined"),
    ],
)  # fmt: skip
def test_views_that_do_not_fit_are_refused(more, seen):
    with pytest.raises(DataError) as error:
        population([{}], **more)
    assert seen in error.value.seen and error.value.needed and error.value.try_


def test_rows_without_a_target_would_shift_own_views():
    frame = table("regression")
    frame = frame.with_columns(y=pl.when(pl.int_range(pl.len()) == 3).then(None).otherwise("y"))
    own = [View(train=np.arange(50), validation=np.arange(50, 70))]
    with pytest.raises(DataError, match="1 of 120 rows have no target"):
        justright.Population([{}], frame, "y", views=own)


@pytest.mark.parametrize("budget", ["soon", 0, -3, "0s", float("nan")])
def test_a_budget_that_is_no_time_is_refused(budget):
    with pytest.raises(BudgetError, match="a time above 0"):
        population([{}]).run(budget)


def test_seeds_out_of_range_are_refused():
    with pytest.raises(DesignError, match="seeds = 0"):
        population([{}], seeds=0)

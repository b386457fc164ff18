"""Designs on one data set: each network as if it were alone, and all of them in pairs."""

from dataclasses import replace

import numpy as np
import polars as pl

import justright
from justright import views
from justright.recipes.arena import Arena
from justright.recipes.candidates import candidates
from justright.recipes.population_data import parted
from justright.recipes.progress import Silent
from justright.recipes.wish import Wish
from tests.recipes.small import table

DESIGNS = {
    "flat": {"depth": 0, "epochs": 3, "learning_rate": 0.01},
    "deep": {"depth": 2, "width": 8, "epochs": 3, "optimizer": "sgd", "batch_size": 16},
}
WAY = views.k_fold(3)


def data_of(frame=None, way=WAY):
    wish = Wish(data=table("binary") if frame is None else frame, target="y", seed=4)
    return parted(wish, way, test_share=0.2)


def arena_of(data, designs=DESIGNS, **more):
    return Arena(data, candidates(designs, data.ground, None), 4, **more)


def values(arena, share=1.0, **which):
    trained = arena.train(arena.entries(**which), Silent(), share=share)
    found = arena.scores([trained]).members
    return {(m.design, m.place, m.seed): m.value for m in found}


def test_a_network_is_what_it_would_be_in_a_population_alone():
    together = values(arena_of(data_of()), seeds=(0, 1))
    assert len(together) == 2 * 3 * 2
    for name, design in DESIGNS.items():
        alone = justright.Population(
            {name: design}, table("binary"), "y", views=WAY, seeds=2, seed=4
        ).run()
        assert {(m.design, m.place, m.seed): m.value for m in alone.members} == {
            key: value for key, value in together.items() if key[0] == name
        }


def test_networks_of_one_view_and_seed_are_paired_whatever_their_design():
    entries = arena_of(data_of()).entries(seeds=(0, 1))
    starts = {}
    for one in entries:
        starts.setdefault((one.part.place, one.seed), []).append(
            (one.member.seed, one.member.order_seed, one.member.view.train.tolist())
        )
    assert len(starts) == 6 and all(two[0] == two[1] for two in starts.values())
    assert len({two[0][0] for two in starts.values()}) == 6


def test_a_part_of_them_is_trained_as_it_would_be_among_all():
    arena = arena_of(data_of())
    one = values(arena, names=["deep"], parts=arena.data.parts[1:2], seeds=(1,))
    assert one == {("deep", 1, 1): values(arena, seeds=(0, 1))["deep", 1, 1]}


def test_a_design_without_a_column_is_blind_to_it():
    data = data_of()
    prepared = data.ground.prepared
    turned = replace(prepared, frame=prepared.frame.with_columns(pl.col("a").reverse()))
    # The rows are parted as before: which are alike is no matter of a design.
    other = replace(data, ground=replace(data.ground, prepared=turned))
    one, two = (values(arena_of(own, without={"deep": ("a",)})) for own in (data, other))
    same = {key for key, value in one.items() if value == two[key]}
    assert same == {key for key in one if key[0] == "deep"}


def test_a_column_that_is_left_out_says_the_same_of_every_row_and_others_are_as_they_were():
    arena = arena_of(data_of(), without={"deep": ("a",)})
    x = arena.laid.encoded.data.x
    whole, blind = (
        x[np.unique(np.concatenate([view.train for view in arena.laid.views[copy]]))]
        for copy in arena.laid.copies
    )
    differs = (whole != blind).any(dim=0)
    assert 0 < int(differs.sum()) < x.shape[1]
    assert float(blind[:, differs].std(dim=0).max()) == 0


def test_a_share_of_the_epochs_shortens_all_schedules_alike():
    arena = arena_of(data_of())
    entries = arena.entries()
    whole = arena.train(entries, Silent(), share=1.0)
    short = arena.train(entries, Silent(), share=0.5)
    steps = [[t.steps[-1] for t in own.outcome.traces] for own in (whole, short)]
    assert [e.member.total_steps for e in entries] == steps[0]
    assert steps[1] == [int(0.5 * n) for n in steps[0]]
    assert short.share == 0.5 and not short.cut


def test_who_asks_to_stop_gets_what_is_cut():
    class Impatient(Silent):
        def should_stop(self):
            return True

    arena = arena_of(data_of())
    trained = arena.train(arena.entries(), Impatient(), share=1.0)
    assert trained.cut and "were cut off" in arena.scores([trained]).notes[0]

"""Rounds of networks: until the answer is clear, or cannot become clear in the time."""

import dataclasses
import math
import time

import numpy as np
import polars as pl
import pytest

from justright.errors import BudgetError
from justright.recipes import rounds
from justright.recipes.arena import Arena
from justright.recipes.rounds import compete, rounds_of, tables_of
from tests.recipes.questions.asked import asking

QUICK = {"epochs": 3, "learning_rate": 0.03, "batch_size": 16}


def crossed(n=100):
    """A class that no single column tells: the sign of a product."""
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-1, 1, size=(2, n))
    return pl.DataFrame({"a": a, "b": b, "y": np.where(a * b > 0, "yes", "no")})


def duel(lever, values, overrides=None, frame=None):
    """A question, and the design at each value of a lever."""
    one = asking("any", crossed() if frame is None else frame, overrides=QUICK | (overrides or {}))
    one.sharp()
    designs = {str(v): one.with_value(one.ground.design, lever, v) for v in values}
    return one, Arena(one.parted(), designs, 0, calibrated=True)


def found_by(one, arena, **more):
    base = next(iter(arena.designs))
    return compete(arena, one, base, rounds_of(arena, one), **more)


@pytest.fixture
def slow_second(monkeypatch):
    """The second round of networks is cut off; what was trained before it is not."""
    train, done = Arena.train, []

    def cut(self, entries, listener, **more):
        if done:
            more["deadline_s"] = time.monotonic() - 1
        done.append(entries)
        return train(self, entries, listener, **more)

    monkeypatch.setattr(Arena, "train", cut)
    return done


def test_an_obvious_effect_ends_the_rounds():
    one, arena = duel("depth", [0, 2], {"epochs": 20}, crossed(150))
    found = found_by(one, arena)
    (effect,) = found.effects
    assert (effect.verdict, found.ended) == ("useful", "clear")
    assert found.n_rounds < rounds.MOST_ROUNDS and found.share == 1
    assert effect.value == pytest.approx(found.means["0"] - found.means["2"])
    assert effect.n_places == 5 * found.n_rounds and effect.n_pairs == 10 * found.n_rounds
    assert one.n_networks == 20 * found.n_rounds == len(found.scores.members)


def test_what_differs_in_nothing_has_no_effect():
    one, arena = duel("patience", [50, 60], {"patience": 50})
    found = found_by(one, arena, margin=0.002)
    (effect,) = found.effects
    assert effect.verdict == "no clear effect"
    # Networks that lie side by side differ by rounding.
    assert [effect.value, effect.low, effect.high] == pytest.approx([0, 0, 0], abs=1e-6)
    assert found.ended == "clear"  # that it does not matter is an answer


def test_chance_alone_is_hopeless():
    rng = np.random.default_rng(3)
    frame = crossed().with_columns(pl.Series("y", rng.choice(["no", "yes"], 100)))
    found = found_by(*duel("dropout", [0.0, 0.05], frame=frame))
    assert found.effects[0].verdict == "no clear effect"
    assert found.ended == "hopeless" and found.n_rounds < rounds.MOST_ROUNDS


def test_all_planned_rounds_are_done_where_nothing_ends_them(monkeypatch):
    monkeypatch.setattr(rounds, "ends", lambda *_, **__: "")
    one, arena = duel("dropout", [0.0, 0.2])
    found = compete(arena, one, "0.0", rounds_of(arena, one)[:2])
    assert (found.ended, found.n_rounds) == ("done", 2)


def test_a_round_that_was_cut_off_is_not_compared(slow_second, monkeypatch):
    monkeypatch.setattr(rounds, "ends", lambda *_, **__: "")
    found = found_by(*duel("dropout", [0.0, 0.2]))
    assert len(slow_second) == 2 and (found.ended, found.n_rounds) == ("time", 1)
    assert {m.place for m in found.scores.members} == set(range(5))
    assert all(m.stopped == "epochs" for m in found.scores.members)


def test_an_interrupted_question_answers_from_the_rounds_before(monkeypatch):
    monkeypatch.setattr(rounds, "ends", lambda *_, **__: "")
    one, arena = duel("dropout", [0.0, 0.2])
    score = Arena.scores

    def then_stop(self, trained):
        monkeypatch.setattr(type(one.watch), "should_stop", lambda _: True)
        return score(self, trained)

    monkeypatch.setattr(Arena, "scores", then_stop)
    found = found_by(one, arena)
    assert (found.ended, found.n_rounds) == ("interrupted", 1)
    assert all(m.stopped == "epochs" for m in found.scores.members)


def test_a_first_round_that_was_interrupted_is_all_there_is(monkeypatch):
    one, arena = duel("dropout", [0.0, 0.2])
    monkeypatch.setattr(type(one.watch), "should_stop", lambda _: True)
    found = found_by(one, arena)
    assert (found.ended, found.n_rounds) == ("interrupted", 1)
    assert {m.stopped for m in found.scores.members} == {"interrupted"}


def test_short_time_takes_fewer_seeds_and_places_and_then_shortens_all_alike(monkeypatch):
    one, arena = duel("dropout", [0.0, 0.2])
    whole = one.left_s
    monkeypatch.setattr(Arena, "expected_s", lambda *_: 4 * whole)
    share, (first, *_) = rounds._fitted(arena, one, rounds_of(arena, one))
    parts, seeds = first
    assert (len(parts), seeds) == (rounds.FEWEST_PLACES, (0,))
    assert share == pytest.approx(0.9 / 4, rel=0.1) and "of the epochs" in one.cautions[-1]
    trained = rounds._train(arena, one, first, share, [])
    assert len({t.steps[-1] for t in trained.outcome.traces}) == 1
    assert trained.outcome.traces[0].steps[-1] == int(share * trained.entries[0].member.total_steps)


def test_without_time_nothing_is_begun():
    one, arena = duel("dropout", [0.0, 0.2])
    late = dataclasses.replace(one, deadline_s=time.monotonic())
    with pytest.raises(BudgetError, match="over before any network"):
        found_by(late, arena)


def test_stretches_of_time_are_trained_again_with_other_seeds():
    frame = crossed().with_columns(day=pl.int_range(100))
    one = asking("any", frame, overrides=QUICK, order="day")
    arena = Arena(one.parted(), {"a": one.ground.design}, 0)
    found = rounds_of(arena, one)
    assert [seeds for _, seeds in found[:2]] == [(0, 1), (2, 3)]
    assert all(parts == arena.data.parts for parts, _ in found)


def test_repeats_that_served_another_purpose_are_left_out():
    one, arena = duel("dropout", [0.0])
    every, fewer = rounds_of(arena, one), rounds_of(arena, one, 1)
    assert fewer == every[1:] and len(every) == rounds.MOST_ROUNDS
    assert {part.place for part in every[0][0]} == set(range(5))


def test_tables_have_a_row_for_each_place_and_nan_for_what_diverged():
    one, arena = duel("dropout", [0.0, 0.2])
    scores = arena.scores([rounds._train(arena, one, rounds_of(arena, one)[0], 1.0, [])])
    lost = [
        dataclasses.replace(m, value=math.nan) if (m.name, m.place, m.seed) == ("0.2", 3, 1) else m
        for m in scores.members
    ]
    tables = tables_of(dataclasses.replace(scores, members=tuple(lost)))
    assert tables["0.0"].shape == (5, 2) and not np.isnan(tables["0.0"]).any()
    assert np.argwhere(np.isnan(tables["0.2"])).tolist() == [[3, 1]]

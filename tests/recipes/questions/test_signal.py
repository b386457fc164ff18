"""True targets against shuffled ones."""

import numpy as np
import pytest

from justright.errors import DesignError
from justright.recipes.questions import signal
from justright.recipes.questions.signal import NAME
from tests.recipes.small import table, with_target

from .asked import asking, reply


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(signal, "MOST", 40)


@pytest.mark.parametrize(
    ("kind", "more"),
    [("binary", {}), ("regression", {"order": "day"}), ("multiclass", {"group": "c"})],
)
def test_a_target_that_columns_tell_has_a_signal(kind, more):
    frame = table(kind, n=150)
    if more.get("group"):  # as many groups as there are folds, and more
        frame = frame.with_columns(c=np.arange(150) // 3)
    found = reply("signal", frame, **more)
    assert found.sentence.startswith("Yes: ") and found.clear and found.ended == "clear"
    assert found.numbers["p"] == found.numbers["smallest p"] == 1 / 40
    assert sum(found.picture.series[0].y) == found.numbers["shuffles"] == 39
    assert found.picture.marks[0].x == found.numbers["score of true targets"]
    word = "in time" if "order" in more else "whole groups" if more else "deals the targets out"
    assert word in " ".join(found.how)


def test_chance_has_none():
    rng = np.random.default_rng(1)
    found = reply("signal", with_target(table(n=150), rng.normal(size=150)))
    assert found.sentence.startswith("No sign of it: ") and not found.clear
    assert found.numbers["p"] > signal.IDLE and found.ended == "clear"


def test_the_baseline_stands_beside():
    found = reply("signal", table("regression", n=100), overrides={"epochs": 1})
    assert found.rows[2][0] == "always the mean"
    truth = table("regression", n=100)["y"].std()
    assert found.numbers["score of the baseline"] == pytest.approx(truth, rel=0.2)


def test_true_and_shuffled_networks_start_alike_and_the_first_round_has_the_true_ones():
    one = asking("signal", table("binary"))
    arena = signal.Arena(signal._parted(one), {NAME: one.ground.design}, 0)
    rounds, share = signal._planned(arena, one)
    assert [len(own) for own in rounds] == [100, 100] and share == 1
    assert [entry.part.variant for entry in rounds[0][:5]] == [""] * 5
    starts = {(entry.part.place, entry.member.seed) for own in rounds for entry in own}
    assert len(starts) == 5


def test_a_ranking_is_refused():
    frame = table(n=100).with_columns(q=np.arange(100) // 10, y=np.arange(100) % 3)
    with pytest.raises(DesignError, match="shuffled targets of a ranking"):
        reply("signal", frame, group="q", task="ranking")

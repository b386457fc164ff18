"""The noise of a design: how large a batch pays, and what chance of the start does to a score."""

import math

import numpy as np
import pytest

from justright.recipes import noise_course
from justright.recipes.arena import Arena
from justright.recipes.passes import passes
from justright.recipes.progress import Silent
from justright.recipes.questions import noise
from justright.recipes.stopwatch import Stopwatch
from tests.recipes.small import table

from .asked import asking, reply


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(noise, "SEEDS", 3)


@pytest.mark.parametrize(
    ("kind", "overrides"),
    [
        ("regression", {"dropout": 0.1}),
        ("binary", {"normalisation": "batch", "averaging": "ema"}),
        ("multiclass", {"family": "tabm", "heads": 2}),
    ],
)
def test_both_noises_are_told(kind, overrides):
    found = reply("noise", table(kind, n=100), overrides=overrides)
    assert "Two single trainings must differ by more than" in found.sentence
    assert found.ended == "done" and found.n_networks == 10 * 3 + 3
    scale = found.picture.series[0]
    assert scale.x == tuple(100 * share for share in noise_course.MOMENTS) and found.picture.y_log
    for value, low, high in zip(scale.y, scale.low, scale.high, strict=True):
        assert value is None or low <= value <= (high or math.inf)
    assert found.picture.series[1].y == (found.numbers["batch size"],) * 4
    single = found.numbers["least difference of single trainings"]
    assert single > found.numbers["least difference of 5 folds x 3 seeds"] > 0
    assert single == pytest.approx(
        2.09 * math.sqrt(2) * found.numbers["spread over seeds"], rel=0.01
    )
    careful = " ".join(found.cautions)
    assert ("depends on the others of its batch" in careful) == ("normalisation" in overrides)


def test_without_chance_seeds_are_alike():
    """Logits of one layer from one start: what is left is the order of the batches."""
    frame = table(n=100)
    still = {"depth": 0, "batch_size": 64, "epochs": 60, "learning_rate": 0.03}
    spread = reply("noise", frame, overrides=still).numbers["spread over seeds"]
    loud = reply("noise", frame, overrides={"epochs": 2}).numbers["spread over seeds"]
    assert spread < loud / 3


def test_gradients_are_looked_at_on_the_way():
    one = asking("noise", table(n=100))
    arena = Arena(one.parted(repeats=1), {"design": one.ground.design}, 0)
    seen = noise_course.moments(arena, one, arena.entries()[:2], share=1.0, n_steps=20)
    assert [moment.step for moment in seen] == [0, 2, 10, 20]
    starts, ends = seen[0].scale, seen[-1].scale
    assert not starts.low <= ends.value <= starts.high  # it is another network by then


class _Impatient(Silent):
    """Asks to stop as soon as a round is scored."""

    stops = False

    def should_stop(self):
        return self.stops


def test_a_user_who_stops_gets_the_scores(monkeypatch):
    listener, one = _Impatient(), asking("noise", table(n=100))
    one.watch = Stopwatch(listener)

    def first_round(*given, **more):
        done, _ = passes(*given[:2], given[2][:1], **more)
        listener.stops = True
        return done, "interrupted"

    monkeypatch.setattr(noise, "passes", first_round)
    found = noise.answer(one)
    assert found.ended == "interrupted" and "Two single trainings" in found.sentence
    assert found.picture.y.startswith("root mean squared error") and not found.picture.y_log
    assert any("gradients were not looked at" in said for said in found.cautions)


def test_a_batch_is_told_beside_the_noise_scale():
    cases = [
        ((80.0, 60.0, 100.0), 32, "up to about 80 rows pays", "32 is below that"),
        ((80.0, 60.0, 100.0), 64, "up to about 80 rows pays", "64 is about that"),
        ((8.0, 6.0, 10.0), 64, "up to about 8 rows pays", "64 is above that"),
        ((math.inf, 60.0, math.inf), 32, "of 60 rows or more pays", "32 is below that"),
        ((900.0, 600.0, math.inf), 32, "up to all 300 training rows", "noise scale 600 rows"),
    ]
    for scale, batch, *said in cases:
        moment = noise_course.Moment(
            share=0.5,
            step=10,
            scale=noise_course.NoiseScale(
                **dict(zip(("value", "low", "high"), scale, strict=True))
            ),
        )
        found = noise._Found(
            scores=np.ones((1, 1)), parts=noise.components(np.ones((1, 1))), overlap=0.0,
            unit=noise.Unit(metric="rmse", higher_is_better=False, base=1.0), moments=(moment,),
            n_lost=0, batch=batch, n_rows=300,
        )  # fmt: skip
        words = noise._batch_words(found)
        assert all(part in words for part in said), words

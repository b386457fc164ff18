"""One network in the place of an ensemble."""

from dataclasses import replace

import numpy as np
import pytest

from justright.errors import DesignError
from justright.kinds import Single
from justright.recipes import single
from justright.recipes.encoded import encode
from justright.recipes.fit import fit
from justright.recipes.ground import lay_ground
from justright.recipes.metrics import METRICS
from justright.recipes.model import load
from justright.recipes.outcome import calibrated
from justright.recipes.progress import Silent
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.wish import Wish
from justright.report.card import card
from justright.report.html import html
from justright.report.single import single_words
from tests.recipes.small import KINDS, table

LEVERS = {"epochs": 12, "evaluation": "k-fold", "folds": 3, "ensemble_size": 3}
RATE = {"learning_rate": 0.01}


def one(kind, **options):
    levers = LEVERS | RATE | options.pop("overrides", {})
    options = {"search": False, "time_s": 60.0} | options
    return fit(table(kind, 200), "y", single=True, overrides=levers, **options)


@pytest.fixture(scope="module")
def models():
    return {kind: one(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_one_network_with_an_encoder_of_its_own(models, kind, tmp_path):
    model = models[kind]
    predictor, told = model.predictor, model.run.single
    assert (predictor.n_networks, predictor.folds, len(predictor.encoders)) == (1, (0,), 1)
    assert told.n_networks == 3
    assert told.n_parameters == model.run.n_parameters == predictor.squads[0].theta.numel()
    again = load(model.save(tmp_path / "m")).predictor.predict(table(kind, 200)[:9])
    assert np.array_equal(again, predictor.predict(table(kind, 200)[:9]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_record_tells_what_it_loses_on_the_same_rows(models, kind):
    run = models[kind].run
    told, sign = run.single, -1 if METRICS[run.single.metric].higher_is_better else 1
    assert told.tested and told.n_rows == run.data.n_test
    assert told.value == run.scores[0].value  # the scores of the model are the one network's
    assert told.loss == pytest.approx(sign * (told.value - told.before))
    assert told.low <= told.loss <= told.high


def test_intervals_and_validation_come_from_the_rows_it_was_stopped_by(models):
    run = models["regression"].run
    n_validation = run.data.n_development // single.FEWEST_FOLDS
    assert run.validation_scores[0].n_rows == run.intervals.n_rows
    assert abs(run.intervals.n_rows - n_validation) <= 1


def test_without_a_test_part_both_are_compared_on_validation_rows():
    told = one("binary", test_share=0).run.single
    assert not told.tested and told.n_rows == 200 // single.FEWEST_FOLDS


@pytest.fixture(scope="module")
def taught():
    """The ground, the ensemble, and what it says out of fold."""

    def of(kind):
        wish = Wish(data=table(kind, 200), target="y", overrides=LEVERS | RATE)
        ground = lay_ground(wish, Stopwatch(Silent()))
        model = fit(table(kind, 200), "y", search=False, time_s=60.0, overrides=LEVERS | RATE)
        ensemble = model.predictor
        encoded = encode(ground, 0)
        return ground, encoded, *calibrated(ground, encoded, ensemble)

    return of


@pytest.mark.parametrize("kind", KINDS)
def test_the_lesson_is_half_the_target_and_half_what_others_say(taught, kind):
    ground, encoded, ensemble, out_of_fold = taught(kind)
    out_of_fold = out_of_fold.copy()
    out_of_fold[:5] = np.nan  # rows in no fold
    said = single._said(ground, ensemble, out_of_fold)
    assert np.array_equal(said[5:], ensemble.finish(out_of_fold)[5:])  # by who did not train on it
    frame = ground.prepared.frame[ground.development]
    np.testing.assert_allclose(said[:5], ensemble.predict(frame[:5]))
    own = replace(encoded, data=replace(encoded.data, y=encoded.data.y[: encoded.n_rows]))
    lesson = single._lesson(ground, own, said).numpy()
    y = own.data.y.numpy()
    if kind == "regression":
        expected = (y + encoded.scale.forward(said)) / 2
    elif kind == "binary":
        expected = (y + said[:, 1]) / 2
    else:
        expected = (np.eye(3)[y] + said) / 2
        np.testing.assert_allclose(lesson.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(lesson, expected, rtol=1e-5, atol=1e-6)


class _StopsAt(Silent):
    """Asks to stop while the one network is in training."""

    def __init__(self):
        self.at, self.said, self.looks = "", [], 0

    def stage(self, name):
        self.at = name

    def training(self, **_):
        self.looks += self.at == "one network"

    def should_stop(self):
        return self.looks > 0

    def warn(self, text):
        self.said.append(text)


def test_an_interrupt_leaves_the_ensemble_and_says_so():
    listener = _StopsAt()
    model = one("regression", progress=listener)
    assert model.run.single is None
    assert model.predictor.n_networks == 3
    assert any("it was interrupted, so the ensemble stays" in text for text in listener.said)


def test_time_is_kept_for_it():
    assert single.reserve_s(Wish(data=None, target="y", time_s=100.0, single=True)) == 15.0
    assert single.reserve_s(Wish(data=None, target="y", time_s=100.0)) == 0.0


def test_after_a_search_it_learns_from_all_that_was_chosen():
    model = one("regression", trials=8, search=True, overrides={"epochs": 6})
    n_members = sum(3 for _ in model.run.search.picks)  # a network for each fold
    assert model.predictor.n_networks == 1
    assert model.run.single.n_networks == n_members


def test_rankings_are_refused():
    frame = table("regression").with_columns(query=np.repeat(np.arange(12), 10))
    with pytest.raises(DesignError, match="--single for a ranking"):
        fit(frame.with_columns(y=np.arange(120) % 3), "y", group="query", task="ranking",
            single=True, time_s=5)  # fmt: skip


SAID = Single(
    metric="rmse", n_rows=200, tested=True, n_networks=14, n_parameters=100, n_before=1400,
    value=52.4, before=51.9, loss=0.5, low=0.2, high=0.9,
)  # fmt: skip


def test_the_sentence():
    assert single_words(SAID) == (
        "One network instead of 14: root mean squared error 52.4 instead of 51.9 on 200 test rows"
        " (it loses +0.5, 95 % interval +0.2 to +0.9), with 14 times fewer weights."
    )
    assert "1.4 times more weights" in single_words(replace(SAID, n_parameters=1960))


def test_the_report_and_the_card_say_it(models):
    run = models["regression"].run
    said = single_words(run.single)
    assert said[:40] in card(run).replace("\\", "")
    assert said[:40] in html(run)


def test_it_learns_the_lesson_and_is_stopped_by_the_target(monkeypatch):
    plain = one("regression")
    monkeypatch.setattr(single, "_lesson", lambda ground, encoded, said: -encoded.data.y.clone())
    turned, truth = one("regression"), table("regression", 200)["y"].to_numpy()
    assert np.corrcoef(plain.predict(table("regression", 200)), truth)[0, 1] > 0.8
    assert np.corrcoef(turned.predict(table("regression", 200)), truth)[0, 1] < 0

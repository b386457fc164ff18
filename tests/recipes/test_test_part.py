"""The test part is looked at once, after every choice: its labels change the test scores only."""

import dataclasses

import numpy as np
import pytest
import torch

from justright.recipes import ground as ground_room
from justright.recipes.fit import fit
from justright.recipes.ground import lay_ground
from justright.recipes.wish import Wish
from tests.recipes.small import EPOCHS, KINDS, QUICK, table, timeless, with_target

#: What the test rows may change: their scores, and what is said of these.
OF_THE_TEST = {
    "scores": (), "baselines": (), "verdict": "", "warnings": (),
    "confusion": None, "calibration": None, "predicted_true": (), "coverage": (),
}  # fmt: skip


def assert_same_but_for_the_test(clean, poisoned):
    p, q = clean.predictor, poisoned.predictor
    for one, two in zip(p.squads, q.squads, strict=True):
        assert torch.equal(one.theta, two.theta) and torch.equal(one.statistics, two.statistics)
        assert dataclasses.replace(one, theta=two.theta, statistics=two.statistics) == two
    assert dataclasses.replace(p, squads=q.squads) == q
    one, two = timeless(clean.run), timeless(poisoned.run)
    assert one.scores != two.scores
    assert one.baselines != two.baselines
    if one.confusion is not None:
        assert one.confusion != two.confusion
    assert [own.width for own in one.coverage] == [own.width for own in two.coverage]
    # The target's own column is described, and the cells hashed, with all rows there are.
    forgotten = {"data": dataclasses.replace(one.data, fingerprint=""), "columns": ()}
    assert [c for c in one.columns if c.role != "target"] == [
        c for c in two.columns if c.role != "target"
    ]
    assert one.data == dataclasses.replace(two.data, fingerprint=one.data.fingerprint)
    one, two = (
        dataclasses.replace(
            run,
            findings=tuple(f for f in run.findings if f.check != "validation-gap"),
            # These say how seldom they held on the test rows.
            intervals=run.intervals and dataclasses.replace(run.intervals, cautions=()),
            **OF_THE_TEST,
            **forgotten,
        )
        for run in (one, two)
    )
    assert one == two


@pytest.mark.parametrize("evaluation", ["hold-out", "k-fold"])
@pytest.mark.parametrize("kind", KINDS)
def test_permuted_labels_of_held_out_rows(kind, evaluation, monkeypatch):
    frame = table(kind)
    ground = lay_ground(Wish(data=frame, target="y", time_s=60))
    y = frame["y"].to_numpy().copy()
    y[ground.test] = np.roll(np.sort(y[ground.test]), 5)
    assert (y[ground.test] != frame["y"].to_numpy()[ground.test]).any()
    # The draw of the test rows keeps classes in balance, and so reads their labels: pin it.
    monkeypatch.setattr(
        ground_room, "split_test", lambda *_, **__: (ground.development, ground.test)
    )
    options = {"time_s": 60, "overrides": EPOCHS | {"evaluation": evaluation}}
    if evaluation == "k-fold":
        options["overrides"] |= {"folds": 3}
    clean = fit(frame, "y", **options)
    poisoned = fit(with_target(frame, y), "y", **options)
    assert_same_but_for_the_test(clean, poisoned)


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_no_label_of_the_test_part_moves_a_search(kind):
    apart = table(kind, n=40, seed=1)
    y = apart["y"].to_numpy()
    wrong = np.roll(y, 7) if kind == "binary" else -100 * y
    assert (wrong != y).any()
    options = {"trials": 12, "overrides": EPOCHS | {"learning_rate": 0.01, "batch_size": 32}}
    clean = fit(table(kind), "y", test=apart, **options)
    poisoned = fit(table(kind), "y", test=with_target(apart, wrong), **options)
    assert len(clean.run.search.tried) == 13 and len(clean.predictor.squads) > 1
    assert_same_but_for_the_test(clean, poisoned)


def test_other_labels_of_the_last_rows():
    frame = table("regression")
    ground = lay_ground(Wish(data=frame, target="y", time_s=60, order="day"))
    y = frame["y"].to_numpy().copy()
    y[ground.test] = -1000 * y[ground.test]
    clean = fit(frame, "y", order="day", **QUICK)
    poisoned = fit(with_target(frame, y), "y", order="day", **QUICK)
    assert_same_but_for_the_test(clean, poisoned)


@pytest.mark.parametrize("kind", KINDS)
def test_other_labels_in_a_table_apart(kind):
    apart = table(kind, n=40, seed=1)
    y = apart["y"].to_numpy()
    if kind == "regression":
        wrong = y * 7 - 3
    else:
        labels = np.unique(y)
        wrong = np.roll(labels, 1)[np.searchsorted(labels, y)]
    clean = fit(table(kind), "y", test=apart, **QUICK)
    poisoned = fit(table(kind), "y", test=with_target(apart, wrong), **QUICK)
    assert clean.run.data.n_test == 40 and clean.run.data.n_development == 120
    assert_same_but_for_the_test(clean, poisoned)


def test_the_development_labels_do_change_everything():
    frame = table("regression")
    ground = lay_ground(Wish(data=frame, target="y", time_s=60, order="day"))
    y = frame["y"].to_numpy().copy()
    y[ground.development[0]] += 1
    clean = fit(frame, "y", order="day", **QUICK)
    poisoned = fit(with_target(frame, y), "y", order="day", **QUICK)
    assert not torch.equal(clean.predictor.squads[0].theta, poisoned.predictor.squads[0].theta)
    assert clean.run.validation_scores != poisoned.run.validation_scores

"""The verdict, the confusion and the calibration, on answers that are known."""

import numpy as np
import pytest

from justright.kinds import Task
from justright.recipes.baselines import Rival
from justright.recipes.evaluation import _verdict
from justright.recipes.metrics import resamples
from justright.recipes.pictures import _calibration, _confusion, pictures

N = 200
Y = np.random.default_rng(0).normal(size=N)
NOISE = np.random.default_rng(1).normal(size=N)


def verdict(network, linear, trivial, metric="rmse"):
    """Predictions with so much noise each."""
    rivals = tuple(
        Rival(name=name, what="", predictions=Y + spread * NOISE)
        for name, spread in (("linear", linear), ("trivial", trivial))
    )
    return _verdict(metric, Y, Y + network * NOISE[::-1], rivals, resamples(N, 0))


CASES = {
    "beats linear": (0.1, 0.5, 1.0, "The network beats the linear baseline: rmse better by ", True),
    "beats trivial": (0.1, 1.0, 0.5, "The network beats the trivial baseline: ", True),
    "worse than linear": (0.9, 0.3, 1.0, "The network is worse than the linear baseline: ", False),
    "worse than trivial": (0.9, 1.0, 0.3, "The network is worse than the trivial base", False),
    "like linear": (0.5, 0.5, 1.0, "No clear difference from the linear baseline: ", False),
    "hardly better": (0.49, 0.5, 1.0, "No clear difference from the linear baseline: ", False),
    "hardly worse": (0.51, 0.5, 1.0, "No clear difference from the linear baseline: ", False),
    "like trivial": (0.5, 1.0, 0.5, "No clear difference from the trivial baseline: ", False),
}
ENDS = {
    "worse than linear": "Use the linear one.",
    "worse than trivial": "Use the trivial one.",
    "like linear": "a network may not be worth it here.",
    "hardly better": "a network may not be worth it here.",
    "hardly worse": "a network may not be worth it here.",
    "like trivial": "the inputs may not tell the target.",
}


@pytest.mark.parametrize("name", CASES)
def test_verdict(name):
    network, linear, trivial, start, worth_it = CASES[name]
    said, found = verdict(network, linear, trivial)
    assert said.startswith(start) and found is worth_it
    assert said.endswith(ENDS.get(name, ")."))
    assert "(95 % interval " in said


def test_verdict_of_a_metric_where_higher_is_better():
    said, worth_it = verdict(0.1, 0.5, 1.0, metric="r2")
    assert worth_it and "r2 better by " in said
    said, worth_it = verdict(0.9, 0.3, 1.0, metric="r2")
    assert not worth_it and "r2 worse by " in said


def test_no_minus_sign_is_spoken():
    for network in (0.1, 0.5, 0.9):
        assert "by -" not in verdict(network, 0.5, 1.0)[0]


def test_confusion_counts_true_by_predicted():
    task = Task(kind="multiclass", target="y", classes=("a", "b", "c"))
    p = np.eye(3)[[0, 1, 1, 2]]
    confusion = _confusion(task, np.array([0, 0, 1, 2]), p)
    assert confusion.classes == ("a", "b", "c")
    assert confusion.counts == ((1, 1, 0), (0, 1, 0), (0, 0, 1))


def test_calibration_of_two_classes_is_of_the_second():
    sure = np.array([0.05, 0.05, 0.95, 0.95, 1.0])
    found = _calibration(np.array([0, 1, 1, 1, 1]), np.stack([1 - sure, sure], 1), 1.5)
    assert found.n_rows == (2, 3) and found.temperature == 1.5
    assert found.predicted == pytest.approx((0.05, 2.9 / 3))
    assert found.observed == (0.5, 1.0)
    assert found.error == pytest.approx((2 * 0.45 + 3 * (1 - 2.9 / 3)) / 5)


def test_calibration_of_many_classes_is_of_the_predicted_one():
    p = np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]])
    found = _calibration(np.array([0, 0]), p, 1.0)
    assert found.predicted == pytest.approx((0.6,)) and found.observed == (0.5,)


def numbers(y, p):
    return pictures(Task(kind="regression", target="y"), y, p, 1.0).predicted_true


def test_the_picture_has_at_most_2000_points():
    y = np.arange(5_000.0)
    (found,) = numbers(y, y + 1)
    assert len(found.true) == len(found.predicted) == 2_000
    assert found.true[0] == 0 and found.true[-1] == 4_999
    assert (np.array(found.predicted) == np.array(found.true) + 1).all()
    assert numbers(y[:3], y[:3])[0].true == (0.0, 1.0, 2.0)

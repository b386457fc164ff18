"""The estimators keep scikit-learn's promises, and bring frames and weights."""

import copy
import inspect
import pickle
import pickletools
import re
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from justright import NetClassifier, NetRegressor
from justright.designer.levers import LEVERS
from justright.errors import DesignError
from justright.estimators.network import OWN

#: The epochs end long before the time does, so that no figure hangs on the machine.
QUICK = {
    "time": 60, "search": False, "epochs": 30, "learning_rate": 0.02, "evaluation": "hold-out",
    "depth": 1, "width": 32, "ensemble_size": 1,
}  # fmt: skip

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 3))
NUMBER = 2 * X[:, 0] + 0.1 * X[:, 1]
LABEL = np.where(X[:, 0] > 0, "up", "down")
MIXED = pd.DataFrame(
    {
        "n": np.where(np.arange(80) % 9 == 4, np.nan, X[:, 0]),
        "word": RNG.choice(["u", "v", None], 80),
        "kind": pd.Categorical(RNG.choice(list("xyz"), 80)),
        "day": pd.date_range("2020-01-01", periods=80),
        "whole": RNG.integers(0, 9, 80),
    }
)


def classifier(**changes):
    return NetClassifier(**QUICK | changes)


def regressor(**changes):
    return NetRegressor(**QUICK | changes)


@pytest.mark.filterwarnings("default")  # the checks hand over, on purpose, what warns
@parametrize_with_checks([classifier(), regressor()])
def test_what_scikit_learn_asks_of_every_estimator(estimator, check):
    check(estimator)


@pytest.mark.parametrize("kind", [NetClassifier, NetRegressor])
def test_every_lever_is_a_parameter_that_the_rule_book_decides_by_default(kind):
    parameters = inspect.signature(kind).parameters
    assert tuple(parameters) == (*OWN, *(lever.name for lever in LEVERS))
    assert all(parameters[lever.name].default is None for lever in LEVERS)
    assert kind(dropout=0.3).set_params(width=64).get_params()["dropout"] == 0.3


def test_levers_that_are_set_are_the_users_decisions():
    design = regressor(dropout=0.3, metric="mae", seed=4).fit(X, NUMBER).model_.run.design
    set_by_user = {d.lever: d.value for d in design.decisions if d.origin == "user"}
    levers = {name: value for name, value in QUICK.items() if name not in OWN}
    assert set_by_user == levers | {"dropout": 0.3, "metric": "mae"}


def test_a_lever_that_cannot_be_set_is_refused_when_fitting():
    with pytest.raises(DesignError, match="dropout = 3"):
        regressor(dropout=3).fit(X, NUMBER)


@pytest.mark.parametrize("time", ["5 bananas", "-3s"])
def test_a_time_that_is_none_is_refused(time):
    with pytest.raises(ValueError, match="is not a time such as 60s"):
        regressor(time=time).fit(X, NUMBER)


def test_no_row_is_set_aside():
    run = regressor(time="1m").fit(X, NUMBER).model_.run
    assert (run.data.n_development, run.data.n_test, run.baselines) == (80, 0, ())
    assert "--time 60s" in run.command


# ---- weights -----------------------------------------------------------------------------------


@pytest.mark.parametrize("net", [classifier, regressor])
def test_a_weight_stands_for_the_row_that_often_in_any_order(net):
    y = LABEL if net is classifier else NUMBER
    rng = np.random.default_rng(1)
    weights = rng.integers(0, 3, 80)
    repeated = rng.permutation(np.repeat(np.arange(80), weights))
    weighted = net().fit(MIXED, y, sample_weight=weights)
    plain = net().fit(MIXED.iloc[repeated], y[repeated])
    say = "predict_proba" if net is classifier else "predict"
    assert (getattr(weighted, say)(MIXED) == getattr(plain, say)(MIXED)).all()


def test_a_class_whose_weights_are_0_is_not_there():
    net = classifier().fit(X, np.arange(80) % 3, sample_weight=(np.arange(80) % 3 > 0))
    assert net.classes_.tolist() == [1, 2] and net.predict_proba(X).shape == (80, 2)


def test_weights_pull_the_predictions():
    heavy = np.where(NUMBER > 0, 50.0, 1.0)
    blind = X[:, 1:]  # that hardly tell the number
    nets = [regressor(epochs=100).fit(blind, NUMBER, w) for w in (None, heavy)]
    means = [net.predict(blind).mean() for net in nets]
    assert means[1] - means[0] > 1


# ---- frames ------------------------------------------------------------------------------------


def test_pandas_and_polars_frames_of_every_kind_of_column():
    net = classifier().fit(MIXED, LABEL)
    assert net.feature_names_in_.tolist() == list(MIXED.columns)
    assert net.score(MIXED, LABEL) > 0.8
    frame = pl.from_pandas(MIXED)
    other = classifier().fit(frame, pl.Series(LABEL))
    assert (other.predict_proba(MIXED) == net.predict_proba(frame)).all()


def test_other_columns_than_those_of_the_fit_are_refused():
    net = regressor().fit(MIXED, NUMBER)
    with pytest.raises(ValueError, match="feature names should match"):
        net.predict(pl.from_pandas(MIXED).rename({"n": "m"}))
    with pytest.raises(ValueError, match="Input X contains infinity: column 'n', row 0"):
        net.predict(MIXED.assign(n=np.inf))


def test_columns_may_be_called_like_what_is_added():
    frame = pd.DataFrame(X, columns=["target", "weight", "col(a)"])
    assert regressor().fit(frame, NUMBER, np.arange(80)).score(frame, NUMBER) > 0.8


def test_a_number_between_0_and_1_where_training_had_these_alone():
    net = regressor().fit(np.c_[X, X[:, 0] > 0], NUMBER)
    assert net.predict([[0, 0, 0, 7]]) == net.predict([[0, 0, 0, 1]])


# ---- targets -----------------------------------------------------------------------------------

LABELS = {
    "whole numbers": [3, 1], "booleans": [True, False], "like words for missing": ["none", "NaN"],
    "alike but for case": ["A", "a"], "objects": np.array(["a", 1], dtype=object).astype(str),
    "not in order": ["b", "a"], "not tidy": [" b", "a"],
}  # fmt: skip


@pytest.mark.parametrize("pair", LABELS.values(), ids=LABELS)
def test_labels_come_back_as_they_were(pair):
    y = np.where(X[:, 0] > 0, *pair)
    net = classifier().fit(X, y)
    assert net.classes_.tolist() == sorted(pair) and net.predict(X).dtype == y.dtype
    assert net.score(X, y) > 0.9


def test_the_model_knows_the_labels_where_it_can():
    assert set(classifier().fit(X, LABEL).model_.classes) == {"up", "down"}


def test_several_numbers_of_which_one_is_constant():
    y = np.c_[NUMBER, np.full(80, 7.0), -NUMBER]
    net = regressor().fit(X, y)
    assert net.predict(X).shape == (80, 3) and (net.predict(X)[:, 1] == 7).all()
    assert net.score(X, y) > 0.8


def test_nothing_to_learn_is_told_as_it_is():
    assert (regressor().fit(X, np.full(80, 2.5)).predict(X) == 2.5).all()
    net = classifier().fit(X, ["a"] * 80)
    assert net.predict_proba(X).tolist() == [[1.0]] * 80 and net.model_ is None


def test_a_class_of_a_single_row():
    net = classifier().fit([[3, 0], [0, 1], [0, 2], [1, 1], [5, 5]], list("aaaab"))
    assert net.predict_proba([[5, 5]]).shape == (1, 2)


REFUSED = {
    "too few rows": (np.eye(3), [1.0, 2, 3], "at least 4 rows to train and to validate"),
    "nothing to learn from": (np.ones((9, 2)), range(9), "constant: every row holds '1'"),
    "rows that differ in number": (X, NUMBER[:5], "inconsistent numbers of samples"),
}


@pytest.mark.parametrize(("rows", "y", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_learnt_from_is_a_value_error(rows, y, said):
    with pytest.raises(ValueError, match=said):
        regressor().fit(rows, y)


# ---- in company --------------------------------------------------------------------------------


def test_in_a_grid_search():
    found = GridSearchCV(classifier(), {"dropout": [0.0, 0.5], "width": [8]}, cv=2).fit(X, LABEL)
    decided = found.best_estimator_.model_.run.design
    assert decided.number("dropout") == found.best_params_["dropout"]
    assert decided.count("width") == 8 and found.best_score_ > 0.8


def test_in_a_pipeline_and_cross_validation():
    pipe = make_pipeline(StandardScaler(), regressor())
    assert cross_val_score(clone(pipe), X, NUMBER, cv=2).min() > 0.8


def test_in_a_calibration():
    net = CalibratedClassifierCV(classifier(), cv=2).fit(X, LABEL, sample_weight=np.ones(80))
    assert net.score(X, LABEL) > 0.9


# ---- the state ---------------------------------------------------------------------------------


def test_a_copy_and_a_pickle_predict_the_same():
    net = classifier().fit(MIXED, LABEL)
    for again in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert (again.predict_proba(MIXED) == net.predict_proba(MIXED)).all()
        assert again.model_.run == net.model_.run
        assert again.model_.suspects.equals(net.model_.suspects)
    with pytest.raises(NotFittedError):
        pickle.loads(pickle.dumps(clone(net))).predict(MIXED)


def test_a_pickle_names_nothing_but_plain_data():
    """Whoever reads it runs no code but numpy's and our own class."""
    content = pickle.dumps(classifier().fit(X, LABEL), protocol=2)
    named = {arg for code, arg, _ in pickletools.genops(content) if code.name == "GLOBAL"}
    modules = {name.split()[0].split(".")[0] for name in named}
    assert modules <= {"numpy", "justright", "_codecs", "copy_reg", "__builtin__"}
    assert not any("torch" in name for name in named)


def test_there_is_no_partial_fit():
    assert not hasattr(NetClassifier, "partial_fit") and not hasattr(NetRegressor, "partial_fit")


def test_the_page_runs(capsys, monkeypatch):
    """As it stands, but for epochs that end before the time does."""
    page = (Path(__file__).parents[1] / "docs" / "sklearn.md").read_text("utf-8")
    code = "\n".join(re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    monkeypatch.setattr("justright.NetClassifier", partial(NetClassifier, **QUICK), raising=False)
    exec(re.sub('time="10s"(, )?', "", code), {})
    said = capsys.readouterr().out.splitlines()
    assert float(said[0]) > 0.8 and said[-1].startswith("{'dropout': ")

"""Rows that look wrong: the right ones, by their number in the file, and none is left out."""

import dataclasses

import numpy as np
import polars as pl
import pytest

from justright.data.target_values import target_values
from justright.kinds import Severity
from justright.recipes.doubt import MIN_ROWS, SHOWN, doubts, findings
from justright.recipes.fit import fit
from justright.recipes.ground import lay_ground
from justright.recipes.model import load
from justright.recipes.wish import Wish
from tests.recipes.small import EPOCHS, table, with_target

SMALL = {"evaluation": "k-fold", "folds": 2, "depth": 1, "width": 16, "learning_rate": 0.01}


def ground_of(cells, n=200, *, target="y", **options):
    """A table whose target is known, and the ground of it; the target is missing now and then."""
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({"a": rng.normal(size=n), "b": rng.normal(size=n)}).with_columns(cells(n))
    return lay_ground(Wish(data=frame, target=target, time_s=60.0, **options))


def yes_no(n):
    """Every third is yes; every tenth from the fifth on is missing."""
    cells = ["yes" if i % 3 == 0 else "no" for i in range(n)]
    return pl.Series("y", [None if i % 10 == 4 else cell for i, cell in enumerate(cells)])


def targets_of(ground):
    frame = ground.prepared.frame[ground.development]
    return target_values(frame, ground.schema.task)


def believed(targets, at=0.95):
    """Probabilities that believe every label but that of row 7, and do not judge rows 0 to 4."""
    p = np.full((len(targets), 2), 1 - at)
    p[np.arange(len(targets)), targets] = at
    p[7] = p[7, ::-1]
    p[:5] = np.nan
    return p


def test_rows_are_numbered_as_in_the_file():
    ground = ground_of(yes_no)
    y = targets_of(ground)
    found, rows = doubts(ground, y, believed(y))
    kept = int(ground.development[7])
    given = ground.prepared.frame["y"][kept]
    (row,) = rows.filter(kind="label")["row"].to_list()
    assert yes_no(200)[row - 1] == given == found.targets[0].given
    assert ground.table.frame["a"][row - 1] == ground.prepared.frame["a"][kept]
    assert row - 1 != kept  # rows without a target lie before it
    assert (found.n_targets, found.n_judged, found.n_rows) == (1, len(y) - 5, len(y))


def test_several_columns_each_by_itself():
    ground = ground_of(
        lambda n: [pl.Series(c, np.linspace(0, s, n)) for c, s in (("y", 1), ("z", 9))],
        target=("y", "z"),
    )
    y = targets_of(ground)
    guess = y + 0.01 * np.random.default_rng(0).normal(size=y.shape)
    guess[3, 1] += 5
    _, rows = doubts(ground, y, guess)
    assert rows["column"].to_list() == ["z"]
    assert rows["row"].to_list() == [ground.development[3] + 1]
    assert float(rows["suggested"][0]) == pytest.approx(guess[3, 1], rel=1e-3)


def test_labels_each_by_itself():
    ground = ground_of(
        lambda n: [pl.Series(c, [i % k == 0 for i in range(n)]) for c, k in (("y", 2), ("z", 3))],
        target=("y", "z"),
    )
    y = targets_of(ground)
    p = np.where(y == 1, 0.9, 0.1)
    p[4, 1] = 1 - p[4, 1]
    _, rows = doubts(ground, y, p)
    assert rows["column"].to_list() == ["z"] and rows["row"][0] == ground.development[4] + 1
    assert {rows["given"][0], rows["suggested"][0]} == {"yes", "no"}


def test_too_few_judged_rows_are_not_judged():
    ground = ground_of(yes_no)
    y = targets_of(ground)
    p = believed(y)
    p[MIN_ROWS - 1 :] = np.nan
    found, rows = doubts(ground, y, p)
    assert found.how == "" and found.n_judged == 0 and rows.is_empty()


def test_the_report_has_few_and_the_table_all():
    ground = ground_of(yes_no, n=600)
    y = targets_of(ground)
    wrong = np.arange(10, 10 + SHOWN + 5)
    p = believed(y)
    p[wrong] = p[wrong, ::-1]
    found, rows = doubts(ground, y, p)
    assert len(found.targets) == SHOWN and found.n_targets == rows.height == SHOWN + 6


@pytest.mark.parametrize(
    ("p", "severity"), [(0.99, Severity.WARN), (0.6, Severity.NOTE)], ids=["sure", "unsure"]
)
def test_a_warning_only_beyond_what_hard_rows_bring(p, severity):
    ground = ground_of(yes_no)
    y = targets_of(ground)
    found, _ = doubts(ground, y, believed(y, at=p))
    (said,) = findings(found)
    assert said.severity is severity and "suspect_rows.csv" in said.meaning
    assert said.sign == "1 row looks mislabelled"


def test_a_ranking_has_no_wrong_targets():
    def cells(n):
        return pl.Series("y", np.arange(n) % 4), pl.Series("q", [f"q{i // 10}" for i in range(n)])

    ground = ground_of(cells, task="ranking", group="q")
    y = targets_of(ground)
    assert doubts(ground, y, -y[:, 0])[0].how == ""


def test_a_fit_lists_them_and_keeps_them(tmp_path):
    frame, bad, far = table("regression", n=200), 20, 40
    y, a = frame["y"].to_numpy().copy(), frame["a"].to_numpy().copy()
    y[bad], a[far] = 900.0, 70.0
    frame = with_target(frame, y).with_columns(a=pl.Series(a))
    model = fit(
        frame, "y", out=tmp_path / "m", time_s=60, task="regression",
        test=table("regression", n=40, seed=1),
        overrides=EPOCHS | SMALL,
    )  # fmt: skip
    rows = model.suspects
    assert bad + 1 in rows.filter(kind="value")["row"]
    assert rows.filter(kind="outlier").select("row", "column", "given").row(0) == (
        far + 1, "a", "70",
    )  # fmt: skip
    assert model.run.data.n_rows == 200 and model.run.doubt.n_judged == 200
    kept = load(tmp_path / "m")
    assert kept.suspects.equals(rows) and kept.run.doubt == model.run.doubt
    assert any(w.startswith(tuple("123456789")) and "wrong target" in w for w in model.run.warnings)
    left = frame.with_row_index("row", 1).join(rows, on="row", how="anti")
    assert left.height == 200 - rows["row"].n_unique()  # the remedy as it is written
    guarded = dataclasses.asdict(model.run.doubt)["guarded"]
    assert guarded in next(f.meaning for f in model.run.findings if f.check == "far-rows")

"""Leaks of each kind are flagged with their command; honest columns that look alike are not."""

import time

import numpy as np
import polars as pl
import pytest

from justright.data.read import read
from justright.data.schema import prepare
from justright.data.suspects import suspects
from justright.kinds import Severity

N = 600
RNG = np.random.default_rng(0)
A, B, C, NOISE = RNG.normal(size=(4, N))
CASUAL, REGISTERED, OTHER = RNG.integers(0, 900, (3, N))
SIGNAL = A + 0.5 * B + NOISE
CLASS = np.where(SIGNAL > 0.5, "yes", "no")
THREE = np.array(["low", "mid", "top"])[np.digitize(SIGNAL, [-1, 1])]
HONEST = {"a": A, "b": B, "c": RNG.choice(list("pqr"), N)}
SORTED = np.sort(THREE)
DAYS = np.datetime64("2020-01-01") + np.arange(N).astype("timedelta64[D]")
EVEN = RNG.uniform(-1, 1, N)
CENTS, MORE = np.round(RNG.normal(20, 5, (2, N)), 2)
UNORDERED = "none needed, as the split shuffles the rows; --order COLUMN if they lie in time"
TREND = np.arange(N) / 40 + NOISE

#: Further columns, the target, and what is flagged: check, column, remedy.
LEAKS = {
    "a copy with noise": (
        {"copy": SIGNAL + RNG.normal(0, 0.01, N)}, SIGNAL,
        ("leak-single-column", "copy", "--drop copy"),
    ),
    "the logarithm": (
        {"log p": SIGNAL}, np.exp(SIGNAL), ("leak-single-column", "log p", "--drop 'log p'"),
    ),
    "a curve that bends back": (
        {"x": EVEN}, EVEN**2 + RNG.normal(0, 0.01, N), ("leak-single-column", "x", "--drop x"),
    ),
    "a class in most rows": (
        {"code": np.where(np.arange(N) % 200 == 0, "x", CLASS)}, CLASS,
        ("leak-single-column", "code", "--drop code"),
    ),
    "a number beside a class": (
        {"paid": np.where(CLASS == "yes", RNG.uniform(1, 9, N), 0)}, CLASS,
        ("leak-single-column", "paid", "--drop paid"),
    ),
    "each class some levels": (
        {"ward": np.char.add(THREE, RNG.choice(list("123"), N))}, THREE,
        ("leak-single-column", "ward", "--drop ward"),
    ),
    "made from a number": (
        {"dear": np.where(SIGNAL > 0.3, "dear", "cheap")}, SIGNAL,
        ("leak-from-target", "dear", "--drop dear"),
    ),
    "made from a class": (
        {"is top": THREE == "top"}, THREE, ("leak-from-target", "is top", "--drop 'is top'"),
    ),
    "a sum": (
        {"casual": CASUAL, "registered": REGISTERED}, CASUAL + REGISTERED,
        ("leak-sum", "casual", "--drop casual registered"),
    ),
    "a difference of three": (
        {"x": CASUAL, "y1": REGISTERED, "z": OTHER}, CASUAL - REGISTERED + OTHER,
        ("leak-sum", "x", "--drop x y1 z"),
    ),
    "a sum of cents in whole units": (
        {"x": CENTS, "y1": MORE}, np.round(CENTS + MORE),
        ("leak-sum", "x", "--drop x y1"),
    ),
    "a formula": (
        {"x": CASUAL, "y1": REGISTERED}, 0.3 * CASUAL - 2 * REGISTERED + 5,
        ("leak-formula", "x", "--drop x y1"),
    ),
    "another unit": ({"inch": SIGNAL / 2.54}, SIGNAL, ("leak-formula", "inch", "--drop inch")),
    "sorted, with a key": (
        {"row_id": np.arange(N) * 3 + 7}, SORTED,
        ("row-order", "row_id", UNORDERED),
    ),
    "in time": (
        {"day": DAYS}, TREND,
        ("row-order", "day", "--order day, if later rows are to be predicted from earlier ones"),
    ),
}  # fmt: skip

CLEAN = {
    "noise": ({}, SIGNAL),
    "classes": ({}, CLASS),
    "one level and gaps": ({"note": np.where(np.arange(N) % 3 == 0, "N/A", "ok")}, SIGNAL),
    "one good column": ({"good": SIGNAL + RNG.normal(0, 0.3, N)}, SIGNAL),
    "a good column of classes": ({"good": SIGNAL + RNG.normal(0, 0.1, N)}, CLASS),
    "good ones close together": (
        {f"g{i}": SIGNAL + RNG.normal(0, 0.13 + i / 20, N) for i in range(3)}, SIGNAL,
    ),
    "a sum with noise": (
        {"x": CASUAL, "y1": REGISTERED}, CASUAL + REGISTERED + RNG.normal(0, 25, N),
    ),
    "a rare level": ({"rare": np.where(np.arange(N) < 4, "x", "y")}, SIGNAL),
    "half as many columns as rows": (
        {f"n{i}": cells for i, cells in enumerate(RNG.normal(size=(N // 2, N)))}, SIGNAL,
    ),
    "half missing": ({"x": np.where(A > 0, np.nan, B)}, SIGNAL),
    "rare positives": ({}, np.where(np.arange(N) % 97 == 5, "yes", "no")),
}  # fmt: skip


def found(columns, target, rows=None, **options):
    frame = pl.DataFrame({**HONEST, **columns, "target": target}, nan_to_null=True)
    prepared = prepare(read(frame), "target", **options)
    return suspects(prepared, np.arange(N) if rows is None else rows)


@pytest.mark.parametrize(("columns", "target", "flagged"), LEAKS.values(), ids=LEAKS)
def test_a_leak_is_flagged(columns, target, flagged):
    leaks = found(columns, target)
    assert [(leak.check, leak.column, leak.remedy) for leak in leaks] == [flagged]
    assert leaks[0].severity is Severity.WARN
    assert all(repr(name) in leaks[0].sign + leaks[0].meaning for name in columns)


@pytest.mark.parametrize(("columns", "target"), CLEAN.values(), ids=CLEAN)
def test_an_honest_column_is_not(columns, target):
    assert found(columns, target) == ()


def test_a_leak_that_nothing_would_be_left_without_is_not_flagged():
    frame = pl.DataFrame({"copy": SIGNAL + C / 99, "target": SIGNAL})
    assert suspects(prepare(read(frame), "target"), np.arange(N)) == ()


def test_sorted_rows_are_a_note_where_no_column_counts_them():
    [note] = found({}, SORTED)
    assert (note.check, note.severity, note.column) == ("row-order", Severity.NOTE, None)
    assert note.numbers["score"] > 0.98 and note.numbers["chance"] == pytest.approx(1 / 3)
    assert found({"day": DAYS}, TREND, order="day") == ()


def test_the_better_leak_comes_first_and_a_part_of_a_sum_is_named_once():
    rough, fine = (SIGNAL + RNG.normal(0, noise, N) for noise in (0.03, 0.001))
    assert [leak.column for leak in found({"rough": rough, "fine": fine}, SIGNAL)] == [
        "fine",
        "rough",
    ]
    few = REGISTERED // 90
    leaks = found({"most": CASUAL, "few": few}, CASUAL + few)
    assert [leak.check for leak in leaks] == ["leak-sum"]


def test_columns_that_are_mostly_gaps_are_named_together():
    def known(share):
        return np.where(np.arange(N) < share * N, RNG.normal(size=N), np.nan)

    empty, half, full = known(0.1), known(0.5), known(0.45)
    [found_] = found({"half": half, "full": full, "empty": empty}, SIGNAL)
    assert (found_.check, found_.column, found_.remedy) == (
        "mostly-missing", "empty", "--drop empty full",
    )  # fmt: skip
    assert found_.sign.startswith("2 of 6 input columns are missing in more than 50 %")


def test_only_the_rows_asked_for_are_looked_at():
    target = np.where(np.arange(N) < 400, SIGNAL, 0.0)
    leak = np.where(np.arange(N) < 400, A, target)
    assert found({"leak": leak}, target, rows=np.arange(400)) == ()
    copy = np.where(np.arange(N) < 400, SIGNAL + C / 99, RNG.permutation(SIGNAL))
    assert [f.column for f in found({"copy": copy}, SIGNAL, rows=np.arange(400))] == ["copy"]


def test_many_rows_are_sampled():
    n = 200_000
    x = RNG.normal(size=n)
    rare = x > 3
    leak = rare & (np.arange(n) != rare.argmax())
    frame = {f"x{i}": RNG.normal(size=n) for i in range(8)} | {"leak": leak, "y": rare}
    prepared = prepare(read(pl.DataFrame(frame)), "y")
    start = time.perf_counter()
    flagged = [leak.column for leak in suspects(prepared, np.arange(n))]
    assert flagged == ["leak"]
    assert time.perf_counter() - start < 3

"""The benchmark of the search: pairs, paces, verdicts, and a run that goes on where it stopped."""

import os
import time
from pathlib import Path
from typing import Any

import pytest


def result(
    script: Any, name: str, rival: str, value: float | None, draws: Any = (), **more: Any
) -> Any:
    notes = {"draws": list(draws)} | ({"tried": more.pop("tried")} if "tried" in more else {})
    fields = dict.fromkeys(("low", "high", "log_loss"))
    rest = {"seconds": 60.0, "cpu_s": 60.0, "threads": 2, "version": "1", "cut": False, "seed": 0}
    return script("results").Result(
        set=name,
        rival=rival,
        settings={},
        metric="rmse",
        value=value,
        notes=notes,
        **{**fields, **rest, **more},
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "higher", "gain", "verdict"),
    [
        ([0.80, 0.90], [0.70, 0.80], True, 0.1, "better"),  # spread, but always above
        ([0.80, 0.90], [0.70, 0.80], False, -0.1, "worse"),
        ([0.70, 0.90], [0.80, 0.80], True, 0.0, "level"),
        ([float("nan"), 0.9], [float("nan"), 0.8], True, 0.1, "better"),  # a resample of one class
    ],
)
def test_ours_and_theirs_are_paired_by_resample(
    script: Any, ours: Any, theirs: Any, higher: bool, gain: float, verdict: str
) -> None:
    found = [
        result(script, "one", "justright", 0.8 + gain * (1 if higher else -1), ours),
        result(script, "one", "other", 0.8, theirs),
    ]
    (pair,) = script("search_tables").beside(found, "other", {"one": higher})
    assert pair.gain == pytest.approx(gain)
    assert pair.verdict == verdict


def test_only_what_both_answered_with_the_same_seeds_is_paired(script: Any) -> None:
    found = [
        result(script, "one", "justright", 0.8, [0.8]),
        result(script, "one", "other", None),
        result(script, "two", "justright", 0.8, [0.8]),
        result(script, "two", "other", 0.8, [0.8], seed=1),
    ]
    assert script("search_tables").beside(found, "other", {"one": True, "two": True}) == []


def test_the_verdicts_name_rank_share_and_pace(script: Any) -> None:
    found = [
        result(script, "one", "justright", 1.0, [1.0], tried=600),
        result(script, "one", "net", 2.0, [2.0], tried=50),
        result(script, "one", "trees", 0.5, [0.5]),
        result(script, "vast", "justright", 1.0, [1.0], tried=10),
        result(script, "vast", "net", 2.0, [2.0], tried=10),
        result(script, "vast", "trees", 1.5, [1.5]),
    ]
    field = script("standings").Field(
        sets=["one", "vast"],
        rivals=["justright", "net", "trees"],
        neural=["justright", "net"],
        higher_is_better={"one": False, "vast": False},
    )
    lines = script("search_tables").verdicts(
        found, field, {"one": 9_999, "vast": 10_000}, trees=["trees"], paced="net"
    )
    assert lines == [
        "* mean rank on 2 sets: 1.50 against net's 3.00: PASS",
        "* at least as good as trees on 50% of 2 sets: PASS",
        "* configurations a minute, to net's: from × 12.0 to × 12.0 on 1 sets: PASS",
    ]
    table = script("search_tables").ranked_table(found, field)
    assert table[2] == "| one | rmse | 1.0000 (2) | 2.0000 (3) | **0.5000 (1)** |"


def _parabola(trial: Any, _: float) -> tuple[float, Any]:
    x = trial.suggest_float("x", -1.0, 1.0)
    time.sleep(0.01)
    if x > 0.9:
        raise ValueError("it diverged")
    return x * x, (x, os.getpid())


def test_a_study_keeps_its_time_and_the_best_of_all_processes(
    script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    begin = time.monotonic()
    found = script("studies").study(_parabola, first={"x": 0.0}, deadline_s=begin + 1.0, seed=0)
    assert time.monotonic() - begin < 6.5
    assert (found.value, found.best[0]) == (0.0, 0.0)  # the first, which is enqueued
    assert found.best[1] != os.getpid()
    assert found.tried > 5


def test_a_study_without_a_value_says_so(script: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(_: Any, deadline_s: float) -> tuple[float, Any]:
        with script("studies").until(deadline_s):
            time.sleep(30)
        return 0.0, None

    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with pytest.raises(TimeoutError, match="no trial"):
        script("studies").study(hangs, first={}, deadline_s=time.monotonic() + 0.2, seed=0)


def test_a_run_goes_on_from_its_file(
    script: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    search, asked = script("search"), []

    def measured(case: Any, name: str, part: int, settings: Any) -> Any:
        asked.append((case.name, name, part))
        value = None if name == "LightGBM" else 0.7
        found = result(script, case.name, name, value, [0.7], seed=part)
        return script("dataclasses").replace(found, settings=settings)

    monkeypatch.setattr(search, "measured_apart", measured)
    file = tmp_path / "search.jsonl"
    line = ["--sets", "digits", "--rivals", "justright,LightGBM", "--keep", str(file)]
    assert search.main(line) == 1
    assert search.main([*line, "--table"]) == 1
    assert asked == [("digits", "justright", 0), ("digits", "LightGBM", 0)]
    assert "| digits | rmse | **0.7000 (1)** | failed |" in capsys.readouterr().out
    search.main([*line, "--again"])  # only what failed
    search.main([*line, "--time", "5m", "--seeds", "1"])  # another measurement
    assert asked[2:] == [
        ("digits", "LightGBM", 0),
        ("digits", "justright", 1),
        ("digits", "LightGBM", 1),
    ]

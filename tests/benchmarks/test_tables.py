"""The benchmark of tables: the arithmetic of its ranks, and a run that goes on where it stopped."""

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("values", "higher", "expected"),
    [
        ({"a": 0.9, "b": 0.8, "c": 0.7}, True, [1, 2, 3]),
        ({"a": 0.9, "b": 0.8, "c": 0.7}, False, [3, 2, 1]),
        ({"a": 0.8, "b": 0.9, "c": 0.8}, True, [2.5, 1, 2.5]),  # equals share their ranks
        ({"a": None, "b": 5.0, "c": None}, False, [2.5, 1, 2.5]),  # failures share the last ones
        ({"a": 0.0, "b": None}, True, [1, 2]),  # a worthless answer beats none
    ],
)
def test_ranks(script: Any, values: dict[str, float | None], higher: bool, expected: Any) -> None:
    ranks = script("standings").ranks(values, higher_is_better=higher)
    assert list(ranks.values()) == expected


def test_mean_ranks_are_taken_among_the_rivals_and_on_the_sets_that_all_share(script: Any) -> None:
    values = {
        "one": {"net": 0.7, "mlp": 0.8, "trees": 0.9},
        "two": {"net": 3.0, "mlp": 4.0, "trees": 9.0},
        "half": {"net": 0.9, "trees": 0.1},
    }
    higher = {"one": True, "two": False, "half": True}
    mean_ranks = script("standings").mean_ranks
    assert mean_ranks(values, ["net", "mlp", "trees"], higher) == (
        {"net": 2.0, "mlp": 2.0, "trees": 2.0},
        2,
    )
    assert mean_ranks(values, ["net", "trees"], higher) == ({"net": 4 / 3, "trees": 5 / 3}, 3)


def test_seconds_are_compared_by_their_geometric_mean(script: Any) -> None:
    seconds = {"one": {"justright": 1.0, "slow": 4.0}, "two": {"justright": 2.0, "slow": 2.0}}
    ratio = script("standings").ratio
    assert ratio(seconds, "slow") == pytest.approx(2.0)
    assert ratio(seconds, "not run") is None


def run(script: Any, kept: Path, rivals: str, *more: str) -> int:
    arguments = ["--sets", "iris", "--rivals", rivals, "--keep", str(kept), *more]
    return int(script("tables").main(arguments))


def test_a_run_goes_on_from_its_file(
    script: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "results.jsonl"
    assert run(script, kept, "trivial,linear") == 0
    first = kept.read_text().splitlines()
    kept.write_text(first[0] + "\n" + first[1][:40])  # killed while it wrote the second line
    capsys.readouterr()

    assert run(script, kept, "trivial,linear", "--table") == 0  # measures nothing
    assert "linear" not in capsys.readouterr().out
    assert run(script, kept, "trivial,linear") == 0
    again = kept.read_text().splitlines()
    assert [again[0], again[1]] == [first[0], first[1][:40]]
    progress, table = (captured := capsys.readouterr()).err, captured.out
    assert "seed 0 linear" in progress
    assert "seed 0 trivial" not in progress
    assert "| iris | accuracy | 0.3333 (" in table

    assert run(script, kept, "trivial", "--most-rows", "100") == 0  # another measurement
    assert len(kept.read_text().splitlines()) == 4


def test_a_failure_is_shown_and_ranked_last(
    script: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuses(_: object) -> None:
        raise ValueError("NaN is refused")

    rivals = script("table_rivals")
    broken = rivals.Rival(fit=refuses, package="scikit-learn", neural=False)
    monkeypatch.setitem(rivals.RIVALS, "linear", broken)
    assert run(script, tmp_path / "results.jsonl", "linear,trivial") == 1
    out = capsys.readouterr().out
    assert "* linear on iris, seed 0: ValueError: NaN is refused" in out
    assert "| trivial | 1.00 |" in out
    assert "| linear | 2.00 |" in out

    assert run(script, tmp_path / "results.jsonl", "linear") == 1
    assert "| iris | accuracy | failed |" in capsys.readouterr().out  # and is the best of nobody

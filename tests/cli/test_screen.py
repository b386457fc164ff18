"""The final screen: one screen, aligned, with all that a user needs next."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from justright.cli.screen import lines, number, show
from justright.kinds import Baseline, Coverage, Overuse


def labels(screen: list[str]) -> list[str]:
    return [line.split()[0] for line in screen if line[:1].strip()]


def test_the_parts_in_order(run_record: Any) -> None:
    screen = lines(run_record(), Path("justright-penguins"))
    assert labels(screen) == [
        "Task", "Data", "Design", "Score", "Verdict", "Saved", "Next",
    ]  # fmt: skip
    text = " ".join(" ".join(screen).split())
    assert "predict species (multiclass, 3 classes): the target has 3 different words" in text
    assert "overrule" in text and "--task" in text
    assert "Data 344 rows, 8 columns (1 left out); 275 to learn from, 69 to test on Design" in text
    assert "justright predict justright-penguins NEWFILE" in text
    assert "justright explain justright-penguins" in text
    assert "Saved justright-penguins (open report.html in it)" in text


def test_validation_is_shown_as_reported_and_as_corrected(run_record: Any) -> None:
    over = Overuse(
        n_looks=30, n_rates=0, loss=0.4, by_step=0.02, by_rate=0.0, metric="log_loss",
        reported=0.389, corrected=0.409,
    )  # fmt: skip
    said = "in validation log_loss 0.389, 0.409 corrected for what was chosen on it"
    assert any(said in line for line in lines(run_record(overuse=over), Path("m")))
    assert not any("corrected" in line for line in lines(run_record(), Path("m")))


def test_intervals_are_shown_with_how_often_they_held(run_record: Any) -> None:
    held = Coverage(level=0.9, observed=0.88, low=0.84, high=0.92, width=1234.0, n_rows=300)
    said = "90 % intervals held on 88 % of test rows (84 to 92), median width 1,234"
    shown = lines(run_record(coverage=(held, replace(held, level=0.95))), Path("m"), width=80)
    assert f"{'':9}{said}" in shown
    assert not any("intervals held" in line for line in lines(run_record(), Path("m")))


def test_the_scores_are_aligned(run_record: Any) -> None:
    screen = lines(run_record(), Path("m"))
    start = next(place for place, line in enumerate(screen) if line.startswith("Score"))
    header, accuracy, *_ = screen[start:]
    for name, value in (
        ("network", "0.986 [0.966, 1.006]"),
        ("linear", "0.970 [0.950, 0.990]"),
        ("trivial", "0.440"),
    ):
        assert header.index(name) == accuracy.index(value)
    assert screen[start + 2].split()[-2:] == ["-", "-"]  # the baselines have no roc_auc


@pytest.mark.parametrize(
    ("width", "n_intervals"),
    [(60, 0), (70, 1), (80, 2), (100, 3)],
    ids=["least", "narrow", "usual", "wide"],
)
def test_intervals_give_way_from_the_right(run_record: Any, width: int, n_intervals: int) -> None:
    record = run_record()
    baselines = tuple(
        Baseline(name=name, what="", scores=record.scores) for name in ("linear", "trivial")
    )
    screen = lines(run_record(baselines=baselines), Path("m"), width=width)
    accuracy = next(line for line in screen if line.split()[:1] == ["accuracy"])
    assert accuracy.count("0.986") == 3 and accuracy.count("[") == n_intervals


LONG = "a long sentence with many words " * 20


@pytest.mark.parametrize("width", [60, 80, 100])
def test_it_fits_on_one_screen(run_record: Any, width: int) -> None:
    run = run_record(verdict=LONG, warnings=(LONG,) * 9)
    screen = lines(run, Path("justright-penguins"), width=width)
    assert len(screen) <= 24
    assert max(map(len, screen)) <= width
    assert "and 7 more in the report" in "\n".join(screen)


def test_all_three_warnings_fit(run_record: Any) -> None:
    screen = "\n".join(lines(run_record(warnings=("one", "two", "three")), Path("m")))
    assert "Warnings one\n         two\n         three\n" in screen


def test_a_folder_with_a_space_is_quoted(run_record: Any) -> None:
    assert "justright explain 'my model'" in "\n".join(lines(run_record(), Path("my model")))


def test_numbers() -> None:
    shown = {0.0: "0.000", -0.5: "-0.500", 9.9999: "10.000", 0.0000123: "1.2e-05", 1e6: "1,000,000"}
    assert {value: number(value) for value in shown} == shown


def test_show_prints_the_lines(
    run_record: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run = run_record(warnings=("column [b]x[/b]",))
    show(run, Path("m"))
    assert capsys.readouterr().out.splitlines() == ["", *lines(run, Path("m"))]

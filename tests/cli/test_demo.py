"""`justright demo`: real tables, and the very commands that it prints."""

import csv
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from justright.cli import demo, main
from justright.demo.sets import SETS


def read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("name", "n_rows", "n_columns"),
    [
        ("penguins", 344, 8),
        ("wine", 178, 14),
        ("breast-cancer", 569, 31),
        ("diabetes", 442, 11),
        ("digits", 1797, 65),
    ],
)
def test_the_tables(name: str, n_rows: int, n_columns: int, tmp_path: Path) -> None:
    chosen = SETS[name]
    demo.write_tables(tmp_path, name, chosen.rows(), chosen.target)
    header, *known = read(tmp_path / f"{name}.csv")
    new_header, *new = read(tmp_path / f"{name}-new.csv")
    assert len(known) + len(new) == n_rows and len(new) == demo.N_NEW
    assert len(header) == len(set(header)) == n_columns
    assert new_header == [column for column in header if column != chosen.target]
    assert {len(row) for row in known} == {n_columns}
    assert {len(row) for row in new} == {n_columns - 1}
    place = header.index(chosen.target)
    assert not any(row[:place] + row[place + 1 :] in new for row in known)


def test_it_runs_what_it_prints(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--time", "3s"]) == 0
    out = capsys.readouterr().out
    printed = [line for line in out.splitlines() if line.startswith("$ ")]
    assert printed == [
        "$ cd justright-demo",
        "$ justright fit penguins.csv --target species --time 3s",
        "$ justright predict justright-penguins penguins-new.csv",
        "$ justright explain justright-penguins",
    ]
    assert "data and its model to justright-demo" in out
    assert "Verdict" in out and "prob_Adelie" in out and "because it was asked for" in out
    assert sorted(path.name for path in Path("justright-demo").iterdir()) == [
        "justright-penguins", "penguins-new.csv", "penguins.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["--no-lab"], ["--db", "/somewhere/runs.db"]])
def test_where_its_run_is_kept_is_handed_on(
    words: list[str], recipes: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--time", "3s", *words]) == 0
    assert f"--target species --time 3s {' '.join(words)}\n" in capsys.readouterr().out


@pytest.mark.parametrize("named", [None, "other.db", "off"])
def test_the_lab_of_this_folder_keeps_its_run(
    named: str | None, recipes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, seen, do_fit = Path.cwd(), [], recipes.fit
    if named is None:
        monkeypatch.delenv("JUSTRIGHT_LAB")
    else:
        monkeypatch.setenv("JUSTRIGHT_LAB", named)

    def fit(*words: Any, **options: Any) -> Any:
        seen.append(os.environ["JUSTRIGHT_LAB"])
        return do_fit(*words, **options)

    monkeypatch.setattr(sys.modules["justright.recipes.fit"], "fit", fit)
    assert main(["demo", "--time", "3s"]) == 0
    kept = "off" if named == "off" else str(here / (named or ".justright/runs.db"))
    assert seen == [kept] and os.environ.get("JUSTRIGHT_LAB") == named


def test_a_second_demo_leaves_the_first_alone(
    recipes: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo"]) == 0
    assert main(["demo"]) == 0
    assert "$ cd justright-demo-2" in capsys.readouterr().out


def test_it_writes_where_it_is_told(recipes: Any) -> None:
    assert main(["demo", "--set", "wine", "--out", "a/b"]) == 0
    assert Path("a/b/wine.csv").is_file()
    assert main(["demo", "--set", "wine", "--out", "a/b"]) == 2


def test_it_stops_at_the_first_failure(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    recipes.raises = RuntimeError("boom")
    assert main(["demo"]) == 70
    assert "predict" not in capsys.readouterr().out

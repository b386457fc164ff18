"""Bad tables and bad model folders, through the command line with the real recipes.

Each ends with exit code 2, says what is needed and what to try, shows no traceback, and leaves
no folder behind; what looks bad and is not, works.
"""

import csv
import json
import random
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from justright.cli import main

pytestmark = pytest.mark.journey

N_ROWS = 60
TARGETED = ["--target", "y", "--time", "3s"]


def table(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([list(header), *map(list, rows)])


def good_rows(n_rows: int = N_ROWS) -> list[list[object]]:
    """Rows of a, b, y: y is "yes" where a number is above 0, with some noise."""
    noise = random.Random(0)
    rows: list[list[object]] = []
    for _ in range(n_rows):
        a, b = noise.gauss(0, 1), noise.gauss(0, 1)
        rows.append([round(a, 3), round(b, 3), "yes" if a + 0.3 * noise.gauss(0, 1) > 0 else "no"])
    return rows


def with_target(path: Path, target: Callable[[int], object], n_rows: int = N_ROWS) -> None:
    rows = [[*row[:2], target(number)] for number, row in enumerate(good_rows(n_rows))]
    table(path, "aby", rows)


def an_infinite_target(path: Path) -> None:
    with_target(path, lambda number: "inf" if number == 7 else number * 0.37)


def directory(path: Path) -> None:
    path.mkdir()


def junk(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(5_000))


def duplicate_columns(path: Path) -> None:
    table(path, ["a", "a", "y"], good_rows())


def no_usable_feature(path: Path) -> None:
    table(path, ["same", "empty", "y"], [["x", "", row[2]] for row in good_rows()])


def class_with_one_row(path: Path) -> None:
    with_target(path, lambda number: "rare" if number == 30 else ("yes", "no")[number % 2])


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "no such file": (lambda path: None, "rows.csv"),
    "empty": (Path.touch, "empty"),
    "header only": (lambda path: path.write_text("a,b,y\n"), "row"),
    "a directory": (directory, ""),
    "binary junk": (junk, ""),
    "wrong target name": (lambda path: table(path, ["a", "b", "yy"], good_rows()), "'yy'"),
    "target all missing": (lambda path: with_target(path, lambda _: ""), "'y'"),
    "target constant": (lambda path: with_target(path, lambda _: "yes"), "'y'"),
    "target all distinct words": (
        lambda path: with_target(path, lambda number: f"name {number * 7919} of nobody"),
        "'y'",
    ),
    "no usable feature": (no_usable_feature, ""),
    "3 rows": (lambda path: table(path, "aby", good_rows(3)), "3"),
    "duplicate column names": (duplicate_columns, "'a'"),
}


def one_feature(path: Path) -> None:
    table(path, "ay", [[row[0], row[2]] for row in good_rows()])


def infinite_values(path: Path) -> None:
    rows = good_rows()
    rows[3][0], rows[9][0] = "inf", "-inf"
    table(path, "aby", rows)


def mixed_types(path: Path) -> None:
    rows = good_rows()
    for number in range(0, N_ROWS, 9):
        rows[number][0] = "unclear"
    table(path, "aby", rows)


def long_strings(path: Path) -> None:
    rows = [[*row[:2], "long text " * 20_000, row[2]] for row in good_rows(12)]
    table(
        path,
        ["a", "b", "text", "y"],
        [*rows, *([*row[:2], "short", row[2]] for row in good_rows())],
    )


def dates_out_of_range(path: Path) -> None:
    dates = ("0001-01-01", "9999-12-31", "2024-02-30", "2024-05-05", "2023-01-09")
    rows = [[*row[:2], dates[n % 5], row[2]] for n, row in enumerate(good_rows())]
    table(path, ["a", "b", "day", "y"], rows)


def ten_thousand_columns(path: Path) -> None:
    noise = random.Random(2)
    header = [*(f"c{number}" for number in range(10_000)), "y"]
    rows = [[*(f"{noise.random():.2f}" for _ in range(10_000)), row[2]] for row in good_rows(30)]
    table(path, header, rows)


EITHER: dict[str, Callable[[Path], object]] = {
    "a class with one row": class_with_one_row,
    "infinite values": infinite_values,
    "an infinite target": an_infinite_target,
    "mixed types": mixed_types,
    "strings of 200 KB": long_strings,
    "dates out of range": dates_out_of_range,
    "10,000 columns": ten_thousand_columns,
}


def assert_refused(code: int, captured: tuple[str, str], seen: str = "") -> None:
    out, err = captured
    assert code == 2, err
    assert out == ""
    start = err[err.index("error: ") :]
    assert "\n  needed: " in start and "\n  try:    " in start
    assert "Traceback" not in err
    assert seen in start


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("command", ["fit", "design"])
def test_refused(
    case: str,
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write, seen = REFUSED[case]
    write(Path("rows.csv"))
    before = set(tmp_path.iterdir())
    code = main([command, "rows.csv", *TARGETED])
    assert_refused(code, capsys.readouterr(), seen)
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("case", EITHER)
def test_works_or_is_clear(
    case: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    EITHER[case](Path("rows.csv"))
    before = set(tmp_path.iterdir())
    code = main(["fit", "rows.csv", *TARGETED])
    captured = capsys.readouterr()
    if code == 0:
        assert "Verdict" in captured.out and "Traceback" not in captured.err
        assert Path("justright-rows/weights.safetensors").is_file()
    else:
        assert_refused(code, captured)
        assert set(tmp_path.iterdir()) == before


def test_one_feature_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    one_feature(Path("rows.csv"))
    assert main(["fit", "rows.csv", *TARGETED]) == 0
    assert "Verdict" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["--drop", "nothing"],
        ["--group", "nothing"],
        ["--order", "nothing"],
        ["--metric", "nothing"],
        ["--set", "nothing=1"],
        ["--set", "depth=-1"],
        ["--test", "nothing.csv"],
        ["--drop", "y"],
    ],
    ids=" ".join,
)
def test_options_that_fit_nothing(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    table(Path("rows.csv"), "aby", good_rows())
    code = main(["fit", "rows.csv", *TARGETED, *words])
    assert_refused(code, capsys.readouterr())
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of a, b, colour -> y."""
    folder = tmp_path_factory.mktemp("fitted")
    rows = [[*row[:2], ("red", "blue")[n % 2], row[2]] for n, row in enumerate(good_rows())]
    table(folder / "rows.csv", ["a", "b", "colour", "y"], rows)
    out = folder / "model"
    words = ["fit", str(folder / "rows.csv"), *TARGETED, "--out", str(out), "--quiet"]
    assert main(words) == 0
    return out


def cut(folder: Path) -> None:
    weights = folder / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])


def no_weights(folder: Path) -> None:
    (folder / "weights.safetensors").unlink()


def no_json(folder: Path) -> None:
    (folder / "design.json").write_text("{ not json")


def another_design(folder: Path) -> None:
    file = folder / "design.json"
    design = json.loads(file.read_text())
    file.write_text(json.dumps([design]))


def emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


@pytest.mark.parametrize("command", ["predict", "explain"])
@pytest.mark.parametrize(
    "damage",
    [cut, no_weights, no_json, another_design, emptied, no_folder, a_file],
    ids=lambda damage: damage.__name__,
)
def test_damaged_models(
    damage: Callable[[Path], None],
    command: str,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    damage(folder)
    table(tmp_path / "new.csv", ["a", "b", "colour"], [[1, 2, "red"]])
    words = [command, str(folder), *([str(tmp_path / "new.csv")] if command == "predict" else [])]
    capsys.readouterr()
    assert_refused(main(words), capsys.readouterr())


NEW_ROWS = {
    "as trained": (["a", "b", "colour"], [[1, 2, "red"], [-1, 0, "blue"]]),
    "with the target": (["a", "b", "colour", "y"], [[1, 2, "red", "yes"], [-1, 0, "blue", "no"]]),
    "reordered": (["colour", "b", "a"], [["red", 2, 1], ["blue", 0, -1]]),
    "one too many": (["a", "b", "colour", "z"], [[1, 2, "red", 9], [-1, 0, "blue", 9]]),
}


@pytest.mark.parametrize("case", NEW_ROWS)
def test_predicting_rows_that_fit(
    case: str, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table(tmp_path / "new.csv", *NEW_ROWS[case])
    table(tmp_path / "plain.csv", *NEW_ROWS["as trained"])
    capsys.readouterr()
    assert main(["predict", str(model), str(tmp_path / "plain.csv")]) == 0
    expected = capsys.readouterr().out
    assert main(["predict", str(model), str(tmp_path / "new.csv")]) == 0
    out = capsys.readouterr().out
    assert out == expected and out.splitlines()[0].startswith("prediction,prob_")
    assert len(out.splitlines()) == 3


@pytest.mark.parametrize(
    ("header", "rows", "seen"),
    [
        (["a", "colour"], [[1, "red"]], "'b'"),
        (["a", "B", "colour"], [[1, 2, "red"]], "'b'"),
        (["x"], [[1]], "'a'"),
        (["a", "b", "colour"], [["some", 2, "red"], ["words", 3, "blue"]], "'a'"),
        (["a", "b", "colour"], [], ""),
    ],
    ids=["missing", "renamed", "another table", "retyped", "no rows"],
)
def test_predicting_rows_that_do_not_fit(
    header: list[str],
    rows: list[list[object]],
    seen: str,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table(tmp_path / "new.csv", header, rows)
    capsys.readouterr()
    code = main(["predict", str(model), str(tmp_path / "new.csv")])
    assert_refused(code, capsys.readouterr(), seen)


def test_nearby_target_names_are_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    table(Path("rows.csv"), ["a", "b", "price_eur"], good_rows())
    assert main(["fit", "rows.csv", "--target", "price"]) == 2
    assert "price_eur" in capsys.readouterr().err

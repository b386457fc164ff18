"""`design`, `predict`, `explain`: what they ask of the recipes and what they print."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from justright.cli import main
from justright.errors import ModelError
from justright.kinds import Intervals
from tests.cli.conftest import FakeModel, make_run


def test_design(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--set", "depth=2", "--drop", "id", "--group", "g", "--order", "o", "--time", "1h"]
    words += ["--design", "selu"]
    assert main(["design", "a.csv", "--target", "y", *words, "--task", "binary"]) == 0
    assert recipes.asked == {
        "data": "a.csv",
        "target": "y",
        "time_s": 3600.0,
        "metric": None,
        "design": "selu",
        "overrides": {"depth": 2},
        "drop": ("id",),
        "group": "g",
        "order": "o",
        "task": "binary",
    }
    assert capsys.readouterr().out == "depth = 3, because it was asked for\n"


@pytest.mark.parametrize("command", ["design", "fit"])
def test_a_folder_of_images_needs_no_target(command: str, recipes: Any, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    main([command, "photos", *(["--quiet"] if command == "fit" else [])])
    assert (recipes.asked["data"], recipes.asked["target"]) == ("photos", None)


@pytest.mark.parametrize("command", ["design", "fit"])
def test_a_table_needs_a_target(
    command: str, recipes: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "a.csv"]) == 2
    assert "the following arguments are required: --target" in capsys.readouterr().err
    assert recipes.asked == {}


def test_design_json(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["design", "a.csv", "--target", "y", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"depth": 3}


def test_predict_to_stdout(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "model", "new.csv"]) == 0
    out, err = capsys.readouterr()
    assert recipes.asked == {"folder": "model"}
    assert pl.read_csv(io.StringIO(out)).columns == ["prediction", "prob_Adelie"]
    assert err == ""


CAUTION = "rows follow each other by 'day'"


@pytest.mark.parametrize("level", ["0.9", "90%", "90 %", ".9"])
def test_predict_with_intervals(
    level: str, recipes: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Intervals(
        columns=("y",), narrower=(None,), by_prediction=(False,), n_rows=9, cautions=(CAUTION,)
    )
    model = FakeModel(make_run(intervals=made))
    monkeypatch.setattr(sys.modules["justright.recipes.model"], "load", lambda folder: model)
    assert main(["predict", "model", "new.csv", "--interval", level]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == ["prediction,low,high", "2.0,1.1,2.9"]
    assert err == f"note: {CAUTION}\n"


@pytest.mark.parametrize("level", ["90", "0", "1", "100%", "-0.9", "nan", "x"])
def test_predict_with_a_level_that_is_none(
    level: str, recipes: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "model", "new.csv", f"--interval={level}"]) == 2
    assert f"{level!r} is not a level such as 0.9 or 90%" in capsys.readouterr().err


def test_predict_to_a_file(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for told in ("wrote 2 predictions to p.csv\n", "wrote 2 predictions to p.csv (replaced)\n"):
        assert main(["predict", "model", "new.csv", "--out", "p.csv"]) == 0
        assert capsys.readouterr() == ("", told)
    assert pl.read_csv("p.csv").height == 2


def test_predict_never_destroys_its_input(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.csv").write_text("a\n1\n")
    assert main(["predict", "model", "new.csv", "--out", "./new.csv"]) == 2
    assert "the rows would be lost" in capsys.readouterr().err
    assert Path("new.csv").read_text() == "a\n1\n"


def test_explain(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "model"]) == 0
    assert capsys.readouterr().out == "depth = 3, because it was asked for\n"
    assert main(["explain", "model", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["folder"] == "model" and record["design"]["decisions"][0]["lever"] == "depth"


@pytest.mark.parametrize("words", [["predict", "model", "new.csv"], ["explain", "model"]])
def test_no_model(words: list[str], recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    recipes.raises = ModelError("'model' is no model folder", "one that fit wrote", try_="fit")
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == "" and "error: 'model' is no model folder" in err

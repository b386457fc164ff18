"""`justright rate`: what it asks of the recipe, prints and saves."""

import json
from pathlib import Path
from typing import Any

import pytest

from justright.cli import main
from justright.errors import BudgetError

ASKED = ["rate", "a.csv", "--target", "y"]


def test_asks_for_a_sweep_of_20_seconds(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--quiet"]) == 0
    asked = recipes.asked
    assert (asked["data"], asked["target"], asked["how"]) == ("a.csv", "y", "sweep")
    assert (asked["time_s"], asked["seed"], asked["overrides"]) == (20.0, 0, {})
    out, err = capsys.readouterr()
    assert out.startswith("learning rate 0.003: the lowest loss\n")
    assert out.endswith("--set learning_rate=0.003\n")
    assert err == ""


def test_passes_on_what_it_is_told(recipes: Any) -> None:
    words = ["--ramp", "--time", "5s", "--seed", "3", "--set", "optimizer=sgd", "--drop", "id"]
    words += ["--metric", "mae", "--group", "g", "--order", "o", "--task", "regression"]
    assert main([*ASKED, *words, "--quiet"]) == 0
    recipes.asked.pop("progress")
    assert recipes.asked == {
        "data": "a.csv", "target": "y", "how": "ramp", "time_s": 5.0, "seed": 3, "metric": "mae",
        "design": None, "overrides": {"optimizer": "sgd"}, "drop": ("id",), "group": "g",
        "order": "o", "task": "regression",
    }  # fmt: skip


def test_json(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out) == {"chosen": 0.003}


def test_saves_the_picture(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for told in ("wrote r.html\n", "wrote r.html (replaced)\n"):
        assert main([*ASKED, "--save", "r.html", "--quiet"]) == 0
        assert capsys.readouterr().err == told
    assert Path("r.html").read_text() == "a picture"


def test_refuses_an_ending_before_any_work(
    recipes: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ASKED, "--save", "r.txt"]) == 2
    assert "one of .html, .png, .svg, .pdf" in capsys.readouterr().err
    assert recipes.asked == {}


def test_refuses_a_place_that_cannot_be_written(recipes: Any) -> None:
    Path("file").write_text("")
    assert main([*ASKED, "--save", "file/r.html"]) == 2
    assert recipes.asked == {}


def test_needs_a_target(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", "a.csv"]) == 2
    assert "required: --target" in capsys.readouterr().err


def test_too_little_time(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    recipes.raises = BudgetError("1 s are too few", "steps", try_="--time 2s")
    assert main([*ASKED, "--quiet"]) == 2
    assert "try:    --time 2s" in capsys.readouterr().err


def test_ctrl_c_leaves_at_once(recipes: Any) -> None:
    recipes.raises = KeyboardInterrupt()
    assert main([*ASKED, "--quiet"]) == 130

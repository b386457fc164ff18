"""`justright fit`: its arguments, what it prints where, and Ctrl-C."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from justright.cli import main
from justright.errors import DataError
from justright.recipes.progress import Progress

FIT = ["fit", "data/my.csv", "--target", "y"]


def test_defaults(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(FIT) == 0
    asked = recipes.asked
    assert isinstance(asked.pop("progress").should_stop(), bool)
    assert asked == {
        "data": "data/my.csv",
        "target": "y",
        "out": Path("justright-my"),
        "time_s": None,  # what that is hangs on the trials
        "seed": 0,
        "metric": None,
        "design": None,
        "overrides": {},
        "drop": (),
        "group": None,
        "order": None,
        "weight": None,
        "test": None,
        "test_share": 0.2,
        "task": None,
        "search": None,
        "trials": None,
        "storage": None,
        "single": False,
        "save_every_s": 30.0,
        "lab": None,
    }


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (["--out", "x/y"], "out", Path("x/y")),
        (["--time", "2m"], "time_s", 120.0),
        (["--seed", "7"], "seed", 7),
        (["--metric", "roc_auc"], "metric", "roc_auc"),
        (["--design", "realmlp"], "design", "realmlp"),
        (["--set", "depth=3"], "overrides", {"depth": 3}),
        (["--set", "depth=3", "width=64"], "overrides", {"depth": 3, "width": 64}),
        (["--set", "depth=3", "--set", "width=64"], "overrides", {"depth": 3, "width": 64}),
        (["--drop", "a", "b c"], "drop", ("a", "b c")),
        (["--drop", "a", "--drop", "b"], "drop", ("a", "b")),
        (["--group", "patient"], "group", "patient"),
        (["--order", "day"], "order", "day"),
        (["--test", "later.csv"], "test", "later.csv"),
        (["--task", "regression"], "task", "regression"),
        (["--save-every", "2m"], "save_every_s", 120.0),
        (["--db", "x/runs.db"], "lab", "x/runs.db"),
        (["--no-lab"], "lab", False),
        (["--weight", "w"], "weight", "w"),
        (["--test-share", "0"], "test_share", 0.0),
        (["--search"], "search", True),
        (["--no-search"], "search", False),
        (["--trials", "40"], "trials", 40),
        (["--sampler", "optuna"], "sampler", "optuna"),
        (["--storage", "study.db"], "storage", "study.db"),
        (["--strategy", "classic"], "strategy", "classic"),
        (["--single"], "single", True),
    ],
)
def test_every_argument_arrives(words: list[str], name: str, value: Any, recipes: Any) -> None:
    assert main([*FIT, *words]) == 0
    assert recipes.asked[name] == value


def test_an_unknown_lever(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FIT, "--set", "dept=3"]) == 2
    err = capsys.readouterr().err
    assert "dept" in err and "needed:" in err and "try:" in err


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (["--trials", "0"], "'0' is not a whole number of 1 or more"),
        (["--trials", "9999999"], "trials = 9999999"),
        (["--sampler", "optun"], "no sampler is called 'optun'"),
        (["--strategy", "clasic"], "no strategy is called 'clasic'"),
        (["--no-search", "--trials", "9"], "--no-search with --trials"),
        (["--storage", "study.db"], "--storage with the sampler quasi-random"),
    ],
)
def test_a_search_that_cannot_be(
    words: list[str],
    seen: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*FIT, *words]) == 2, "before the data is missed"
    out, err = capsys.readouterr()
    assert out == "" and seen in err and "needed:" in err and "try:" in err
    assert "Traceback" not in err and list(Path().iterdir()) == []


def test_the_screen_goes_to_stdout(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(FIT) == 0
    out, err = capsys.readouterr()
    assert "Verdict" in out and "justright predict justright-my NEWFILE" in out
    assert "Verdict" not in err


def test_json_is_all_of_stdout(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    recipes.during = lambda progress: print("a library that prints")
    assert main([*FIT, "--json"]) == 0
    out, err = capsys.readouterr()
    record = json.loads(out)
    assert record["folder"] == "justright-my" and record["scores"][0]["value"] == 0.986
    assert out.count("\n") == 1
    assert "a library that prints" in err


def test_quiet(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    def during(progress: Progress) -> None:
        progress.stage("training")
        progress.say("344 rows")
        progress.warn("few rows")

    recipes.during = during
    assert main([*FIT, "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert main(FIT) == 0
    err = capsys.readouterr().err
    assert "training" in err and "344 rows" in err and "warning: few rows" in err


def test_a_folder_is_never_written_over(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    Path("justright-my").mkdir()
    assert main(FIT) == 0
    assert "justright-my exists; writing to justright-my-2" in capsys.readouterr().err
    assert recipes.asked["out"] == Path("justright-my-2")
    Path("mine").mkdir()
    Path("mine/notes.txt").touch()
    assert main([*FIT, "--out", "mine"]) == 2
    assert "'mine' is not empty" in capsys.readouterr().err


def test_an_error_leaves_no_folder(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    recipes.raises = DataError("no such file", "a table", try_="another path")
    assert main(FIT) == 2
    out, err = capsys.readouterr()
    assert out == "" and "error: no such file" in err
    assert list(Path().iterdir()) == []


def test_the_first_ctrl_c_keeps_the_model(recipes: Any, capfd: pytest.CaptureFixture[str]) -> None:
    stops = []

    def during(progress: Progress) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        stops.append(progress.should_stop())

    recipes.during = during
    assert main(FIT) == 0
    assert stops == [True]
    out, err = capfd.readouterr()
    assert "Ctrl-C again leaves at once" in err and "note: stopped as asked" in err
    assert "Verdict" in out


def test_the_second_ctrl_c_leaves(recipes: Any, capfd: pytest.CaptureFixture[str]) -> None:
    def during(progress: Progress) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    recipes.during = during
    assert main(FIT) == 130
    out, err = capfd.readouterr()
    assert out == "" and "interrupted" in err and "Traceback" not in err


# ---- cut off, and resumed ----------------------------------------------------------------------


def test_resume(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "--resume", "mine"]) == 0
    assert isinstance(recipes.asked.pop("progress").should_stop(), bool)
    assert recipes.asked == {"folder": Path("mine"), "lab": None}
    assert "Verdict" in capsys.readouterr().out
    assert main(["fit", "--resume", "mine", "--json", "--quiet", "--no-lab"]) == 0
    assert recipes.asked["lab"] is False
    out, err = capsys.readouterr()
    assert json.loads(out)["folder"] == "mine" and err == ""


@pytest.mark.parametrize(
    "words",
    [
        ["a.csv"], ["--target", "y"], ["--time", "60s"], ["--seed", "0"], ["--metric", "rmse"],
        ["--set", "depth=3"], ["--drop", "a"], ["--group", "g"], ["--order", "o"], ["--out", "x"],
        ["--test", "t.csv"], ["--task", "binary"], ["--save-every", "30s"], ["--search"],
        ["--trials", "9"], ["--sampler", "optuna"], ["--strategy", "classic"], ["--single"],
    ],
)  # fmt: skip
def test_a_resumed_fit_is_as_it_was_asked(
    words: list[str], recipes: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", *words, "--resume", "mine"]) == 2
    err = capsys.readouterr().err
    given = words[0] if words[0].startswith("--") else "FILE"
    assert f"as it was asked for, so {given} cannot be given" in err
    assert recipes.asked == {}


def test_an_unfinished_fit_is_not_lost(recipes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    Path("justright-my.checkpoint").mkdir()
    assert main(FIT) == 0
    err = capsys.readouterr().err
    assert "justright fit --resume justright-my); writing to justright-my-2" in err
    assert recipes.asked["out"] == Path("justright-my-2")
    assert main([*FIT, "--out", "justright-my"]) == 2
    assert "an unfinished fit to 'justright-my' is there" in capsys.readouterr().err


def test_the_second_ctrl_c_says_how_to_go_on(
    recipes: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    def during(progress: Progress) -> None:
        Path("justright-my.checkpoint").mkdir()
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    recipes.during = during
    assert main(FIT) == 130
    assert "interrupted: to go on, justright fit --resume justright-my" in capfd.readouterr().err

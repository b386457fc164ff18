"""`justright check`: its words, its exit codes, and what it hands on."""

import json

import pytest

from justright.cli import main
from justright.kinds import Diagnosis, Finding, Severity
from justright.recipes.check import Checked

SICK = Finding(check="a", severity=Severity.WARN, sign="s", meaning="m", remedy="r")


@pytest.fixture
def checked(monkeypatch):
    """A check that runs nothing: what it was asked, and what it finds."""
    asked = {"findings": (), "failed": False}

    def check(script, arguments, **options):
        asked.update(script=script, arguments=arguments, **options)
        return Checked(
            diagnosis=Diagnosis(verdict="v", findings=asked["findings"]),
            script=script,
            ended="It ran to its end.",
            failed=asked["failed"],
        )

    monkeypatch.setattr("justright.recipes.check.check", check)
    return asked


@pytest.mark.parametrize(
    ("findings", "failed", "code"), [((), False, 0), ((SICK,), False, 1), ((), True, 2)]
)
def test_exit_codes(findings, failed, code, checked, capsys):
    checked.update(findings=findings, failed=failed)
    assert main(["check", "train.py"]) == code
    assert capsys.readouterr().out.startswith("\nV.\nIt ran to its end.")


def test_words_are_handed_on(checked, capsys):
    words = [
        "--time",
        "2m",
        "--json",
        "--quiet",
        "--no-trials",
        "--no-lab",
        "--",
        "--lr",
        "3",
        "--",
        "-x",
    ]
    assert main(["check", "train.py", *words]) == 0
    assert checked["arguments"] == ["--lr", "3", "--", "-x"]
    given = ("time_s", "steps", "json", "quiet", "trials", "lab")
    assert [checked[name] for name in given] == [120.0, None, True, True, False, False]
    assert json.loads(capsys.readouterr().out)["version"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "required: SCRIPT"),
        (["train.py", "--lr", "3"], "-- --lr 3"),
        (["train.py", "data.csv"], "unrecognized arguments: data.csv"),
        (["train.py", "--time", "soon"], "is not a time"),
        (["train.py", "--steps", "0"], "whole number of 1 or more"),
        (["train.py", "--steps", "1", "--time", "1s"], "not allowed with"),
        (["nowhere.py"], "there is no file"),
        (["."], "is a folder"),
        (["book.ipynb"], "is a notebook"),
        (["bytes.pyc"], "is not Python"),
        (["run.sh"], "is not Python"),
        (["train.py", "--out", "page.pdf"], "ends in .html"),
    ],
)
def test_wrong_words_end_with_3(words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    contents = {"train.py": "", "book.ipynb": "{}", "bytes.pyc": "\0", "run.sh": "cd /; ls"}
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    assert main(["check", *words]) == 3
    captured = capsys.readouterr()
    assert said in captured.err and "try:" in captured.err and captured.out == ""

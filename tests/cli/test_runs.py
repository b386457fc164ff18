"""`justright runs`: the lab's runs from the shell."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from justright.cli import main
from justright.cli.parser import build
from justright.kinds import Decision, Design, Task
from justright.kinds.finding import Finding, Severity
from justright.lab import Lab, Store


def design(depth):
    decision = Decision(
        lever="depth", value=depth, origin="rule", rule="depth-1", reason="r", source="s"
    )
    return Design(task=Task(kind="regression", target="price"), decisions=(decision,))


def finding(sign):
    return Finding(
        check="dead-units", severity=Severity.WARN, sign=sign, meaning="m", remedy="less rate"
    )


@pytest.fixture
def db(tmp_path, monkeypatch):
    """Three runs and a member."""
    monkeypatch.setenv("JUSTRIGHT_LAB", str(tmp_path / "runs.db"))
    for at, (name, depth, rmse) in enumerate((("deep", 4, 0.25), ("flat", 1, 0.5)), start=1):
        with (
            Lab(project="houses") as lab,
            lab.run(name, {"depth": depth, "seed": 0}, kind="fit", created=1.7e9 + at) as run,
        ):
            run.curves([1, 2], {"train_loss": [1.0, rmse]}, [1, 2])
            run.summarise({"rmse": rmse, "rmse.low": 0.1, "verdict": "good"})
            run.design(design(depth))
            if name == "deep":
                run.find(finding("40% are silent"))
                run.tag("old")
                run.note("the *first* one")
                run.event("say", {"text": "half way"})
                lab.run("net 1", {"seed": 1}, kind="member", parent=run, created=1.7e9).finish()
    with Lab(project="cars") as lab:
        lab.run("\x1b[2Jbroken", {"optimizer": "adam"}, created=1.7e9 + 9).finish("failed")
    return tmp_path / "runs.db"


@pytest.fixture
def shell(db, capsys):
    """Runs a command; hands back its exit code, its lines and what it said on stderr."""

    def work(*words):
        code = main(["runs", *words])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return work


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), ["?[2Jbroken", "flat", "deep"]),
        (("--reverse",), ["deep", "flat", "?[2Jbroken"]),
        (("--all", "--sort", "created"), ["net 1", "deep", "flat", "?[2Jbroken"]),
        (("--sort", "rmse"), ["deep", "flat", "?[2Jbroken"]),
        (("--sort", "rmse", "--reverse"), ["flat", "deep", "?[2Jbroken"]),
        (("--where", "depth > 2"), ["deep"]),
        (("--project", "cars"), ["?[2Jbroken"]),
        (("--limit", "1"), ["?[2Jbroken"]),
    ],
)
def test_which_runs_are_listed(shell, words, names):
    code, lines, _ = shell("list", "--columns", "name", *words)
    assert (code, lines) == (0, ["name", *names])


def test_the_list_without_a_terminal_has_tabs(shell):
    code, lines, err = shell("list", "--limit", "2")
    assert code == 0
    head, _, flat = (line.split("\t") for line in lines)
    assert head == ["uid", "name", "kind", "state", "created", "seconds", "rmse", "tags"]
    assert flat[1:4] == ["flat", "fit", "finished"] and flat[6] == "0.500"
    assert "2 of 3: --limit 3" in err and "without 1 inside of others: --all" in err


def test_the_list_as_json(shell):
    code, lines, _ = shell("list", "--json", "--where", "name = deep")
    (row,) = json.loads("\n".join(lines))
    assert code == 0
    assert (row["config.depth"], row["summary.rmse"], row["min.train_loss"]) == (4, 0.25, 0.25)
    assert row["tags"] == ["old"] and row["created"] == "2023-11-14T22:13:21.000+00:00"


def test_one_run_with_all_that_is_said_of_it(shell):
    code, lines, _ = shell("show", "deep")
    text = "\n".join(lines)
    assert code == 0
    for part in (
        *("project  houses", "depth\t4", "rmse\t0.250", "train_loss\t0.250\t0.250\t1.000\t2"),
        *("warn: 40% are silent: less rate", "half way", "the *first* one", "tags     old"),
        "1 run: justright runs list --all --where parent=",
    ):
        assert part in text
    code, lines, _ = shell("show", "deep", "--json")
    shown = json.loads(lines[0])
    assert shown["config"]["depth"] == 4 and len(shown["members"]) == 1
    assert [event["kind"] for event in shown["events"]] == ["finding", "say"]


def test_runs_compared_show_only_where_they_differ(shell):
    code, lines, _ = shell("compare", "deep", "flat", "--json")
    told = json.loads(lines[0])
    assert code == 0
    assert told["config"] == {"depth": [4, 1]}
    assert told["summary"] == {"rmse": [0.25, 0.5]}
    assert told["findings"] == {"dead-units": ["warn", None]}
    code, lines, _ = shell("compare", "deep", "flat")
    assert code == 0 and "depth\t4\t1" in lines and "dead-units\twarn\t-" in lines


def test_the_design_tells_what_the_config_does_not(shell, db):
    for depth in (2, 3):
        with Lab(db) as lab, lab.run(f"by design {depth}") as run:
            run.design(design(depth))
    _, lines, _ = shell("compare", "by design 2", "by design 3", "--json")
    assert json.loads(lines[0])["config"] == {"depth": [2, 3]}


def test_tags_and_notes(shell, db):
    code, lines, _ = shell("tag", "deep", "flat", "+good", "-old", "--db", str(db))
    assert code == 0 and [line.split(": ")[1] for line in lines] == ["good", "good"]
    assert shell("note", "deep", "better than flat")[0] == 0
    with Store(db) as store:
        row = store.run("deep")
        assert row.tags == ("good",)
        assert [note.text for note in store.notes(row.id)] == ["better than flat"]


def test_no_name_steers_the_terminal(shell, db):
    with Store(db) as store:
        uid = next(row.uid for row in store.runs() if row.name.startswith("\x1b"))
    for words in (("show", uid), ("compare", uid, "flat"), ("tag", uid, "+x"), ("note", uid, "")):
        code, lines, _ = shell(*words)
        assert code == 0 and "\x1b" not in "".join(lines)
        assert "?[2Jbroken" in "".join(lines)


def test_a_run_is_removed_with_its_members_only_when_that_is_said(shell, db, monkeypatch):
    assert shell("rm", "deep")[0] == 2
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert shell("rm", "deep")[1] == ["nothing was removed"]
    with Store(db) as store:
        assert len(store.runs()) == 4
    assert shell("rm", "deep", "--yes")[1] == ["removed 2 runs"]
    with Store(db) as store:
        assert [row.name for row in store.runs(project="houses")] == ["flat"]


def test_export_of_the_runs_chosen(shell, tmp_path):
    file = tmp_path / "out.parquet"
    code, _, err = shell("export", "--to", str(file), "--where", "kind = fit")
    assert code == 0 and "wrote 2 runs" in err
    assert pl.read_parquet(file)["config.depth"].to_list() == [4, 1]
    curves = tmp_path / "out.csv"
    shell("export", "deep", "--to", str(curves), "--curves")
    assert pl.read_csv(curves)["value"].to_list() == [1.0, 0.25]


@pytest.mark.parametrize(
    ("words", "said"),
    {
        "no such run": (("show", "nobody"), "there is no run 'nobody'"),
        "no such column": (("list", "--sort", "rmsee"), "none of the 3 runs has 'rmsee'"),
        "a filter cut short": (("list", "--where", "depth >"), "a value after >"),
        "one run to compare": (("compare", "deep"), "2 to 5 different runs, not 1"),
        "the same run twice": (("compare", "deep", "deep"), "2 to 5 different runs, not 1"),
        "no tags": (("tag", "deep"), "runs tag 3f2a +good -bad"),
        "a form unknown": (("export", "--to", "runs.xls"), ".csv, .parquet or .json"),
        "nothing to import": (("import", "nowhere"), "there is nothing at 'nowhere'"),
        "the lab is off": (("list", "--db", "off"), "the lab is off"),
        "no file": (("list", "--db", "none.db"), "there is no lab at none.db"),
        "no verb": ((), "arguments are required: WHAT"),
    }.values(),
)
def test_what_is_refused(shell, words, said):
    code, lines, err = shell(*words)
    assert (code, lines) == (2, [])
    assert said in err and "needed:" in err and "try:" in err


def test_on_a_terminal_it_is_a_table(shell, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    lines = [re.sub(r"\x1b\[\d*m", "", line) for line in shell("list")[1]]
    assert any("\N{BOX DRAWINGS LIGHT HORIZONTAL}" in line for line in lines)
    assert max(map(len, lines)) <= 80 and "\x1b" not in "".join(lines)


def test_it_loads_no_torch(db):
    probe = "import sys; from justright.cli import main; main(['runs', 'list']);"
    ended = subprocess.run(
        [sys.executable, "-c", probe + "print('torch' in sys.modules)"],
        capture_output=True,
        text=True,
    )
    assert ended.stdout.splitlines()[-1] == "False", ended.stderr


def typed():
    text = (Path(__file__).parents[2] / "docs" / "sinks.md").read_text("utf-8")
    return re.findall(r"^justright .*$", text, flags=re.MULTILINE)


@pytest.mark.parametrize("line", typed())
def test_what_the_page_says_to_type_is_understood(line):
    build().parse_args(shlex.split(line, comments=True)[1:])

"""`justright rules`: searching it, asking it about a table, its designs and its order of work."""

import json
from pathlib import Path

import pytest

from justright.cli import main
from justright.designer.levers import LEVERS
from justright.designer.named import design_names
from justright.designer.rulebook import RULE_BOOK


@pytest.mark.parametrize(
    ("words", "found", "absent"),
    [
        (["--search", "batch norm"], "dropout-20", "depth-10"),
        (["--search", "Arxiv 1801.05134"], "dropout-20", "dropout-30"),
        (["--search", "LI2018"], "dropout-20", "dropout-30"),
        (["dropout", "--search", "selu"], "dropout-40", "activation-10"),
        (["--search", "label-smoothing"], "label_smoothing-10", "dropout-20"),
    ],
)
def test_search(
    words: list[str], found: str, absent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", *words, "--json"]) == 0
    ids = {row["rule"] for row in json.loads(capsys.readouterr().out)}
    assert found in ids and absent not in ids


def test_search_without_a_find(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--search", "dropout quark"]) == 2
    err = capsys.readouterr().err
    assert "no rule has 'dropout quark'" in err and "justright rules --search dropout" in err


def test_all_rules_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["rule"] for row in rows] == [rule.id for c in RULE_BOOK for rule in c.rules]
    assert set(rows[0]) == {"rule", "lever", "when", "choose", "because", "source"}


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("what", ["--designs", "--workflow"])
def test_lists_fit_the_terminal(
    what: str, columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["rules", what]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= int(columns)
    for word in design_names() if what == "--designs" else ("the problem", "the logbook"):
        assert word in out


def test_lists_as_json_and_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--designs", "--json"]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == list(design_names())
    assert main(["rules", "--workflow", "--json"]) == 0
    steps = json.loads(capsys.readouterr().out)
    assert len(steps) == 12 and steps[0]["name"] == "the problem"
    assert main(["rules", "--designs", "--markdown"]) == 0
    assert "## realmlp\n" in capsys.readouterr().out
    assert main(["rules", "--workflow", "--markdown"]) == 0
    assert "\n12. **the logbook**" in capsys.readouterr().out


@pytest.fixture
def sheet(tmp_path: Path) -> str:
    rows = "\n".join(f"{i % 23},{i % 7},{i % 23 + i % 7}.5" for i in range(150))
    (tmp_path / "rows.csv").write_text(f"a,b,y\n{rows}\n")
    return str(tmp_path / "rows.csv")


def test_why(
    sheet: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert main(["rules", "width", "--why", sheet, "--target", "y"]) == 0
    out = capsys.readouterr().out
    decided = [line for line in out.splitlines() if "decides" in line]
    assert len(decided) == 1 and "width-10" in decided[0] and "rows = 120" in decided[0]
    assert "width = 32 neurons  [rule width-10]: more weights than that" in out
    assert "with rows ≥ 200 (here rows = 120) it would be 64 [width-20]" in out


def test_why_as_json_with_a_design(sheet: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--why", sheet, "--target", "y", "--design", "selu", "--json"]
    assert main(["rules", "depth", *words]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["decision"]["rule"] == "design:selu" and plain["decision"]["value"] == 5
    held = {each["rule"]: each for each in plain["rules"]}
    assert held["depth-10"]["holds"] and not held["depth-05"]["holds"]
    assert not any(each["decides"] for each in plain["rules"])


def test_why_answers_for_every_lever(sheet: str) -> None:
    from justright.designer.why import why
    from justright.recipes.design import design

    planned = design(sheet, "y")
    for lever in LEVERS:
        held = why(lever.name, planned.design, planned.profile)
        (decides,) = [each for each in held if each.decides]
        assert decides.holds and decides.rule == planned.design.decision(lever.name).rule


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--why", "a.csv", "--target", "y"], "--why needs a lever"),
        (["depth", "--why", "a.csv"], "--why needs --target"),
        (["depth", "--target", "y"], "--target goes with --why"),
        (["depth", "--design", "selu"], "--design goes with --why"),
        (["depth", "--why", "a.csv", "--target", "y", "--markdown"], "not Markdown"),
        (["depth", "--designs"], "a lever goes with neither"),
    ],
)
def test_words_that_do_nothing_are_refused(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", *words]) == 2
    assert said in capsys.readouterr().err

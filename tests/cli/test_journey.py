"""The demo and a scripted fit, with the real recipes."""

import json
from pathlib import Path

import pytest

from justright.cli import main

pytestmark = pytest.mark.journey


def test_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["demo", "--time", "5s"]) == 0
    out = capsys.readouterr().out
    parts = out.split("\n$ justright ")
    assert [part.split()[0] for part in parts[1:]] == ["fit", "predict", "explain"]
    screen = parts[1].splitlines()[2:]
    assert screen[0].startswith("Task     predict species (multiclass, 3 classes)")
    assert len(screen) <= 24 and max(map(len, screen)) <= 80
    assert parts[2].splitlines()[1] == "prediction,prob_Adelie,prob_Chinstrap,prob_Gentoo"
    assert len(parts[2].splitlines()) == 12
    model = Path("justright-demo/justright-penguins")
    assert {path.name for path in model.iterdir()} >= {
        "weights.safetensors", "design.json", "encoder.json", "card.md", "report.html",
        "logbook.txt",
    }  # fmt: skip


def test_a_scripted_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = "\n".join(f"{number % 17},{number % 5},{number % 17 * 2.5}" for number in range(60))
    Path("rows.csv").write_text(f"a,b,y\n{rows}\n")
    words = ["fit", "rows.csv", "--target", "y", "--time", "3s", "--json", "--quiet"]
    assert main([*words, "--set", "depth=1"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    record = json.loads(out)
    assert record["folder"] == "justright-rows"
    decisions = {one["lever"]: one for one in record["design"]["decisions"]}
    assert decisions["depth"]["value"] == 1 and decisions["depth"]["origin"] == "user"
    assert main(["explain", record["folder"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == record

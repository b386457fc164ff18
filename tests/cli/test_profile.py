"""`justright profile`: what it prints, writes and refuses."""

import json
from pathlib import Path

import pytest

from justright.cli import main

HEADER = "size;town;one;sold\n"
ROWS = "".join(f"{n % 7},5;{'Oslo' if n % 3 else 'Rome'};x;{'no' if n % 2 else 'yes'}\n"
               for n in range(40))  # fmt: skip


@pytest.fixture(autouse=True)
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text(HEADER + ROWS)
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "photos").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


def test_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "t.csv", "--target", "sold", "--quiet"]) == 0
    out, err = capsys.readouterr()
    lines = [line.rstrip() for line in out.splitlines()]
    assert lines[0].startswith("t.csv: 40 rows, 4 columns")
    assert err == "" and len(lines) < 24
    assert any(line.startswith("size   number   input") for line in lines)
    assert lines[-1].startswith("Next: justright fit t.csv --target sold")


def test_without_a_target_it_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "t.csv"]) == 0
    out, err = capsys.readouterr()
    assert out.rstrip().endswith("Next: justright profile t.csv --target COL")
    assert "reading" in err and "pictures" in err


def test_json_is_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "t.csv", "--target", "sold", "--drop", "town", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    roles = {one["column"]["name"]: one["column"]["role"] for one in record["columns"]}
    assert roles == {"size": "input", "town": "excluded", "one": "excluded", "sold": "target"}
    assert (record["n_rows"], record["task"]["kind"]) == (40, "binary")


def test_the_logbook_as_text_and_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "t.csv", "--log", "--quiet"]) == 0
    text = capsys.readouterr().out.splitlines()
    assert text[0].startswith("1. file: read as utf-8, delimiter semicolon")
    assert main(["profile", "t.csv", "--log", "--json", "--quiet"]) == 0
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(entries) == len(text) and entries[-1]["subject"] == "one"


def test_writes_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    for told in ("wrote p.html\n", "wrote p.html (replaced)\n"):
        assert main(["profile", "t.csv", "--out", "p.html", "--quiet"]) == 0
        assert capsys.readouterr().err == told
    assert "What is in <em>t.csv" in Path("p.html").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.csv"], "there is no file 'none.csv'"),
        (["empty.csv"], "'empty.csv' is empty (0 bytes)"),
        (["photos"], "is a folder without folders of images"),
        (["t.csv", "--target", "solt"], "try:    --target 'sold'"),
        (["t.csv", "--drop", "towm"], "try:    --drop 'town'"),
        (["t.csv", "--out", "p.pdf"], "one of .html, .json, .txt"),
        (["t.csv", "--out", "t.csv/p.html"], "is a file"),
    ],
)
def test_refuses(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", *words, "--quiet"]) == 2
    out, err = capsys.readouterr()
    assert said in err and "needed:" in err and out == ""


def test_never_writes_over_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.txt").write_text(HEADER + ROWS)
    assert main(["profile", "t.txt", "--out", "./t.txt", "--quiet"]) == 2
    assert "is the table itself" in capsys.readouterr().err
    assert Path("t.txt").read_text() == HEADER + ROWS

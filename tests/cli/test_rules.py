"""`justright rules`: the rule book on any terminal."""

import pytest

from justright.cli import main


@pytest.mark.parametrize("columns", ["60", "80", "160"])
def test_the_book_fits_the_terminal(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["rules", "depth"]) == 0
    out = capsys.readouterr().out
    assert "depth-1" in out and "otherwise" in out
    assert max(map(len, out.splitlines())) <= int(columns)


def test_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "## depth" in lines and "| rule | when | depth | because | source |" in lines
    unescaped = [line.replace("\\|", "") for line in lines if line.startswith("|")]
    assert {line.count("|") for line in unescaped} == {6}


def test_an_unknown_lever(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "dept"]) == 2
    err = capsys.readouterr().err
    assert "dept" in err and "needed:" in err and "try:" in err and "depth" in err

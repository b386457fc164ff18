"""The command line starts fast, since it loads nothing heavy before it must."""

import subprocess
import sys
import time

import pytest

from justright.cli import main

HEAVY = ("torch", "polars", "numpy", "sklearn", "rich", "msgspec")

PROBE = """
import sys
from justright.cli import main
code = main({words!r})
print(sorted(set({heavy!r}) & set(sys.modules)), code)
"""


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["fit", "--help"], ["ask", "--help"], ["nonsense"]]
)
def test_loads_nothing_heavy(words: list[str]) -> None:
    probe = PROBE.format(words=words, heavy=HEAVY)
    ended = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    code = 2 if words == ["nonsense"] else 0
    assert ended.stdout.splitlines()[-1] == f"[] {code}", ended.stderr


def test_help_is_quick() -> None:
    # The promise is 0.4 s; the test allows a busy machine three tries and some air.
    def seconds() -> float:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", "import sys; from justright.cli import main; main(['--help'])"],
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 1.5


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "justright 0.1.0\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for command in ("fit", "ask", "design", "rate", "predict", "explain", "rules", "demo"):
        assert f"    {command}" in out


@pytest.mark.parametrize(
    ("words", "seen"),
    {
        "no command": ([], "COMMAND"),
        "unknown command": (["fitt"], "'fitt'"),
        "no target": (["fit", "a.csv"], "--target"),
        "no file": (["fit", "--target", "y"], "FILE"),
        "unknown option": (["fit", "a.csv", "--target", "y", "--speed", "9"], "--speed"),
        "abbreviation": (["fit", "a.csv", "--targ", "y"], "--targ"),
        "bad time": (["fit", "a.csv", "--target", "y", "--time", "soon"], "'soon'"),
        "bad seed": (["fit", "a.csv", "--target", "y", "--seed", "-1"], "'-1'"),
        "bad setting": (["fit", "a.csv", "--target", "y", "--set", "depth"], "'depth'"),
        "bad task": (["fit", "a.csv", "--target", "y", "--task", "rank"], "'rank'"),
        "bad demo": (["demo", "--set", "iris"], "'iris'"),
    }.values(),
)
def test_usage_errors(words: list[str], seen: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage: justright" in err and "\nerror: " in err and seen in err
    assert "\n  needed: " in err and "\n  try:    justright" in err

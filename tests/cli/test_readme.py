"""What README and guide tell the user to type is understood."""

import re
import shlex
from pathlib import Path

import pytest

from justright.cli.parser import build

ROOT = Path(__file__).parents[2]
PAGES = (
    ROOT / "README.md",
    *(ROOT / "docs" / name for name in ("guide.md", "ask.md", "intervals.md", "lab.md")),
)


def typed(page: Path) -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("justright ")]


COMMANDS = [line for page in PAGES for line in typed(page)]


def test_there_are_some() -> None:
    assert {line.split()[1] for line in COMMANDS} == {
        "fit", "ask", "profile", "design", "rate", "predict", "explain", "eject", "rules", "demo",
        "check", "lab", "runs",
    }  # fmt: skip


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_is_understood(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    build().parse_args(words[: words.index(">")] if ">" in words else words)


def test_the_two_commands_stand_in_the_readme() -> None:
    lines = PAGES[0].read_text("utf-8").splitlines()
    assert "pip install -c constraints.txt . && justright demo" in lines
    assert "pip install -c constraints.txt '.[test]' && pytest" in lines


def test_the_tree_names_every_room_in_six_words() -> None:
    text = PAGES[0].read_text("utf-8")
    told = dict(re.findall(r"^  (\w+)/ +(.+)$", text, flags=re.MULTILINE))
    source = ROOT / "src" / "justright"
    rooms = {path.parent.name for path in source.glob("*/__init__.py")}
    assert set(told) == rooms
    assert {len(words.split()) for words in told.values()} == {6}

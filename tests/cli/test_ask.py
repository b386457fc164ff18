"""`justright ask`: what it asks of the recipe, prints and saves; and one real question."""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from justright.cli import main
from justright.designer.questions import QUESTIONS
from justright.recipes.answer import Answer
from tests.report.answers import ANSWERS

ASKED = ["ask", "dropout", "a.csv", "--target", "y", "--quiet"]
PROBE = """
import sys
from justright.cli import main
code = main(["ask", "--list"])
print("torch" in sys.modules, code)
"""


class Asked:
    """The fake recipe: what it was asked, and what it is to raise or do."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.raises: BaseException | None = None
        self.during: Any = None

    def ask(self, question: str, data: Any, target: Any, **options: Any) -> Answer:
        self.options = {"question": question, "data": data, "target": target, **options}
        if self.raises is not None:
            raise self.raises
        if self.during is not None:
            self.during()
        return Answer(ANSWERS["lever"])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    fake, module = Asked(), ModuleType("justright.recipes.ask")
    module.ask = fake.ask  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.chdir(tmp_path)
    return fake


def test_prints_the_answer(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ASKED) == 0
    out, err = capsys.readouterr()
    assert out.startswith("dropout 0.2 instead of 0: log loss 1.8 % lower") and err == ""
    asked.options.pop("progress")
    assert asked.options == {
        "question": "dropout", "data": "a.csv", "target": "y", "designs": (), "values": None,
        "time_s": 60.0, "seed": 0, "metric": None, "design": None, "overrides": {}, "drop": (),
        "group": None, "order": None, "task": None, "lab": None,
    }  # fmt: skip


def test_passes_on_what_it_is_told(asked: Asked) -> None:
    words = [
        "--values",
        "0,0.1, off",
        "--seed",
        "3",
        "--time",
        "5m",
        "--set",
        "depth=2",
        "--no-lab",
    ]
    assert main([*ASKED, *words]) == 0
    options = asked.options
    assert options["values"] == (0.0, 0.1, 0.0) and options["overrides"] == {"depth": 2}
    assert (options["seed"], options["time_s"], options["lab"]) == (3, 300.0, False)


def test_a_lever_is_asked_by_the_name_of_its_question(asked: Asked) -> None:
    assert main(["ask", "numeric_embedding", "a.csv", "--target", "y", "--quiet"]) == 0
    assert asked.options["question"] == "embedding"


def test_any_takes_two_designs(asked: Asked) -> None:
    words = ["any", "depth=3 dropout=0.1", "RealMLP width=128", "a.csv", "--target", "y"]
    assert main(["ask", *words, "--quiet"]) == 0
    assert asked.options["data"] == "a.csv"
    assert asked.options["designs"] == (
        {"depth": 3, "dropout": 0.1},
        {"design": "realmlp", "width": 128},
    )


def test_json(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["question"] == "dropout" and found["effects"][0]["verdict"] == "useful"


def test_saves_the_answer(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    for told in ("wrote d.html\n", "wrote d.html (replaced)\n"):
        assert main([*ASKED, "--save", "d.html"]) == 0
        assert capsys.readouterr().err == told
    assert "Is dropout useful here?" in Path("d.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["ask"], ["ask", "--list"], ["ask", "dropout", "--list"]])
def test_the_list_has_a_line_for_each_question(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [one.name for one in QUESTIONS]
    assert all("? (" in line and "()" not in line for line in lines)


def test_the_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "learning-rate"


def test_the_list_needs_no_torch() -> None:
    ended = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True)
    assert ended.stdout.splitlines()[-1] == "False 0", ended.stderr


@pytest.mark.parametrize(
    ("words", "seen"),
    {
        "unknown": (["dropot", "a.csv"], "one of: dropout"),
        "for all networks": (["folds", "a.csv"], "--set folds=5 with any question"),
        "not for tables": (["pretrained", "a.csv"], "pretrained is not for tables"),
        "no file": (["dropout"], "required: FILE"),
        "two files": (["dropout", "a.csv", "b.csv"], "unrecognized arguments: b.csv"),
        "one design": (["any", "depth=3", "a.csv"], "required: FILE"),
        "no design": (["any"], '"DESIGN", "DESIGN", FILE'),
        "three designs": (["any", "a=1", "b=2", "c=3", "a.csv"], "unrecognized arguments: a.csv"),
        "unknown design": (["any", "realmpl", "depth=3", "a.csv"], "no design is called 'realmpl'"),
        "unknown lever": (["any", "depht=3", "depth=3", "a.csv"], "no lever is called 'depht'"),
        "bad value": (["dropout", "a.csv", "--values", "0,lots"], "dropout = lots"),
        "no value": (["dropout", "a.csv", "--values", ","], "at least one value"),
        "no lever": (["signal", "a.csv", "--values", "1"], "a lever, not with signal"),
        "ending": (["dropout", "a.csv", "--save", "d.txt"], "one of .html, .png"),
        "place": (["dropout", "a.csv", "--save", "file/d.html"], "is a file"),
    }.values(),
)
def test_refuses_before_any_work(
    words: list[str], seen: str, asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("file").write_text("")
    assert main(["ask", *words, "--target", "y"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and seen in err and "\n  needed: " in err and "\n  try:    " in err
    assert asked.options == {}


def test_needs_a_target(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "dropout", "a.csv"]) == 2
    assert "required: --target" in capsys.readouterr().err and asked.options == {}


def test_the_first_ctrl_c_ends_soon_and_the_second_leaves(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    import signal

    asked.during = lambda: signal.raise_signal(signal.SIGINT)
    assert main(ASKED) == 0
    out, err = capsys.readouterr()
    assert out.startswith("dropout 0.2") and "the answer is from what was reached" in err
    asked.during = lambda: [signal.raise_signal(signal.SIGINT) for _ in range(2)]
    assert main(ASKED) == 130


def test_a_real_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"{i % 17},{i % 5},{i % 17 * 2 + i % 5}\n" for i in range(120))
    table = tmp_path / "t.csv"
    table.write_text(f"a,b,y\n{rows}", encoding="utf-8")
    words = ["ask", "dropout", str(table), "--target", "y", "--values", "0,0.5", "--time", "15s"]
    # A given rate needs no sweep, and few epochs end long before the time, on a busy machine too.
    words += ["--set", "learning_rate=0.01", "epochs=3"]
    assert main([*words, "--quiet", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sentence"] and [one["name"] for one in found["effects"]]
    assert found["n_networks"] > 5 and found["target"] == "y"

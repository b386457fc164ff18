"""docs/check.md: its example prints what the page says, and the contract is the one kept."""

import json
import re
from pathlib import Path

from justright.kinds import Diagnosis, Finding, NotChecked, Severity
from justright.report.diagnosis_json import to_json
from tests.recipes.test_check_faithful import run
from tests.recipes.test_check_hostile import CLI

PAGE = (Path(__file__).parents[2] / "docs/check.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_the_example_prints_what_the_page_says(tmp_path):
    script = next(text for kind, text in BLOCKS if kind == "python")
    output = next(
        text for kind, text in BLOCKS if not kind and text.startswith("The script failed")
    )
    (tmp_path / "train.py").write_text(script)
    ended = run(["-c", CLI, "check", "train.py"], tmp_path)
    said = iter(ended.stdout.splitlines())
    assert all(line in said for line in output.splitlines())  # in this order
    assert ended.returncode == 2


def test_the_page_lists_every_key_in_order():
    found = Finding(check="", severity=Severity.NOTE, sign="", meaning="", remedy="")
    kept = to_json(
        Diagnosis(verdict="", findings=(found,), not_checked=(NotChecked(check="", because=""),))
    )
    keys = [
        name
        for key in kept
        for name in (key, *(f"findings[].{k}" for k in kept["findings"][0] if key == "findings"))
    ]
    assert re.findall(r"^\| `([\w.\[\]]+)` \|", PAGE, flags=re.MULTILINE) == keys
    example = json.loads(next(text for kind, text in BLOCKS if kind == "json"))
    assert list(example) == list(kept)
    for name in ("findings", "not_checked"):
        assert list(example[name][0]) == list(kept[name][0])

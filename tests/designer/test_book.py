"""The rule book in print, and the page of the docs made from it."""

import subprocess
import sys
from pathlib import Path

import pytest

from justright.designer.book import page, rows, table
from justright.designer.rulebook import RULE_BOOK
from justright.errors import DesignError

ROOT = Path(__file__).resolve().parents[2]


def test_rows_are_all_rules_in_order():
    ids = [rule.id for chapter in RULE_BOOK for rule in chapter.rules]
    assert [row[0] for row in rows()] == ids


def test_rows_of_one_lever():
    found = rows("Batch-Size")
    assert {row[1] for row in found} == {"batch_size"}
    assert found[0][3] == "a quarter of the rows, 2 to 16"
    assert found[-1][2] == "classic; amended by batch_size-90"
    assert "arXiv:1804.07612" in found[-1][5]


def test_unknown_lever():
    with pytest.raises(DesignError, match="no lever is called 'batchsize'") as caught:
        rows("batchsize")
    assert caught.value.try_ == "justright rules batch_size"


def test_table_is_markdown():
    lines = table("depth").splitlines()
    assert lines[0] == "## depth"
    assert lines[4] == "| rule | when | depth (hidden layers) | because | source |"
    assert lines[7].startswith("| depth-10 | rows < 200 | 1 | so few rows")
    rules = lines[4 : lines.index("", 4)]
    assert all(line.count(" | ") == 4 for line in rules[:1] + rules[2:])


def test_a_chapter_says_what_a_search_does_with_its_lever():
    assert "| epochs < 1,000 | linear (50 %), cosine (30 %), one_cycle (20 %) | " in table(
        "schedule"
    )
    assert "In a search it follows the rules above: the start belongs to" in table("init")
    assert "In a search it stays as the design has it: part of the question" in table("metric")


def test_page_cites_every_source_that_it_uses():
    text = page()
    assert "* `li2018`: Li et al." in text and "* `hessel2017`" not in text


def test_the_page_in_the_docs_is_fresh():
    written = (ROOT / "docs" / "rulebook.md").read_text(encoding="utf-8")
    assert written == page(), "stale: run scripts/make_docs"


def test_make_docs_check_agrees():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_docs", "--check"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_room_needs_no_torch():
    code = "import sys, justright.designer; print('torch' in sys.modules, 'polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]

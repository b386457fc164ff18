import re

from justright.kinds import RunRecord
from justright.report.card import card


def test_says_what_it_is_and_how_good(runs) -> None:
    text = card(runs["binary"]())
    assert text.startswith("# Predicts churn\n")
    assert "| ROC AUC ↑ | **0.873 (0.852 to 0.894)** | 0.500 (0.500 to 0.500) |" in text
    for words in ("## Limits and warnings", "## Intended use", "justright.load", "seed 7",
                  "weights.safetensors", "Left out: customer\\_id", "14 duplicate rows",
                  "Raise dropout to 0.2", "9f2c", "torch 2.9.1"):  # fmt: skip
        assert words in text, words


def test_tables_have_as_many_cells_as_heads(any_run: RunRecord) -> None:
    width = 0
    for line in card(any_run).splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not cells or not width or cells == width, line
        width = cells


def test_hostile_text_stays_text(runs) -> None:
    text = re.sub(r"```.*?```", "", card(runs["hostile"]()), flags=re.S)
    assert not re.search(r"(?<!\\)<", text)


def test_empty_parts_are_left_out(runs) -> None:
    text = card(runs["bare"]())
    assert "## Scores" not in text and "| lever" not in text and "```sh" not in text

"""An answer to compute with, to draw and to save."""

from pathlib import Path

import msgspec
import pytest

from justright.errors import JustrightError
from justright.recipes.answer import Answer
from tests.report.answers import ANSWERS

LEVER = Answer(ANSWERS["lever"])


def test_the_table_has_a_column_for_each_head() -> None:
    table = LEVER.table
    assert table.columns == list(LEVER.reply.columns) and table.height == 4
    assert table["gain"].to_list() == [None, 0.018, 0.006, -0.031]
    assert Answer(ANSWERS["nothing"]).table.is_empty()


def test_it_reads_as_text_and_as_html() -> None:
    assert repr(LEVER).startswith(LEVER.sentence) and LEVER.sentence in LEVER._repr_html_()
    assert [effect.name for effect in LEVER.effects] == ["0.2", "0.1", "0.4"]


@pytest.mark.parametrize("name", ANSWERS)
def test_plain_data_is_json(name: str) -> None:
    plain = msgspec.json.decode(msgspec.json.encode(Answer(ANSWERS[name]).to_dict()))
    assert plain["sentence"] == ANSWERS[name].sentence
    assert [len(one["y"]) for one in plain["picture"]["series"]] == [
        len(one.y) for one in ANSWERS[name].picture.series
    ]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.html", b"<!doctype html>"),
        ("a.png", b"\x89PNG"),
        ("a.svg", b"<?xml"),
        ("a.pdf", b"%PDF"),
    ],
)
def test_it_can_be_saved(name: str, begins: bytes, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert LEVER.save(tmp_path / name).read_bytes().startswith(begins)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JustrightError, match=r"one of \.html"):
        LEVER.save(tmp_path / "a.txt")

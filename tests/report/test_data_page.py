"""The data's own report: what stands in its page and on its screen."""

from dataclasses import replace

import pytest
from rich.cells import cell_len

from justright.kinds import Severity
from justright.report.data_page import data_html, data_page
from justright.report.data_text import data_text
from justright.report.spark import blocks
from tests.report.data_records import HOSTILE, RECORDS, finding, record, without_target


def test_what_is_wrong_comes_first():
    page = data_page(record())
    order = ["findings", "target", "columns", "facts", "logbook", "next"]
    places = [page.index(f'<section id="{name}">') for name in order]
    assert places == sorted(places)
    assert "--drop column 0" in page and "12.5 %" in page and "700" in page


def test_parts_without_content_are_left_out():
    page = data_page(without_target())
    assert "Nothing looks wrong." in page
    assert not any(f'id="{name}"' in page for name in ("target", "facts", "logbook"))


def test_a_thousand_columns_stay_small_and_are_folded():
    page = data_page(record(1_000))
    assert len(page.encode()) < 2e6
    assert page.count("<tr>") - page.split('<section id="facts">')[1].count("<tr>") == 1_000 + 5
    assert "Columns 201 to 400" in page and "Columns 801 to 1,000" in page


@pytest.mark.parametrize("make", [data_page, data_html])
def test_names_cannot_break_out(make):
    assert "<img" not in make(RECORDS["hostile"]) and HOSTILE not in make(RECORDS["hostile"])


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", RECORDS)
def test_no_line_is_wider_than_the_screen(name, width):
    lines = data_text(RECORDS[name], width=width, n_columns=9, n_findings=4).splitlines()
    assert max(map(cell_len, lines)) <= width
    rows = [line for line in lines if line.endswith(("scaled (robust)", "left out: a reason"))]
    assert len(rows) == 5


def test_a_long_table_is_cut_and_says_how_to_see_all():
    text = data_text(record(450), n_columns=5)
    assert "and 445 more columns: --all shows them" in text
    assert "predicted" in text and "column 0" in text  # the target and the flagged one stay
    assert "more column" not in data_text(record(450))


def test_findings_are_cut_too():
    many = replace(record(), findings=tuple(finding(f"c{n}", Severity.NOTE) for n in range(6)))
    assert "and 2 more findings: --all shows them" in data_text(many, n_findings=4)
    assert "--drop c5" in data_text(many)


def test_blocks_keep_the_smallest_count_visible():
    assert blocks([1, 0, 1_000]) == "▁ █"

"""The part of the report on rows that look wrong, and on uneven classes."""

import re
from dataclasses import replace

import pytest

from justright.kinds import RunRecord
from justright.report.sections.doubt import doubt as section
from tests.report.doubts import contest, doubt


def words(run: RunRecord) -> str:
    """The text of the part, without its tags."""
    return re.sub(r"<[^>]+>", "", section(run).body)


def test_it_says_how_many_how_judged_and_where_all_are(runs):
    said = words(replace(runs["binary"](), doubt=doubt()))
    for part in (
        "31 rows of 480 may have a wrong target: 6.5 %",
        "480 of 2,400 development rows could be judged",
        "none was left out",
        "The first 12 are shown",
        "suspect_rows.csv",
        "1 row of 2,400 lies far outside",
        "the scaler measures by quartiles",
    ):
        assert part in said, part


@pytest.mark.parametrize(
    ("changes", "said", "unsaid"),
    [
        ({"targets": (), "n_targets": 0}, "No target looks wrong", "may have a wrong target"),
        ({"how": "", "targets": (), "n_targets": 0}, "far outside", "Targets to look at"),
        ({"n_judged": 2400}, "1.3 %", "could be judged"),
        ({"outliers": (), "n_outliers": 0}, "Targets to look at", "far outside"),
    ],
)
def test_what_there_is_not_is_not_said(runs, changes, said, unsaid):
    found = words(replace(runs["binary"](), doubt=doubt(**changes), contest=None))
    assert said in found and unsaid not in found


@pytest.mark.parametrize("chosen", [0, 1])
def test_the_way_that_was_taken_is_told(runs, chosen):
    body = section(replace(runs["binary"](), doubt=None, contest=contest(chosen=chosen))).body
    told = re.findall(r"<td>([^<]*)</td></tr>", body)
    others = "taken" if chosen else "better, but not the best"
    assert told == ["" if chosen else "taken", others, "worse", "no clear effect"]
    assert "+0.012 to +0.1" in body and "temperature does not undo that" in body


def test_without_doubts_there_is_no_such_part(runs):
    assert section(replace(runs["binary"](), doubt=None, contest=None)).body == ""

"""Filter expressions: what they select, and what they say of mistakes."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justright.errors import LabError
from justright.lab.rows import Figure, RunRow
from justright.lab.where import FIELDS, select


def run(number: int, **changes: object) -> RunRow:
    fields: dict[str, object] = {
        "id": number, "uid": f"{number:012x}", "project": "p", "kind": "fit",
        "name": f"run-{number}", "parent": "", "group": "", "state": "finished",
        "created": 1_790_000_000.0 + number,
        "ended": None, "source": "rows.csv", "command": "", "n_steps": 10.0,
        "config": {}, "summary": {},
    }  # fmt: skip
    return RunRow(**(fields | changes))  # type: ignore[arg-type]


ROWS = [
    run(1, config={"depth": 2, "optimizer": "adam", "residual": True, "opt.lr": 0.1}),
    run(2, config={"depth": 4, "optimizer": "Nadam", "residual": False}, tags=("best", "wide one")),
    run(3, config={"depth": None}, state="failed", summary={"rmse": 0.5, "verdict": "too deep"}),
    run(
        4,
        name="or",
        figures={"loss": Figure(last=0.25, low=0.1, high=9.0, n=3)},
        created=1_700_000_000.0,
        ended=1_700_000_060.0,
        pinned=True,
    ),
]


@pytest.mark.parametrize(
    ("expression", "ids"),
    [
        ("", [1, 2, 3, 4]),
        ("depth > 2", [2]),
        ("depth>=2", [1, 2]),
        ("config.depth != 2", [2]),
        ("depth = none", [3, 4]),
        ("depth != none", [1, 2]),
        ("optimizer = NADAM", [2]),
        ('optimizer = "adam"', [1]),
        ("optimizer in (adam, nadam)", [1, 2]),
        ("optimizer not in (adam)", [2, 3, 4]),
        ("not optimizer in (adam)", [2, 3, 4]),
        ("optimizer contains dam and depth < 3", [1]),
        ("residual", [1]),
        ("residual = off", [2]),
        ("opt.lr = 1e-1", [1]),
        ("tags = best", [2]),
        ("tags contains wide", [2]),
        ('tags ~ "^wide"', []),
        ('tags ~ "(?m)^wide"', [2]),
        ("summary.rmse <= .5 or pinned", [3, 4]),
        ("loss < 0.3", [4]),
        ("last.loss = 0.25 and min.loss = 0.1 and max.loss > 8", [4]),
        ("created < 2024-01-01", [4]),
        ("created >= 2024-01-01T00:00 and state = finished", [1, 2]),
        ("seconds = 60", [4]),
        ('name ~ "^run-[12]$"', [1, 2]),
        ('name = "or"', [4]),
        ("`name` = `or`", None),
        ("depth = 2 or depth = 4 and residual", [1]),
        ("(depth = 2 or depth = 4) and not residual", [2]),
        ("optimizer < b", [1]),
        ("optimizer > 3", []),
        ("depth < x", []),
        ("verdict contains DEEP", [3]),
    ],
)
def test_selects(expression: str, ids: list[int] | None) -> None:
    if ids is None:
        with pytest.raises(LabError, match="a value should stand"):
            select(expression, ROWS)
    else:
        assert [row.id for row in select(expression, ROWS)] == ids


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("depth >", "the end, where a value should stand (character 8)"),
        ("> 2", "'>' (character 1)"),
        ("depth > 2 optimizer = adam", "'optimizer' (character 11)"),
        ("(depth > 2", "the end (character 11)"),
        ("name = 'a", '"\'" (character 8)'),
        ("optimizer in adam", "'adam' (character 14)"),
        ("and", "'and' (character 1)"),
        ("detph > 2", "none of the 4 runs has 'detph'"),
        ("config.detph > 2", "such as config.depth"),
        ('name ~ "(?=a)"', "is not a regular expression"),
        ('name ~ "' + "a" * 201 + '"', "a pattern of 201 characters"),
        ("(" * 40 + "depth" + ")" * 40, "at most 30 parentheses"),
        ("not " * 240 + "depth", "at most 30"),
        ("a" * 1001, "a filter of 1,001 characters"),
    ],
)
def test_says_what_is_wrong_and_where(expression: str, said: str) -> None:
    with pytest.raises(LabError) as caught:
        select(expression, ROWS)
    assert said in str(caught.value) and caught.value.try_


def test_a_name_is_unknown_only_where_there_are_runs() -> None:
    assert select("anything > 2", []) == []


def test_a_wicked_pattern_is_read_in_linear_time() -> None:
    rows = [run(1, name="a" * 50_000 + "!")]
    start = time.perf_counter()
    assert select('name ~ "^(a+)+$"', rows) == []
    assert time.perf_counter() - start < 20  # it is a blink, or for ever


WORDS = st.sampled_from(
    [*FIELDS, "depth", "loss", "(", ")", "and", "or", "not", "in", "contains", "~", "=", "<",
     ">=", "!=", "2", '"a b"', "'", "`x`", ",", "none", "on", "1e999", "2026-11-21",
     "é", "\x00", "[", "*"]
)  # fmt: skip


@given(st.one_of(st.lists(WORDS, max_size=12).map(" ".join), st.text(max_size=40)))
def test_any_text_is_understood_or_refused_in_words(expression: str) -> None:
    try:
        assert all(row in ROWS for row in select(expression, ROWS))
    except LabError as error:
        assert error.seen and error.needed and error.try_

"""Misspellings, broken encodings and impossible numbers are told from what only looks so."""

import time

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justright.data.footer import without_totals
from justright.data.kind import understand
from justright.data.mojibake import mended
from justright.data.number_text import parse_numbers
from justright.data.odd_numbers import odd_numbers
from justright.data.spelling import find_misspellings, is_slip, merge_spellings

SLIPS = {
    *(("Grmany", "Germany"), ("Gemrany", "Germany"), ("Germanyy", "Germany"), ("swedne", "Sweden")),
    *(("Germsny", "Germany"), ("Munchen", "München"), ("new-york", "New York")),
    *(("NewYork", "New York"), ("United Kindgom", "United Kingdom"), ("engneer", "engineer")),
}
NO_SLIPS = {
    *(
        ("male", "female"),
        ("type A", "type B"),
        ("Q1", "Q2"),
        ("low", "slow"),
        ("class-a", "class-s"),
    ),
    *(("Iceland", "Ireland"), ("grade A-", "grade A"), ("model 1000", "model 100"), ("C++", "C")),
    *(("symptomatic", "asymptomatic"), ("typical", "atypical"), ("Niger", "Nigeria")),
    *(("Austria", "Australia"), ("increase", "decrease"), ("known", "unknown")),
    *(("stage II", "stage III"), ("left arm", "left leg"), ("E-U", "EU"), ("Slovakia", "Slovenia")),
}


@pytest.mark.parametrize(("wrong", "right"), sorted(SLIPS))
def test_slips_are_merged(wrong, right):
    assert is_slip(wrong, right)
    assert find_misspellings(pl.Series([right] * 20 + [wrong, wrong])) == ((wrong, right, 2),)


@pytest.mark.parametrize(("wrong", "right"), sorted(NO_SLIPS))
def test_other_words_are_never_merged(wrong, right):
    assert not is_slip(wrong, right)
    assert not find_misspellings(pl.Series([right] * 100 + [wrong]))
    assert not find_misspellings(pl.Series([wrong] * 100 + [right]))


def test_only_the_much_rarer_word_is_merged():
    assert not find_misspellings(pl.Series(["Germany"] * 19 + ["Grmany"] * 2 + ["Norway"]))
    both_right = pl.Series(["Carlin"] * 20 + ["Carlina"] * 20 + ["Carlinaa"])
    assert [word for word, _, _ in find_misspellings(both_right)] == ["Carlinaa"]


def test_many_levels_are_compared_quickly():
    rng = np.random.default_rng(0)
    words = ["".join(word) for word in rng.choice(list("abcdefghij"), (30_000, 12))]
    start = time.perf_counter()
    find_misspellings(pl.Series(words + words[:500] * 30))
    assert time.perf_counter() - start < 5  # seconds; 0.3 on one core, all pairs would take hours


def test_merges_are_logged_one_by_one_and_kept():
    found = understand(pl.Series("land", ["Germany"] * 30 + ["Grmany"] * 2 + ["France"] * 9))
    assert found.merged == (("Grmany", "Germany"),)
    assert [(e.action, e.count) for e in found.log] == [("merged 'Grmany' into 'Germany'", 2)]
    assert merge_spellings(pl.Series(["grmany", None]), found.merged).to_list() == ["Germany", None]


@given(st.text(st.characters(max_codepoint=0x2FFF, exclude_categories=("Cs",)), max_size=20))
def test_broken_encoding_is_mended_back(word):
    try:
        broken = word.encode().decode("cp1252")
    except UnicodeDecodeError:
        return
    assert mended(broken) == word or broken == word


@pytest.mark.parametrize("word", ["São", "café", "Ã", "Â", "naïve", "Łódź", "€ 5", "Größe", "â"])
def test_sound_letters_stay(word):
    assert mended(word) == word


RNG = np.random.default_rng(3)
AGES = RNG.integers(18, 80, 300).astype(float)
LENGTHS = np.round(RNG.normal(5.7, 0.9, 300).clip(3.5), 2)
BILLS = np.round(RNG.lognormal(3, 1.5, 300), 2)
ODD = {
    "999 far out": ([*AGES, 999.0], "missing-code"),
    "-9 among ages": ([*AGES, -9.0, -9.0], "missing-code"),
    "99 within reach": ([*AGES, 99.0], None),
    "-1 among both signs": ([*RNG.normal(0, 3, 300), -1.0], None),
    "zeros far below": ([*LENGTHS, 0.0, 0.0], "impossible-number"),
    "scaled to 0 to 1": ([*LENGTHS / LENGTHS.max(), 0.0, 0.0], None),
    "one negative age": ([*AGES, -31.0], "impossible-number"),
    "counts with zeros": (RNG.poisson(3, 300).astype(float), None),
    "amounts with zeros": ([*BILLS, 0.0, 0.0], None),
    "points lost": ([*LENGTHS, 571.0, 602.0], "lost-decimal-point"),
    "heavy tail": (BILLS, None),
    "normal": (RNG.normal(size=300), None),
    "large whole numbers": (RNG.integers(0, 50_000, 300).astype(float), None),
    "all points lost": (
        [
            float(f"{value:.2f}".replace(".", "").rstrip("0") or 0)
            for value in RNG.uniform(9, 90, 300)
        ],
        "lost-decimal-point",
    ),
    "prices in 9": (RNG.integers(5, 500, 300) * 10.0 + 9, None),
    "few rows": ([1.0, 2.0, 999.0], None),
}


@pytest.mark.parametrize(("cells", "check"), ODD.values(), ids=ODD)
def test_odd_numbers_are_flagged_and_stay(cells, check):
    found = understand(pl.Series("x", cells))
    assert [finding.check for finding in found.findings] == ([check] if check else [])
    assert all(f.column == "x" and f.sign and f.meaning and f.remedy for f in found.findings)
    assert found.cells.to_list() == list(cells)


def test_a_million_numbers_are_looked_at_quickly():
    cells = pl.Series("x", np.random.default_rng(0).normal(size=1_000_000))
    start = time.perf_counter()
    assert odd_numbers(cells) == ()
    assert time.perf_counter() - start < 1  # seconds; 0.013 on one core


def test_a_last_row_is_left_out_only_where_it_says_and_is_a_total():
    rows = pl.DataFrame({"shop": ["a", "b", "Total"], "sold": [3, 4, 7]})
    assert without_totals(rows)[0].height == 2
    assert without_totals(rows.with_columns(shop=pl.Series(["a", "b", "c"])))[0].height == 3
    assert without_totals(rows.with_columns(sold=pl.Series([3, 4, 8])))[0].height == 3


READINGS = {
    "two currencies": (["$5", "£7", "$8"], {"strange": {"£": 1}}, [5, 7, 8]),
    "unknown unit": (["5 kg", "7 boxes"], {"strange": {"boxes": 1}}, [5, None]),
    "either mark": (
        ["1.5", "2,5", "1,234"],
        {"n_other_mark": 1, "n_doubtful": 1},
        [1.5, 2.5, 1234],
    ),
    "share beside percent": (["45%", "0.5"], {"n_shares": 1}, [45, 0.5]),
    "clock": (["1:30", "0:00:10"], {}, [5400, 10]),
}


@pytest.mark.parametrize(("cells", "facts", "values"), READINGS.values(), ids=READINGS)
def test_doubts_of_numbers_are_counted(cells, facts, values):
    reading = parse_numbers(pl.Series(cells))
    assert reading.values.to_list() == values
    for name, value in facts.items():
        assert getattr(reading, name) == value


def test_money_has_no_third_decimal():
    assert parse_numbers(pl.Series(["€ 245.000", "€ 99.000", "€ 310.500"])).values.to_list() == [
        245_000,
        99_000,
        310_500,
    ]
    assert parse_numbers(pl.Series(["2.450 kg", "9.900 kg"])).values.to_list() == [2.45, 9.9]

"""What a column holds is recognised, and its messy cells are repaired."""

from datetime import datetime

import polars as pl
import pytest

from justright.data.date_text import learn_formats, read_dates
from justright.data.kind import understand
from justright.data.number_text import read_numbers
from justright.data.repair import fold_case, labels, truths

NUMBERS = {
    "plain": (["1", "-2.5", "+3", ".5", "5."], [1, -2.5, 3, 0.5, 5]),
    "thousands": (["1,234.5", "12,345", "1,234,567"], [1234.5, 12345, 1234567]),
    "decimal comma": (["1,5", "2,25", "1.234,5"], [1.5, 2.25, 1234.5]),
    "spaces": (["1 234", "1\u00a0234,5", "2,5"], [1234, 1234.5, 2.5]),
    "apostrophes": (["1'234.5", "2’000"], [1234.5, 2000]),
    "unit": (["12 kg", "7.5kg", "3"], [12, 7.5, 3]),
    "two units": (["12 kg", "7 kg", "500 g"], [12, 7, 0.5]),
    "unknown unit": (["12 kg", "7 kg", "3 boxes"], [12, 7, None]),
    "fahrenheit": (["20 °C", "-5 °C", "68 °F"], [20, -5, 20]),
    "written short": (["1.2k", "950", "3M"], [1200, 950, 3e6]),
    "two marks": (["1.5", "2.25", "3,5", "1.234,5"], [1.5, 2.25, 3.5, 1234.5]),
    "last minus": (["12-", "1,000.5 -"], [-12, -1000.5]),
    "indian thousands": (["12,34,567", "1,000.5"], [1234567, 1000.5]),
    "money before": (["€ 3", "-€ 4.5", "€-1"], [3, -4.5, -1]),
    "money code": (["USD 1,000", "USD 2"], [1000, 2]),
    "percent": (["45 %", "7%"], [45, 7]),
    "exponent": (["1e5", "-2.5E-3"], [1e5, -0.0025]),
    "brackets": (["(12)", "(1,000.5)"], [-12, -1000.5]),
    "other minus": (["−4", "–5"], [-4, -5]),
    "infinity": (["inf", "-Infinity"], [float("inf"), float("-inf")]),
    "no number": (["1.2.3", "2020-01-02", "12:30", "A1", "1/2"], [None] * 5),
}


@pytest.mark.parametrize(("cells", "numbers"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_read(cells, numbers):
    assert read_numbers(pl.Series(cells))[0].to_list() == numbers


DATES = {
    "iso": ("2020-01-31", "%Y-%m-%d", datetime(2020, 1, 31)),
    "iso time": ("2020-01-31T12:30:05", "%Y-%m-%dT%H:%M:%S%.f", datetime(2020, 1, 31, 12, 30, 5)),
    "minutes": ("2020-01-31 12:30", "%Y-%m-%d %H:%M", datetime(2020, 1, 31, 12, 30)),
    "zulu": ("2020-01-31T12:30:05Z", "%Y-%m-%dT%H:%M:%S%.f%z", datetime(2020, 1, 31, 12, 30, 5)),
    "zone": (
        "2020-01-31 12:30:05+02:00",
        "%Y-%m-%d %H:%M:%S%.f%z",
        datetime(2020, 1, 31, 10, 30, 5),
    ),
    "german": ("31.1.2020", "%d.%m.%Y", datetime(2020, 1, 31)),
    "american": ("1/31/2020", "%m/%d/%Y", datetime(2020, 1, 31)),
    "british": ("31/1/2020", "%d/%m/%Y", datetime(2020, 1, 31)),
    "two digits": ("1/31/20", "%m/%d/%y", datetime(2020, 1, 31)),
    "month name": ("31-Jan-2020", "%d-%b-%Y", datetime(2020, 1, 31)),
    "words": ("January 31, 2020", "%B %d, %Y", datetime(2020, 1, 31)),
    "afternoon": ("1/31/2020 5:06 PM", "%m/%d/%Y %I:%M %p", datetime(2020, 1, 31, 17, 6)),
    "digits": ("20200131", "%Y%m%d", datetime(2020, 1, 31)),
    "version": ("1.2.3", None, None),
    "word": ("abc", None, None),
}


@pytest.mark.parametrize(("cell", "format_", "date"), DATES.values(), ids=DATES)
def test_dates_are_read(cell, format_, date):
    found, _ = learn_formats(pl.Series([cell]))
    assert found == ((format_,) if format_ else ())
    assert read_dates(pl.Series([cell]), found)[0] == date


N = 40
KINDS = {
    "floats": ([n / 7 for n in range(N)], "number", False),
    "integers": ([n % 9 for n in range(N)], "number", False),
    "zeros and ones": ([n % 2 for n in range(N)], "boolean", False),
    "floats 0 and 1 with gaps": ([None, *(float(n % 2) for n in range(N))], "boolean", False),
    "booleans": ([n % 2 == 0 for n in range(N)], "boolean", False),
    "yes and no": (["Yes", "no", "-", "N"] * 10, "boolean", False),
    "male and female": (["male", "female"] * 20, "category", False),
    "money": ([f"€ {n * 37:,}.5" for n in range(N)], "number", False),
    "2 words in 40": (["?", "n/a", *(str(n * n) for n in range(N - 2))], "number", False),
    "codes with zeros": ([f"0{n % 9}" for n in range(N)], "category", False),
    "half numbers": ([str(n % 5) if n % 2 else "word" for n in range(N)], "category", False),
    "dates": ([f"2020-01-{1 + n % 28:02d}" for n in range(N)], "date", False),
    "native dates": ([datetime(2020, 1, 1 + n % 28) for n in range(N)], "date", False),
    "few words": ([["a", "b", "c"][n % 3] for n in range(N)], "category", False),
    "constant": ([3.0] * N, "number", True),
    "constant word": (["a"] * N, "category", True),
    "nothing": ([None] * N, "text", True),
    "only blanks": ([" ", "NA"] * 20, "text", True),
    "only infinities": ([float("inf")] * N, "text", True),
    "only year 9999": (["9999-12-31"] * N, "text", True),
    "row numbers": (list(range(1, N + 1)), "id", True),
    "row numbers as floats": ([float(n) for n in range(N)], "id", True),
    "keys": ([f"k{n}" for n in range(N)], "id", True),
    "sentences": (
        [f"a long text {n} that somebody wrote by hand for us" for n in range(N)],
        "text",
        False,
    ),
    "names of people": ([f"Ann {n} van Dyk" for n in range(N)], "text", False),
    "lists": ([[n] for n in range(N)], "text", True),
}


@pytest.mark.parametrize(("cells", "kind", "excluded"), KINDS.values(), ids=KINDS)
def test_kind_is_recognised(cells, kind, excluded):
    found = understand(pl.Series("column", cells))
    assert (found.kind, found.excluded) == (kind, excluded), found.reason


@pytest.mark.parametrize("name", ["id", "ID", "customer_id", "customerId", "uuid", "rownames"])
def test_names_of_keys_exclude_integers_that_hardly_repeat(name):
    cells = [7 * n % 1009 for n in range(1, N)]
    assert understand(pl.Series(name, cells)).excluded
    assert understand(pl.Series(name, [*cells, cells[0]])).excluded  # a row given twice
    assert not understand(pl.Series(name, cells * 2)).excluded  # several rows of each
    assert not understand(pl.Series("paid", cells)).excluded


def test_unread_cells_are_counted_and_the_first_is_shown():
    cells = [str(n * n) for n in range(98)] + ["oops", "-"]
    found = understand(pl.Series("size", cells))
    assert found.cells.null_count() == 2
    assert found.log[0].reason == (
        "98 of 100 cells hold one; 1 hold a word for missing (first: '-');"
        " 1 others became missing (first: 'oops')"
    )


@pytest.mark.parametrize(("n_bad", "kind"), [(5, "number"), (6, "category")])
def test_95_percent_must_be_numbers(n_bad, kind):
    cells = [str(n % 13) for n in range(100 - n_bad)] + ["oops"] * n_bad
    assert understand(pl.Series("size", cells)).kind == kind


def test_impossible_dates_become_missing():
    cells = ["0001-01-01", "9999-12-31"] + ["2020-01-01", "2021-01-01"] * 20
    found = understand(pl.Series("when", cells))
    assert found.cells.null_count() == 2
    assert "between 1700 and 2200 (first: 0001-01-01)" in found.log[1].reason


def test_infinite_cells_become_missing():
    found = understand(pl.Series("x", [float("inf"), float("nan"), 1.0, 2.5]))
    assert found.cells.to_list() == [None, None, 1.0, 2.5]
    assert found.log[0].count == 1


ORDERS = {
    "none can be told": (["01/02/2020", "03/04/2020"] * 5, 10),
    "one day tells all": (["01/02/2020", "31/12/2020"] * 5, None),
    "other marks tell": (["01/02/2020", "31.12.2020"] * 5, None),
    "both orders": (["01/02/2020", "31/12/2020", "12/31/2020"] * 5, 5),
}


@pytest.mark.parametrize(("cells", "n_either"), ORDERS.values(), ids=ORDERS)
def test_day_and_month_that_cannot_be_told_apart_are_flagged(cells, n_either):
    found = understand(pl.Series("when", cells))
    if n_either is None:
        assert (found.cells[0].month, found.findings) == (2, ())
    else:
        assert found.findings[0].check == "day-or-month"
        assert found.findings[0].numbers == {"cells": n_either}


def test_spellings_are_merged_to_the_most_frequent():
    text, n_changed = fold_case(pl.Series(["a", "A", "A", "b"]))
    assert (text.to_list(), n_changed) == (["A", "A", "A", "b"], 1)


def test_labels_keep_the_form_of_the_file():
    assert labels(pl.Series([True, None])).to_list() == ["true", None]
    assert labels(pl.Series([1.0, 2.5, None])).to_list() == ["1", "2.5", None]
    assert labels(pl.Series(["a", "b"], dtype=pl.Categorical)).to_list() == ["a", "b"]
    assert labels(pl.Series([datetime(2020, 1, 1)])).to_list()[0].startswith("2020-01-01")


def test_truths_know_both_sides():
    assert truths(pl.Series(["T", "off", "1.0", "2"])).to_list() == [True, False, True, None]

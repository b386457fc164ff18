"""Tables of any types, sizes and gaps, in every form that people hold them in."""

import string
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
from hypothesis import strategies as st

ODD_FLOATS = (0.0, -0.0, 1.0, 2.5, -3.25, 1e308, -1e308, 5e-324, 1e-310, 1e-8, 1e17, 2.0**53)
NO_FLOATS = (float("nan"), float("inf"), float("-inf"))
ODD_WORDS = (
    *("", " ", "\t", "NA", "n/a", "None", "-", "?", "null", "nan", "inf", "yes", "no"),
    *("TRUE", "0", "1", "2", "007", "1.5", "1,5", "1,234.5", "1.234,5", "1e999", "-7"),
    *("(12)", "12 %", "5 kg", "3 g", "€ 5", "$1,000", "2020-01-01", "31/12/1999"),
    *("12/31/1999", "20200101", "0000-00-00", "99:99", "12:30", "Oslo", "oslo", " OSLO "),
    *("Osl0", "ß", "İ", "i̇", "SS", "FranÃ§ois", "\x00", "\u200b", "\ufeff", "a\nb"),
    *('say "x"', "a|b", "a;b", "[1, 2]", "2020-02-30", "日本", "e\u0301", "-x"),
    "x" * 3_000,
    "the quick brown fox jumps over the lazy dog again and again, slowly",
)  # fmt: skip
ODD_NAMES = (
    *("", " ", "a b", "-x", "--target", "prob_a", "prediction", "label", "path", "image", "rank"),
    *("id", "index", "count", "level", "word", "key", "usual", "literal", "len", "x", "y", "ü"),
    "😀",
    *("a\nb", "a = x", "a is missing", "day (year)", "^a.*$", "*", "column_1", "'", '"', "%s"),
    *("{0}", "<b>", "$a$", "x0", "row_name", "target", "n" * 300),
)  # fmt: skip
MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)) | st.datetimes(
    datetime(1960, 1, 1), datetime(2100, 1, 1)
)
DAYS = st.dates() | st.dates(date(1960, 1, 1), date(2100, 1, 1))
TIMES = st.times() | st.sampled_from((time(0), time(12, 30)))
SPANS = st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000))
FLOATS = st.sampled_from((*ODD_FLOATS, *NO_FLOATS)) | st.floats() | st.floats(-100, 100)
WORDS = st.sampled_from(ODD_WORDS) | st.text(max_size=12) | st.sampled_from("abc")
LISTS = st.lists(st.sampled_from(("a", "b", "c", "", None)), max_size=3)
ANY = st.one_of(
    *(st.none(), st.booleans(), st.integers(), FLOATS, WORDS, DAYS, MOMENTS, TIMES, SPANS),
    *(st.binary(max_size=3), st.decimals(), LISTS, st.tuples(st.integers()), st.complex_numbers()),
    *(st.just({"a": 1}), st.just(pd.NA), st.just(pd.NaT), st.just(np.float32(2.5)), st.just(set())),
)  # fmt: skip


INT_TYPES = {
    pl.Int8: (-(2**7), 2**7 - 1),
    pl.Int16: (-(2**15), 2**15 - 1),
    pl.Int32: (-(2**31), 2**31 - 1),
    pl.Int64: (-(2**63), 2**63 - 1),
    pl.Int128: (-(2**127), 2**127 - 1),
    pl.UInt8: (0, 2**8 - 1),
    pl.UInt16: (0, 2**16 - 1),
    pl.UInt32: (0, 2**32 - 1),
    pl.UInt64: (0, 2**64 - 1),
    pl.UInt128: (0, 2**128 - 1),
}


def of_ints(low, high):
    """Whole numbers of a type, the common ones often."""
    return st.sampled_from([n for n in (0, 1, 2, 3, 5, 20_200_101) if n <= high]) | st.integers(
        low, high
    )


#: Polars type → its values.
VALUES = {
    **{dtype: of_ints(*ends) for dtype, ends in INT_TYPES.items()},
    pl.Float64: FLOATS,
    pl.Float16: st.floats(width=16),
    pl.Float32: st.sampled_from(NO_FLOATS) | st.floats(width=32),
    pl.Boolean: st.booleans(),
    pl.String: WORDS,
    pl.Categorical: WORDS,
    pl.Enum(list(dict.fromkeys(ODD_WORDS))): st.sampled_from(ODD_WORDS),
    pl.Date: DAYS,
    pl.Datetime("us"): MOMENTS,
    pl.Datetime("ns"): st.datetimes(datetime(1700, 1, 1), datetime(2250, 1, 1)),
    pl.Datetime("ms", "UTC"): MOMENTS,
    pl.Datetime("us", "Europe/Oslo"): st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1)),
    pl.Duration("us"): SPANS,
    pl.Duration("ms"): SPANS,
    pl.Time: TIMES,
    pl.List(pl.String): LISTS,
    pl.List(pl.Int64): st.lists(st.integers(0, 3), max_size=3),
    pl.List(pl.List(pl.Float64)): st.lists(st.lists(FLOATS, max_size=2), max_size=2),
    pl.Array(pl.Float64, 2): st.lists(FLOATS, min_size=2, max_size=2),
    pl.Struct({"a": pl.Int64, "b": pl.String}): st.fixed_dictionaries(
        {"a": st.integers(0, 3), "b": WORDS}
    ),
    pl.Binary: st.binary(max_size=4),
    pl.Decimal(20, 3): st.decimals(-1_000, 1_000, places=3) | st.just(Decimal("0.125")),
    pl.Null: st.none(),
    pl.Object: ANY,
}
USUAL = (pl.Int64, pl.Float64, pl.String, pl.Boolean, pl.Date)


@st.composite
def gaps(draw, n_rows):
    """Which rows are missing."""
    rate = draw(st.sampled_from((0.0, 0.0, 0.0, 0.05, 0.05, 0.3, 0.3, 0.9, 0.99, 1.0)))
    return np.random.default_rng(draw(st.integers(0, 9))).random(n_rows) < rate


@st.composite
def columns(draw, name, n_rows, dtypes=tuple(VALUES)):
    """One column: few values in turn, many drawn at random, or a count down the rows."""
    dtype = draw(st.sampled_from(dtypes))
    pool = draw(st.lists(VALUES[dtype], min_size=1, max_size=8))
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    way = draw(st.sampled_from(("in turn", "at random", "count", "one apart")))
    if way == "in turn":
        cells = [pool[n % len(pool)] for n in range(n_rows)]
    elif way == "one apart":
        cells = [pool[-1] if n == n_rows // 2 else pool[0] for n in range(n_rows)]
    elif way == "at random" or dtype not in (pl.Int64, pl.Float64, pl.String, pl.Categorical):
        cells = [pool[n] for n in rng.integers(0, len(pool), n_rows)]
    elif dtype in (pl.String, pl.Categorical):
        cells = [f"{pool[n % len(pool)]}{n}" for n in range(n_rows)]
    else:
        cells = [n + (0 if dtype == pl.Int64 else 0.5) for n in range(n_rows)]
    holes = draw(gaps(n_rows))
    cells = [None if hole else cell for cell, hole in zip(cells, holes, strict=True)]
    if dtype == pl.Datetime and dtype.time_zone is not None:
        plain = pl.Series(cells, dtype=pl.Datetime(dtype.time_unit)).dt.replace_time_zone("UTC")
        return plain.dt.convert_time_zone(dtype.time_zone).alias(name)
    return pl.Series(cells, dtype=dtype, strict=dtype != pl.Null).alias(name)


def _lists(rng, n_rows):
    return [[word for word in "abc" if rng.random() < 0.5] for _ in range(n_rows)]


#: Cells that can be predicted, by the kind of task that they pose or suit.
GOALS = {
    "binary": lambda rng, n: rng.choice(["no", "yes"], n),
    "truths": lambda rng, n: rng.random(n) < 0.5,
    "multiclass": lambda rng, n: rng.choice(["a", "b", "C"], n),
    "grades": lambda rng, n: rng.integers(0, 4, n),
    "sorted": lambda rng, n: ["p"] * (n // 2) + ["q"] * (n - n // 2),
    "multilabel": _lists,
    "regression": lambda rng, n: rng.normal(size=n),
    "bounded": lambda rng, n: np.linspace(0, 1, n),
    "positive": lambda rng, n: np.exp(rng.normal(size=n) * 3),
    "ranking": lambda rng, n: rng.integers(0, 3, n),
    "huge": lambda rng, n: rng.normal(size=n) * 1e300,
    "tiny": lambda rng, n: rng.normal(size=n) * 1e-310,
    "far off": lambda rng, n: 1e15 + rng.normal(size=n),
    "one apart": lambda rng, n: np.where(np.arange(n) == n // 2, 1e308, rng.random(n)),
}


@st.composite
def goals(draw, name, n_rows):
    """A column that can be predicted, some of it missing at times."""
    kind = draw(st.sampled_from(sorted(GOALS)))
    cells = pl.Series(list(GOALS[kind](np.random.default_rng(draw(st.integers(0, 9))), n_rows)))
    if draw(st.integers(0, 3)) == 0:
        holes = draw(gaps(n_rows))
        left = [None if hole else cell for cell, hole in zip(cells, holes, strict=True)]
        cells = pl.Series(left, dtype=cells.dtype)
    return cells.alias(name)


NAMES = st.sampled_from(ODD_NAMES) | st.text(max_size=6) | st.sampled_from(string.ascii_lowercase)


@st.composite
def frames(draw, dtypes=tuple(VALUES), max_rows=200):
    """A polars frame of 1 to 8 columns, some copies of others; the first can be predicted."""
    n_rows = draw(st.integers(0, 12) | st.integers(20, max_rows) | st.integers(20, max_rows))
    names = draw(st.lists(NAMES, min_size=1, max_size=8, unique_by=str.strip))
    found = []
    for name in names:
        if found and draw(st.integers(0, 9)) == 0:
            found.append(draw(st.sampled_from(found)).alias(name))
        elif not found or draw(st.integers(0, 4)) == 0:
            found.append(draw(goals(name, n_rows)))
        else:
            found.append(draw(columns(name, n_rows, dtypes)))
    return pl.DataFrame({column.name: column for column in found})


def held_as(frame, form):
    """The frame as another library holds it; where that library cannot, as it is."""
    try:
        return _HELD[form](frame)
    except (Exception, pl.exceptions.PanicException):
        return frame


def _cells(frame):
    return {name: frame[name].to_list() for name in frame.columns}


def _objects(frame):
    return pd.DataFrame({n: pd.Series(c, dtype=object) for n, c in _cells(frame).items()})


def _indexed(frame):
    return _objects(frame).infer_objects().set_index(pd.Index(np.arange(frame.height)[::-1] * 2))


def _array(frame):
    made = np.empty((frame.height, frame.width), dtype=object)
    for place, cells in enumerate(_cells(frame).values()):
        for row, cell in enumerate(cells):
            made[row, place] = cell
    return made


def _floats(frame):
    return frame.select(pl.first(), pl.selectors.numeric() - pl.first()).to_numpy().astype(float)


_HELD = {
    "polars": lambda frame: frame,
    "lazy": pl.DataFrame.lazy,
    "dict": _cells,
    "dict of arrays": lambda frame: {name: frame[name].to_numpy() for name in frame.columns},
    "pandas": _objects,
    "nullable": lambda frame: _objects(frame).infer_objects().convert_dtypes(),
    "indexed": _indexed,
    "arrow": pl.DataFrame.to_arrow,
    "array": _array,
    "floats": _floats,
    "structured": lambda frame: frame.to_numpy(structured=True),
}
FORMS = tuple(_HELD)

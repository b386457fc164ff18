"""Files of the corpus that are no text; they are written when they are read."""

import gzip
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

N = 24
SIZE = [round(3.7 + (n * 37 % 29) * 1.3, 2) for n in range(N)]
Y = [["low", "high"][(n * 7 % 11) > 5] for n in range(N)]


def _frame(**columns: object) -> pl.DataFrame:
    return pl.DataFrame({"size": SIZE, **columns, "y": Y})


def _decimals() -> pl.DataFrame:
    return _frame(price=pl.Series([Decimal(n * 7 % 13) / 4 for n in range(N)]))


def _small_types() -> pl.DataFrame:
    return _frame(
        small=pl.Series([n * 7 % 120 for n in range(N)], dtype=pl.UInt8),
        half=pl.Series([n / 3 for n in range(N)], dtype=pl.Float32),
        flag=pl.Series([n % 3 == 0 if n else None for n in range(N)]),
    )


def _categories() -> pl.DataFrame:
    return _frame(
        colour=pl.Series(["red", "blue"] * 12, dtype=pl.Categorical),
        grade=pl.Series(["low", "mid", "top"] * 8, dtype=pl.Enum(["low", "mid", "top"])),
    )


def _times() -> pl.DataFrame:
    zone = ZoneInfo("Europe/Berlin")
    return _frame(
        day=[date(2021, 1 + n % 12, 1 + n) for n in range(N)],
        at=[datetime(2021, 6, 1 + n, 12, tzinfo=zone) for n in range(N)],
        took=[timedelta(minutes=n * 7 % 50) for n in range(N)],
        hour=[time(n * 7 % 24, 30) for n in range(N)],
    )


def _nested() -> pl.DataFrame:
    return _frame(
        tags=[["a"] * (n % 3) for n in range(N)],
        place=[{"city": "Oslo", "zip": n} for n in range(N)],
    )


def _empty_columns() -> pl.DataFrame:
    return _frame(nothing=pl.Series([None] * N, dtype=pl.Null), blank=[""] * N)


def _not_numbers() -> pl.DataFrame:
    return _frame(
        rate=[float("nan") if n == 3 else float("inf") if n == 5 else n / 7 for n in range(N)]
    )


MADE: Mapping[str, Callable[[Path], object]] = {
    "made_decimals.parquet": lambda path: _decimals().write_parquet(path),
    "made_small_types.parquet": lambda path: _small_types().write_parquet(path),
    "made_categories.arrow": lambda path: _categories().write_ipc(path),
    "made_times.parquet": lambda path: _times().write_parquet(path),
    "made_nested.arrow": lambda path: _nested().write_ipc(path),
    "made_empty_columns.parquet": lambda path: _empty_columns().write_parquet(path),
    "made_not_numbers.feather": lambda path: _not_numbers().write_ipc(path),
    "made_packed.csv.gz": lambda path: path.write_bytes(
        gzip.compress(_frame().write_csv().encode())
    ),
}

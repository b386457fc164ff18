"""How long `justright profile` takes on a table of a million rows and fifty columns.

Writes the table, profiles it and prints the seconds of each stage:

    python benchmarks/profiles.py --rows 1000000 --columns 50

Every fifth column is one of each: numbers with gaps, skewed numbers with outliers, categories,
dates as text, amounts of money as text; the first is the target of two classes.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl


def mixed(n_rows: int, n_columns: int) -> pl.DataFrame:
    """A table of mixed kinds.

    Args:
        n_rows: Rows.
        n_columns: Columns, the target among them.
    """
    rng = np.random.default_rng(0)
    towns = np.array([f"town {n}" for n in range(500)])
    start = np.datetime64("2015-01-01")
    cells: dict[str, pl.Series] = {"y": pl.Series(np.where(rng.random(n_rows) < 0.3, "yes", "no"))}
    for place in range(n_columns - 1):
        match place % 5:
            case 0:
                numbers = pl.Series(rng.normal(size=n_rows).round(6))
                made = numbers.set(pl.Series(rng.random(n_rows) < 0.05), None)
            case 1:
                made = pl.Series(rng.lognormal(sigma=2.0, size=n_rows).round(4))
            case 2:
                made = pl.Series(towns[rng.integers(0, len(towns), n_rows)])
            case 3:
                days = rng.integers(0, 3000, n_rows).astype("timedelta64[D]")
                made = pl.Series(start + days).dt.strftime("%d.%m.%Y")
            case _:
                amounts = pl.Series(rng.integers(1, 10**6, n_rows))
                made = pl.select(pl.format("$ {}", amounts)).to_series()
        cells[f"column {place}"] = made
    return pl.DataFrame(cells)


def main() -> None:
    """Write the table, profile it, print the stages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--no-target", action="store_true")
    parser.add_argument("--folder", type=Path, default=None, help="keep the table here")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    path = folder / f"mixed-{options.rows}x{options.columns}.csv"
    if not path.exists():
        mixed(options.rows, options.columns).write_csv(path)
    print(f"{path.name}: {path.stat().st_size / 1e6:.0f} MB")
    from justright.recipes.profile import profile

    stages = Stages()
    found = profile(path, None if options.no_target else "y", progress=stages)
    stages.stage("page")
    size = found.save(folder / "profile.html").stat().st_size
    stages.stage("text")
    found.text()
    stages.stage("")
    print(f"total {sum(stages.spent_s.values()):.1f} s; the page has {size / 1e6:.2f} MB")


class Stages:
    """Listens to a recipe and prints what each stage took."""

    def __init__(self) -> None:
        self.spent_s: dict[str, float] = {}
        self._name, self._start_s = "", time.perf_counter()

    def stage(self, name: str) -> None:
        """The stage before has ended."""
        now_s = time.perf_counter()
        if self._name:
            self.spent_s[self._name] = now_s - self._start_s
            print(f"{self._name:<12}{self.spent_s[self._name]:6.1f} s", flush=True)
        self._name, self._start_s = name, now_s

    def say(self, text: str) -> None:
        """Ignore it."""

    def warn(self, text: str) -> None:
        """Ignore it."""

    def training(self, *, done_share: float, best: str, left_s: float) -> None:
        """Ignore it."""

    def should_stop(self) -> bool:
        """Never."""
        return False


if __name__ == "__main__":
    main()

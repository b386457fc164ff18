"""Past runs of MLflow: its SQLite file, read as it is and never written, or its folder."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from justright.lab.past.mlflow_folder import experiments, read_folder
from justright.lab.past.mlflow_terms import Terms, past_run
from justright.lab.past.run import Damage, PastRun, Points

ORIGIN = "mlflow"
ENDINGS = (".db", ".sqlite", ".sqlite3")
_SQLITE = b"SQLite format 3\0"
_TABLES = {"experiments", "runs", "metrics", "params", "tags"}


def lies_at(path: Path) -> bool:
    """Whether there is a SQLite file of MLflow, or its folder."""
    return any(True for _ in _databases(path)) or (path.is_dir() and bool(experiments(path)))


def read(path: Path) -> Iterator[PastRun | Damage]:
    """The runs in a file or below a folder, and the files that are damaged.

    Args:
        path: A SQLite file, a folder with one, or a folder such as `mlruns`.
    """
    for file in _databases(path):
        try:
            yield from _database(file)
        except sqlite3.Error as error:
            yield Damage(str(file), f"{error}; what stands before was read")
    if path.is_dir():
        yield from read_folder(path)


def _databases(path: Path) -> Iterable[Path]:
    there = [path] if path.is_file() else sorted(path.glob("*")) if path.is_dir() else []
    for file in there:
        if file.suffix in ENDINGS and file.is_file() and _is_mlflow(file):
            yield file


def _is_mlflow(file: Path) -> bool:
    with file.open("rb") as opened:
        if opened.read(len(_SQLITE)) != _SQLITE:
            return False
    try:
        with closing(_open(file)) as connection:
            named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {name for (name,) in named} >= _TABLES
    except sqlite3.Error:
        # What is wrong with it is said when it is read.
        return True


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _database(file: Path) -> Iterator[PastRun]:
    with closing(_open(file)) as connection:
        columns = "r.run_uuid, r.name, r.status, r.start_time, r.end_time, e.name"
        rows = connection.execute(
            f"SELECT {columns} FROM runs r JOIN experiments e USING (experiment_id)"
            " WHERE r.lifecycle_stage = 'active' ORDER BY r.start_time, r.run_uuid"
        ).fetchall()
        for key, name, status, start, end, project in rows:
            params = dict(_pairs(connection, "params", key))
            tags = dict(_pairs(connection, "tags", key))
            terms = Terms(key, name or "", status or "", start or 0, end, project or "")
            yield past_run(terms, params, tags, _points(connection, key))


def _pairs(connection: sqlite3.Connection, table: str, key: str) -> list[tuple[str, str]]:
    sql = f"SELECT key, value FROM {table} WHERE run_uuid = ? ORDER BY key"
    return connection.execute(sql, (key,)).fetchall()


def _points(connection: sqlite3.Connection, key: str) -> Mapping[str, Points]:
    found: dict[str, Points] = defaultdict(Points)
    sql = "SELECT key, step, timestamp, value, is_nan FROM metrics WHERE run_uuid = ?"
    for name, step, at, value, is_nan in connection.execute(f"{sql} ORDER BY timestamp", (key,)):
        found[name].add(step, at / 1000, float("nan") if is_nan else value)
    return found

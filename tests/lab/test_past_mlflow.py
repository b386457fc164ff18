"""Past runs of MLflow: on SQLite, and in its folder, whose files are plain text."""

import sqlite3
from contextlib import closing

import pytest

from justright.lab.past import bring_in
from tests.lab.past import brought, curve_of, rows_of

# What its folder holds: by MLflow's file store, which the newest MLflow no longer writes.
FOLDER = {
    "1/meta.yaml": "experiment_id: '1'\nlifecycle_stage: active\nname: houses\n",
    "1/a0/meta.yaml": "run_id: a0\nrun_name: bold-owl\nstatus: 3\nlifecycle_stage: active\n"
    "start_time: 1000000\nend_time: 1060000\n",
    "1/a0/params/lr": "0.5",
    "1/a0/params/opt": "sgd",
    "1/a0/metrics/train/loss": "1000000 2.0 0\n1030000 1.0 10\n",
    "1/a0/metrics/final": "1060000 0.25 0\n",
    "1/a0/tags/best": "true",
    "1/a0/tags/mlflow.note.content": "as it was",
    "1/b0/meta.yaml": "run_id: b0\nstatus: 4\nstart_time: 1000000\nend_time: null\n",
    "1/b0/tags/mlflow.parentRunId": "a0",
    "1/gone/meta.yaml": "run_id: gone\nlifecycle_stage: deleted\nstart_time: 1\n",
}


def folder(path, files=FOLDER):
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def test_the_folder(tmp_path):
    pytest.importorskip("yaml")
    path = folder(tmp_path / "mlruns")
    # From the folder in which mlruns lies, as MLflow takes it.
    found = brought(path.parent, tmp_path / "runs.db")
    assert len(found.new) == 2 and not found.damages
    rows = rows_of(tmp_path / "runs.db")
    first, second = rows["bold-owl"], rows["b0"]
    assert (first.project, first.state, first.created) == ("houses", "finished", 1000.0)
    assert (first.seconds, first.tags) == (60.0, ("best",))
    assert (first.config, first.summary) == ({"lr": 0.5, "opt": "sgd"}, {"final": 0.25})
    assert curve_of(tmp_path / "runs.db", "bold-owl", "train/loss") == ([0, 10], [2, 1], [0, 30])
    assert (second.state, second.parent) == ("failed", first.uid)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("1/a0/metrics/final", "1060000 zero 0\n", "final has the line '1060000 zero 0'"),
        ("1/a0/meta.yaml", "run_id: [", "it is no YAML"),
        ("1/a0/meta.yaml", "", "it is cut off"),
    ],
)
def test_a_damaged_run_is_named_and_the_others_are_read(tmp_path, file, text, words):
    pytest.importorskip("yaml")
    path = folder(tmp_path / "mlruns", {**FOLDER, file: text})
    found = bring_in(path, tmp_path / "runs.db")
    assert [str(each) for each in found.damages] == [f"{path / '1/a0'}: {words}"]
    assert list(rows_of(tmp_path / "runs.db")) == ["b0"]


# The columns that are read, as MLflow 3.17 declares them; tests of the sinks read its own file.
SCHEMA = """
    CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name VARCHAR(256));
    CREATE TABLE runs (run_uuid VARCHAR(32) PRIMARY KEY, name VARCHAR(250), status VARCHAR(9),
        start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR(20), experiment_id INTEGER);
    CREATE TABLE metrics ("key" VARCHAR(250), value FLOAT, timestamp BIGINT, step BIGINT,
        is_nan BOOLEAN, run_uuid VARCHAR(32));
    CREATE TABLE params ("key" VARCHAR(250), value VARCHAR(8000), run_uuid VARCHAR(32));
    CREATE TABLE tags ("key" VARCHAR(250), value VARCHAR(8000), run_uuid VARCHAR(32));
    INSERT INTO experiments VALUES (1, 'houses');
    INSERT INTO runs VALUES ('a0', 'bold-owl', 'KILLED', 1000000, 1060000, 'active', 1),
        ('b0', 'in', 'RUNNING', 1010000, NULL, 'active', 1),
        ('c0', 'gone', 'FINISHED', 1000000, 1000000, 'deleted', 1);
    INSERT INTO metrics VALUES ('loss', 2.0, 1000000, 0, 0, 'a0'),
        ('loss', 1.0, 1030000, 10, 0, 'a0'), ('loss', 0.0, 1010000, 5, 1, 'a0');
    INSERT INTO params VALUES ('lr', '0.5', 'a0');
    INSERT INTO tags VALUES ('best', '', 'a0'), ('data', 'v2', 'a0'),
        ('mlflow.parentRunId', 'a0', 'b0');
"""


def database(path, schema=SCHEMA):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema)
    return path


def test_the_sqlite_file_is_read_and_not_written(tmp_path):
    file = database(tmp_path / "mlflow.db")
    before = file.read_bytes()
    assert len(brought(file, tmp_path / "runs.db").new) == 2
    assert file.read_bytes() == before

    rows = rows_of(tmp_path / "runs.db")
    row = rows["bold-owl"]
    assert (row.project, row.state, row.created, row.seconds) == ("houses", "interrupted", 1e3, 60)
    assert (row.config, row.tags, row.summary) == ({"lr": 0.5}, ("best",), {"data": "v2"})
    steps, values, seconds = curve_of(tmp_path / "runs.db", "bold-owl", "loss")
    assert (steps, seconds) == ([0, 5, 10], [0, 10, 30])
    assert values[::2] == [2.0, 1.0] and values[1] != values[1]
    assert (rows["in"].parent, rows["in"].state) == (row.uid, "killed")


def test_a_damaged_sqlite_file_is_named(tmp_path):
    file = database(tmp_path / "mlflow.db", SCHEMA.replace("start_time BIGINT,", "began BIGINT,"))
    found = bring_in(file, tmp_path / "runs.db")
    assert found.new == [] and "no such column: r.start_time" in str(found.damages[0])

"""Each fault of the file is said in words, and training goes on."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from justright.errors import LabError
from justright.lab import Lab, Store, schema, writer

ROOT = str(Path(__file__).parents[2] / "src")
NOBODY = 65534


@contextmanager
def nobody():
    """Without the rights of the superuser, whom no mode of a file stops."""
    if os.geteuid():
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def folder(tmp_path):
    """A folder that somebody else may look into, and not write to."""
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(0o755)
    made = tmp_path / "closed"
    made.mkdir()
    yield made
    made.chmod(0o755)


def some_runs(file):
    with Lab(file) as lab, lab.run("a") as run:
        run.log({"loss": 0.5})


def said(error):
    return error.value.seen, error.value.needed, error.value.try_


def test_a_folder_that_cannot_be_written(folder):
    folder.chmod(0o555)
    with nobody(), pytest.raises(LabError) as error:
        Lab(folder / "runs.db")
    seen, needed, try_ = said(error)
    assert "cannot be opened: unable to open database file" in seen
    assert "can be written" in needed and "--no-lab" in try_


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match="cannot be opened: Not a directory"):
        Lab(tmp_path / "file" / "deeper" / "runs.db")


def test_a_lab_that_cannot_be_written_can_be_read(folder):
    file = folder / "runs.db"
    some_runs(file)
    file.chmod(0o444)
    folder.chmod(0o555)
    with nobody(), Store(file) as store:
        assert store.run("a").figures["loss"].last == 0.5
        with pytest.raises(LabError, match="readonly"):
            store.rename(1, "b")


def test_there_is_no_lab(tmp_path):
    with pytest.raises(LabError) as error:
        Store(tmp_path / "runs.db")
    assert "there is no lab at" in said(error)[0] and "justright demo" in said(error)[2]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["text", "cut", "scrambled"])
def test_a_damaged_file(tmp_path, kind):
    file = tmp_path / "runs.db"
    some_runs(file)
    whole = file.read_bytes()
    if kind == "text":
        file.write_text("not a database, but long enough to be taken for one " * 40)
    elif kind == "cut":
        file.write_bytes(whole[: len(whole) // 3])
    else:
        file.write_bytes(whole[:4096] + b"\x77" * (len(whole) - 4096))
    for use in (lambda: Store(file).runs(), lambda: some_runs(file)):
        try:
            use()
        except LabError as error:
            assert "is damaged" in error.seen and "mv " in error.try_
        else:
            assert kind != "text"  # SQLite may find it only where it reads
    with pytest.raises(LabError, match="is damaged"):
        Store(file).runs()


def test_a_file_of_somebody_else(tmp_path):
    file = tmp_path / "photos.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE photo (id INTEGER)")
    connection.close()
    for use in (Store, Lab):
        with pytest.raises(LabError, match="not the lab's"):
            use(file)


def test_a_file_of_a_newer_justright(tmp_path):
    file = tmp_path / "runs.db"
    some_runs(file)
    with sqlite3.connect(file) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.close()
    for use in (Store, Lab):
        with pytest.raises(LabError, match="written by a newer Justright"):
            use(file)


def test_an_older_form_becomes_the_newest_and_keeps_its_runs(tmp_path, monkeypatch):
    file = tmp_path / "runs.db"
    some_runs(file)
    step = "ALTER TABLE run ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'; CREATE TABLE extra (a)"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with Store(file) as store:
        assert store.run("a").figures["loss"].last == 0.5
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT mood FROM run").fetchall() == [("calm",)]
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    connection.close()


def test_a_step_that_fails_leaves_the_older_form(tmp_path, monkeypatch):
    file = tmp_path / "runs.db"
    some_runs(file)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE extra (a); OH"))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(LabError, match="syntax error"):
        Store(file)
    monkeypatch.undo()
    with Store(file) as store:
        assert store.run("a").state == "finished"


def test_a_file_that_is_removed_while_runs_go_on(tmp_path, caplog):
    file = tmp_path / "runs.db"
    with Lab(file) as lab, lab.run("a") as run:
        run.log({"loss": 1.0})
        lab.flush()
        for own in tmp_path.iterdir():
            own.unlink()
        run.log({"loss": 2.0})
        assert not lab.flush(1.0)
        assert "was removed" in lab.trouble
    assert "the lab keeps nothing now" in caplog.text and "the training goes on" in caplog.text


TRAINING = """
import sys, time, resource, signal
sys.path.insert(0, sys.argv[1])
from justright.lab import Lab
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Lab(sys.argv[2]) as lab:
    with lab.run("first") as run:
        for step in range(100):
            run.log({"loss": float(step)}, step=step)
        lab.flush()
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    with lab.run("second") as run:
        for step in range(20_000):
            run.log({f"m{k}": step / 7 + k * step * step for k in range(20)}, step=step)
            if step % 4_000 == 0:
                time.sleep(0.3)
        print("trained", bool(lab.trouble))
        if sys.argv[4] == "room":
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            print(lab.flush(20), repr(lab.trouble))
"""


def full_disk(file, then):
    """A training on a disk that is full at half a megabyte."""
    return subprocess.run(
        [sys.executable, "-c", TRAINING, ROOT, file, "500000", then],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


def test_a_full_disk_stops_logging_and_not_the_training(tmp_path):
    file = tmp_path / "runs.db"
    ended = full_disk(file, "none")
    assert ended.stdout == "trained True\n"
    assert ended.stderr.count("the lab keeps nothing now") == 1
    assert "the lab gave up" in ended.stderr
    with Store(file) as store:  # what was written before is whole
        assert store.curve(store.run("first").id, "loss").values.tolist() == list(range(100))


def test_room_on_the_disk_again_loses_nothing(tmp_path):
    file = tmp_path / "runs.db"
    ended = full_disk(file, "room")
    assert ended.stdout == "trained True\nTrue ''\n"
    assert "the lab keeps again; 0 points were lost" in ended.stderr
    with Store(file) as store:
        assert store.run("second").figures["m3"].n == 20_000


def test_waiting_points_are_bounded(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(writer, "MOST_WAITING", 100)
    monkeypatch.setattr(writer, "RETRY_S", 0.05)
    file = tmp_path / "runs.db"
    with Lab(file) as lab:
        run = lab.run("a")
        lab.flush()
        held = sqlite3.connect(file, isolation_level=None)
        held.execute("PRAGMA query_only = 0")
        monkeypatch.setattr(writer.Writer, "_write", full)
        for step in range(1_000):
            run.log({"loss": 1.0}, step=step)
            if step % 100 == 0:
                time.sleep(0.1)
        time.sleep(0.3)
        monkeypatch.undo()
        run.finish()
        held.close()
    with Store(file) as store:
        row = store.run("a")
        assert row.state == "finished"
        assert 0 < row.figures["loss"].n <= 300
    assert "points were lost" in caplog.text


def full(self, items):
    raise sqlite3.OperationalError("database or disk is full")

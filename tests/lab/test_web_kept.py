"""Rows that are kept are those of the file, whatever changed since."""

from pathlib import Path

import pytest

from justright.lab import Lab, Store
from justright.lab.web import kept as module
from justright.lab.web.kept import Kept


@pytest.mark.parametrize("most_named", [0, 1_000], ids=["all anew", "one by one"])
def test_what_is_kept_is_what_is_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_named: int
) -> None:
    monkeypatch.setattr(module, "MOST_NAMED", most_named)
    with Lab(tmp_path / "runs.db") as lab, Store(tmp_path / "runs.db") as store:
        kept = Kept(store)
        assert kept.rows()[1] == ()
        first = lab.run("first", {"depth": 2})
        second = lab.run("second")
        steps = [
            lambda: first.log({"loss": 0.5}, step=1),
            lambda: second.finish(),
            lambda: lab.run("third").finish(),
            lambda: store.tag([1, 2], ["a"]),
            lambda: store.remove([2]),
            lambda: first.finish(),
        ]
        for step in steps:
            step()
            lab.flush()
            cursor, rows = kept.rows()
            assert list(rows) == store.runs() and cursor == store.cursor()
        assert [row.name for row in rows] == ["first", "third"]


def test_what_is_made_is_made_once_while_nothing_changes(tmp_path: Path) -> None:
    with Lab(tmp_path / "runs.db") as lab, Store(tmp_path / "runs.db") as store:
        kept, made = Kept(store), []
        for i in range(4):
            if i == 2:
                lab.run("new").finish()
                lab.flush()
            kept.made("names", lambda _, rows: made.append(len(rows)) or (len(rows),))
            kept.lasting("key", lambda: made.append("once") or (1,))
    assert made == [0, "once", 1]


def test_a_killed_run_is_seen_though_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Lab(tmp_path / "runs.db") as lab, Store(tmp_path / "runs.db") as store:
        run = lab.run("first")
        lab.flush()
        kept = Kept(store)
        assert kept.rows()[1][0].state == "running"
        monkeypatch.setattr("justright.lab.tables.is_alive", lambda *_: False)
        assert kept.rows()[1][0].state == "running"
        monkeypatch.setattr(module, "STALE_S", 0.0)
        assert kept.rows()[1][0].state == "killed"
        run.finish()

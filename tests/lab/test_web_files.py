"""No path leads out of the folder of the lab."""

import time
from pathlib import Path

import pytest

from justright.errors import DataError
from justright.lab import Lab
from justright.lab.web import app, files
from justright.lab.web.call import Refused
from justright.lab.web.files import confined, tables
from justright.lab.web.services import Services
from justright.recipes.lab import columns, services
from tests.lab.serving import ask, serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for place in (inside / "deep", inside / ".git", inside / "node_modules", outside):
        place.mkdir(parents=True)
        (place / "rows.csv").write_text("a,b\n1,2\n")
    (inside / "top.parquet").write_bytes(b"")
    (inside / "notes.txt").write_text("x")
    (inside / "link.csv").symlink_to(outside / "rows.csv")
    (inside / "ring.csv").symlink_to(inside / "ring.csv")
    (inside / "away").symlink_to(outside)
    return inside.resolve()


def test_offers_tables_alone(folder: Path) -> None:
    assert sorted(tables(folder)) == [("deep/rows.csv", 8), ("top.parquet", 0)]


def test_stops_looking_in_endless_folders(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_SEEN", 3)
    assert len(list(tables(folder))) <= 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("deep/rows.csv", 0),
        ("./deep/../deep/rows.csv", 0),
        ("../outside/rows.csv", 403),
        ("/etc/passwd", 403),
        ("link.csv", 403),
        ("away/rows.csv", 403),
        ("notes.txt", 403),
        ("ring.csv", 404),
        ("nobody.csv", 404),
        ("a" * 900 + ".csv", 404),
        ("deep/rows.csv\0.csv", 403),
    ],
)
def test_confined(folder: Path, path: str, status: int) -> None:
    if not status:
        assert confined(folder, path) == folder / "deep" / "rows.csv"
        return
    with pytest.raises(Refused) as caught:
        confined(folder, path)
    assert caught.value.status == status and "outside" not in str(caught.value).replace(path, "")


def test_errors_name_no_place_of_the_machine(folder: Path) -> None:
    Lab(folder / "runs.db").close()

    def fail(path: Path) -> list[str]:
        raise DataError(f"{path} is odd, and {folder}", f"not {Path.home()}/x", try_="else")

    with serving(folder / "runs.db", Services(columns=fail)) as server:
        listed = ask(server, "GET", "/api/files").json
        reply = ask(server, "GET", "/api/columns?path=deep/rows.csv")
        outside = ask(server, "GET", "/api/columns?path=../outside/rows.csv")
    assert [each["path"] for each in listed] == ["top.parquet", "deep/rows.csv"]
    assert reply.status == 400 and outside.status == 403
    assert reply.json["seen"] == "deep/rows.csv is odd, and ." and reply.json["needed"] == "not ~/x"


def test_a_fault_of_ours_says_little_and_a_long_work_is_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app, "LONGEST_S", 0.2)
    Lab(folder / "runs.db").close()

    def fail(path: Path) -> list[str]:
        if path.suffix == ".csv":
            raise RuntimeError(f"secret of {path}")
        time.sleep(0.5)
        return []

    with serving(folder / "runs.db", Services(columns=fail)) as server:
        ours = ask(server, "GET", "/api/columns?path=deep/rows.csv")
        long = ask(server, "GET", "/api/columns?path=top.parquet")
        after = ask(server, "GET", "/api/state")
    assert (ours.status, long.status, after.status) == (500, 503, 200)
    assert b"secret" not in ours.body and "needed" in ours.json and "needed" in long.json
    assert "RuntimeError: secret" in caplog.text and "Traceback" not in caplog.text


def test_columns_of_a_long_text_are_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    row = '1;"some words"\n'
    path.write_text("a;b\n" + row * 300_000 + "3;4;5\n")  # the end would be refused
    assert columns(path) == ["a", "b"]
    found = services().columns
    assert found is not None and found(path) == ["a", "b"]

"""A folder is whole or is not there, and says which of its files is not as it was."""

import errno
import hashlib
import json
import os
import pathlib
import subprocess
import sys

import pytest

from justright.errors import ModelError
from justright.recipes import folder as room
from justright.recipes.folder import MANIFEST, Manifest, decoded, read_folder, write_folder

FILES = {"weights": bytes(range(256)) * 64, "design.json": b"{}", "card.md": b"# card\n"}
NAMES = tuple(FILES)


@pytest.fixture
def written(tmp_path):
    write_folder(tmp_path / "model", FILES)
    return tmp_path / "model"


def test_what_is_written_is_read(written):
    assert read_folder(written, NAMES) == FILES
    assert {path.name for path in written.iterdir()} == {*FILES, MANIFEST}
    assert [path.name for path in written.parent.iterdir()] == ["model"]


def test_an_empty_folder_is_filled_and_parents_are_made(tmp_path):
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "not" / "yet" / "there"):
        write_folder(place, FILES)
        assert read_folder(place, NAMES) == FILES


@pytest.mark.parametrize("what", ["a file", "a full folder"])
def test_nothing_is_overwritten(what, tmp_path):
    place = tmp_path / "model"
    if what == "a file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / "mine").touch()
    with pytest.raises(ModelError, match="exists already") as caught:
        write_folder(place, FILES)
    assert "model-2" in caught.value.try_
    assert place.read_text() == "mine" if place.is_file() else [*place.iterdir()]


# ---- killed, and out of room -------------------------------------------------------------------

#: Kills itself at the k-th touch of the disk, before it or in its midst.
VICTIM = """
import os, pathlib, signal, sys
from justright.recipes import folder as room
from justright.recipes.folder import write_folder

def at(k, half=None):
    count[0] += 1
    if count[0] == k:
        if half is not None:
            half()
        os.kill(os.getpid(), signal.SIGKILL)

class Slow:
    def __init__(self, file):
        self.file = file
    def __enter__(self):
        return self
    def __exit__(self, *_):
        self.file.close()
    def write(self, content):
        def half():
            self.file.write(content[: len(content) // 2])
            self.file.flush()
        at(k, half)
        self.file.write(content)
    def __getattr__(self, name):
        return getattr(self.file, name)

def counted(function):
    def call(*args, **options):
        at(k)
        return function(*args, **options)
    return call

def run(place):
    global count
    count = [0]
    before = pathlib.Path.open
    pathlib.Path.open = lambda self, *a, **o: Slow(before(self, *a, **o))
    os.fsync = counted(os.fsync)
    for name in ("mkdir", "rename"):
        setattr(pathlib.Path, name, counted(getattr(pathlib.Path, name)))
    write_folder(pathlib.Path(place), FILES)

FILES = {"weights": bytes(range(256)) * 64, "design.json": b"{}", "card.md": b"# card"}
base, k = sys.argv[1], 0
while True:
    k += 1
    child = os.fork()
    if child == 0:
        run(f"{base}/model-{k}")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(k, "done" if status == 0 else "killed")
    if status == 0:
        break
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment_there_is_a_whole_folder_or_none(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", VICTIM, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    lines = ended.stdout.split("\n")[:-1]
    assert lines[-1].endswith("done"), ended.stderr
    # A folder is made, 4 files are written and synced, it is renamed, and its parent synced.
    assert len(lines) - 1 == 1 + 4 * 2 + 1 + 1
    there = []
    for line in lines:
        k, place = line.split()[0], tmp_path / f"model-{line.split()[0]}"
        if place.exists():
            there.append(int(k))
            assert set(read_folder(place, NAMES)) == set(FILES)
        # What is left of the draft is no hindrance to the next try.
        write_folder(tmp_path / f"again-{k}", FILES)
    assert there == [11, 12]


@pytest.mark.parametrize("k", range(1, 5))
def test_a_full_disk_leaves_nothing_behind(k, tmp_path, monkeypatch):
    sync, count = os.fsync, [0]

    def full(handle):
        count[0] += 1
        if count[0] == k:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match="No space left on device") as caught:
        write_folder(tmp_path / "model", FILES)
    assert "a disk with room" in caught.value.needed
    assert [*tmp_path.iterdir()] == []
    write_folder(tmp_path / "model", FILES)  # the next try finds its place free


def test_a_parent_that_cannot_be_synced_does_no_harm(tmp_path, monkeypatch):
    def no_handle(path, *_):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(room.os, "open", no_handle)
    write_folder(tmp_path / "model", FILES)
    assert read_folder(tmp_path / "model", NAMES) == FILES


def test_interrupted_while_writing_nothing_is_left(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "_write_synced", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "model", FILES)
    assert [*tmp_path.iterdir()] == []


def test_the_draft_of_a_killed_run_is_no_hindrance(tmp_path, monkeypatch):
    # In a container the process has the same number each time.
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: os.kill(0, 0))
    monkeypatch.setattr(room.shutil, "rmtree", lambda *_, **__: None)
    monkeypatch.setattr(pathlib.Path, "rename", lambda *_: (_ for _ in ()).throw(OSError(5, "io")))
    with pytest.raises(ModelError):
        write_folder(tmp_path / "model", FILES)
    assert len([*tmp_path.iterdir()]) == 1  # as a kill would leave it
    monkeypatch.undo()
    assert os.fsync is sync
    write_folder(tmp_path / "model", FILES)
    assert read_folder(tmp_path / "model", NAMES) == FILES


# ---- reading what is not right -----------------------------------------------------------------


def refused(place, names=NAMES):
    with pytest.raises(ModelError) as caught:
        read_folder(place, names)
    assert caught.value.try_
    return str(caught.value)


def test_no_such_folder(tmp_path):
    assert "does not exist" in refused(tmp_path / "model")
    (tmp_path / "model").touch()
    assert "is a file" in refused(tmp_path / "model")


def test_an_empty_folder_is_no_model(tmp_path):
    assert MANIFEST in refused(tmp_path)


HARMS = {
    "cut short": lambda content: content[: len(content) // 2],
    "emptied": lambda content: b"",
    "longer": lambda content: content + b" ",
    "a byte changed": lambda content: bytes([content[0] ^ 1]) + content[1:],
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_harmed_file_is_named(harm, name, written):
    (written / name).write_bytes(harm((written / name).read_bytes()))
    said = refused(written)
    assert name in said and "not as it was written" in said


@pytest.mark.parametrize("name", [*NAMES, MANIFEST])
def test_a_missing_file_is_named(name, written):
    (written / name).unlink()
    assert f"{name} cannot be read" in refused(written)
    (written / name).mkdir()
    assert f"{name} cannot be read" in refused(written)


BAD_MANIFESTS = {
    "cut short": b'{"version": 1, "sha',
    "empty": b"",
    "no object": b"[]",
    "no sums": b'{"version": 1}',
    "sums of numbers": b'{"version": 1, "sha256": {"weights": 3}}',
    "not UTF-8": b'{"version": 1, "sha256": {"\xff": "\xff"}}',
    "binary": bytes(range(200)),
}


@pytest.mark.parametrize("content", BAD_MANIFESTS.values(), ids=BAD_MANIFESTS)
def test_a_harmed_manifest_is_named(content, written):
    (written / MANIFEST).write_bytes(content)
    assert MANIFEST in refused(written)


def test_a_manifest_that_forgets_a_file(written):
    sums = {"weights": hashlib.sha256(FILES["weights"]).hexdigest()}
    (written / MANIFEST).write_text(json.dumps({"version": 1, "sha256": sums}))
    assert read_folder(written, ("weights",))
    assert "design.json" in refused(written)


@pytest.mark.parametrize("version", [0, 2, 99])
def test_another_version_is_refused(version, written):
    found = json.loads((written / MANIFEST).read_bytes()) | {"version": version}
    (written / MANIFEST).write_text(json.dumps(found))
    said = refused(written)
    assert f"version {version}" in said and "version 1" in said


def test_decoded_names_the_place():
    assert decoded(b'{"version": 1, "sha256": {}}', Manifest, "x") == Manifest(1, {})
    with pytest.raises(ModelError, match=r"model/manifest.json cannot be understood") as caught:
        decoded(b"{}", Manifest, "model/manifest.json")
    assert "the JSON of a Manifest" in caught.value.needed

"""Past runs that W&B kept offline: what wandb itself writes, and its file format."""

import struct
import zlib

import pytest

from justright.lab.past import bring_in
from justright.lab.past.wandb_log import records
from tests.lab.past import brought, curve_of, rows_of

HEAD = struct.pack("<4sHB", b":W&B", 0xBEE1, 0)
BLOCK = 32_768


def log(*bodies, damage=None):
    """Bodies as a LevelDB log, by its specification: parts that fill blocks of 32 KiB."""
    found = bytearray(HEAD)
    for body in bodies:
        rest, first = body, True
        while True:
            room = BLOCK - len(found) % BLOCK
            if room < 7:
                found += bytes(room)
                room = BLOCK
            part, rest = rest[: room - 7], rest[room - 7 :]
            form = (1 if first else 4) if not rest else (2 if first else 3)
            checksum = zlib.crc32(bytes([form]) + part)
            found += struct.pack("<IHB", checksum, len(part), form) + part
            first = False
            if not rest:
                break
    return bytes(found)


@pytest.mark.parametrize(
    "sizes",
    [(0, 1, 10), (100_000,), (BLOCK - 7 - 7,), (BLOCK - 7 - 7 - 6, 5), (BLOCK - 7 - 7 - 7, 5)],
)
def test_records_of_any_length_come_back(sizes):
    bodies = [bytes([i % 256 for i in range(size)]) for size in sizes]
    assert list(records(log(*bodies))) == bodies


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (log(b"one", b"two")[:-1], "it is cut off"),
        (log(b"one", b"two")[:-8], "it is cut off"),
        (log(b"one", b"two").replace(b"two", b"too"), "it is damaged at byte 17"),
        (log(b"x" * 40_000)[:BLOCK], "it is cut off"),
        (b"", "it is no file of W&B"),
    ],
)
def test_damage_is_told(body, words):
    with pytest.raises(ValueError, match=words):
        list(records(body))


@pytest.fixture
def wandb(tmp_path, monkeypatch):
    module = pytest.importorskip("wandb")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WANDB_SILENT", "true")
    yield module
    module.teardown()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_a_run_of_the_users_own(wandb, tmp_path):
    run = wandb.init(
        project="houses",
        name="bold-owl",
        group="seeds",
        tags=["best"],
        notes="as it was",
        config={"lr": 0.5, "net": {"depth": 3}, "layers": [8, 8]},
        mode="offline",
        settings=wandb.Settings(console="off", x_disable_stats=True),
    )
    run.define_metric("val/*", step_metric="epoch")
    for step in range(4):
        run.log({"loss": 1 / (step + 1), "deep": {"norm": float(step)}}, step=10 * step)
    for epoch in (1, 2):
        run.log({"val/acc": epoch / 4, "epoch": epoch})
    run.log({"rows": wandb.Table(columns=["x"], data=[[1]])})
    run.summary["rmse"] = 0.25
    run.config.update({"lr": 0.25}, allow_val_change=True)
    run.finish(exit_code=1)

    found = brought(tmp_path / "wandb", tmp_path / "runs.db")
    assert len(found.new) == 1 and not found.damages
    row = rows_of(tmp_path / "runs.db")["bold-owl"]
    assert (row.kind, row.project, row.group, row.state) == ("import", "houses", "seeds", "failed")
    assert row.config == {"lr": 0.25, "net.depth": 3, "layers": "[8, 8]"}
    assert (row.tags, row.summary) == (("best",), {"rmse": 0.25})
    loss = curve_of(tmp_path / "runs.db", "bold-owl", "loss")
    assert loss[:2] == ([0, 10, 20, 30], [1, 1 / 2, 1 / 3, 1 / 4])
    assert curve_of(tmp_path / "runs.db", "bold-owl", "val/acc")[:2] == ([1, 2], [0.25, 0.5])
    assert set(row.figures) == {"loss", "deep.norm", "val/acc"}

    # Cut off, as by a full disk: what stands before is read, and the file is named.
    (file,) = (tmp_path / "wandb").glob("offline-run-*/*.wandb")
    file.write_bytes(file.read_bytes()[:-40])
    (file.parent / "other.wandb").write_bytes(b"no such thing")
    again = bring_in(tmp_path / "wandb", tmp_path / "other.db")
    words = {each.path.split("/")[-1]: each.words for each in again.damages}
    assert words["other.wandb"].startswith("it is no file of W&B")
    assert words[file.name].startswith("it is cut off") and len(again.new) == 1
    assert rows_of(tmp_path / "other.db")["bold-owl"].state == "killed"

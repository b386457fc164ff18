"""Past runs in event files, written by TensorBoard's own writer."""

import pytest

from justright.errors import LabError
from justright.lab.past import bring_in
from tests.lab.past import brought, curve_of, rows_of

pytest.importorskip("tensorboard")


@pytest.fixture
def write():
    """Writes scalars (step, value) of one metric as an event file; `form` as TF 1 or TF 2 did."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.hparams.summary_v2 import hparams_pb
    from tensorboard.plugins.scalar.metadata import create_summary_metadata
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    from tensorboard.util.tensor_util import make_tensor_proto

    def work(folder, points, *, form=1, hparams=None, start=1_000.0):
        writer = EventFileWriter(str(folder))
        if hparams:
            event = Event(wall_time=start)
            event.summary.ParseFromString(hparams_pb(hparams).SerializeToString())
            writer.add_event(event)
        for i, (step, value) in enumerate(points):
            if form == 1:
                one = Summary.Value(tag="loss", simple_value=value)
            else:
                meta = create_summary_metadata(display_name="", description="") if not i else None
                one = Summary.Value(tag="loss", metadata=meta, tensor=make_tensor_proto(value))
            summary = Summary(value=[one])
            writer.add_event(Event(wall_time=start + step, step=step, summary=summary))
        writer.close()

    return work


@pytest.mark.parametrize("form", [1, 2])
def test_curves_config_and_times(write, tmp_path, form):
    config = {"lr": 0.5, "opt": "sgd", "deep": True}
    write(tmp_path / "logs" / "try 1", [(0, 1.0), (2, 0.5)], form=form, hparams=config)
    write(tmp_path / "logs" / "try 2", [(0, 2.0), (1, 1.0)], form=form)
    assert len(brought(tmp_path / "logs", tmp_path / "runs.db").new) == 2
    row = rows_of(tmp_path / "runs.db")["try 1"]
    assert (row.kind, row.state, row.project, row.config) == ("import", "finished", "logs", config)
    assert (row.created, row.seconds) == (1_000.0, 2.0)
    assert curve_of(tmp_path / "runs.db", "try 1", "loss") == ([0, 2], [1.0, 0.5], [0, 2])


def test_a_run_that_was_resumed_is_one_curve(write, tmp_path):
    write(tmp_path / "logs", [(0, 3.0), (1, 2.0), (2, 9.0)])
    write(tmp_path / "logs", [(2, 1.0), (3, 0.5)], start=2_000.0)
    first, second = sorted((tmp_path / "logs").iterdir(), key=lambda own: own.stat().st_mtime_ns)
    first.rename(tmp_path / "logs" / "events.out.tfevents.1.host.1.9")
    second.rename(tmp_path / "logs" / "events.out.tfevents.1.host.1.10")  # by name the earlier
    brought(tmp_path / "logs", tmp_path / "runs.db")
    steps, values, _ = curve_of(tmp_path / "runs.db", "logs", "loss")
    assert (steps, values) == ([0, 1, 2, 3], [3.0, 2.0, 1.0, 0.5])


@pytest.mark.parametrize(
    ("damage", "words", "n_points"),
    {
        "cut off": (lambda body: body[:-5], "it is cut off", 9),
        "a length changed": (lambda body: body[:1] + b"\xff" + body[2:], "damaged at byte 0", 0),
        "an event changed": (lambda body: body[:12] + b"\xff" * 9 + body[21:], "is no event", 0),
        "something else": (lambda body: b"these are no records at all", "damaged at byte 0", 0),
        "empty": (lambda body: b"", None, 0),
    }.values(),
)
def test_a_damaged_file_is_named_and_the_others_are_read(write, tmp_path, damage, words, n_points):
    write(tmp_path / "logs" / "bad", [(step, 1.0) for step in range(10)])
    write(tmp_path / "logs" / "good", [(0, 1.0), (1, 0.5)])
    (file,) = (tmp_path / "logs" / "bad").glob("*")
    file.write_bytes(damage(file.read_bytes()))
    said = []
    found = bring_in(tmp_path / "logs", tmp_path / "runs.db", said=said.append)
    assert [each.path for each in found.damages] == ([str(file)] if words else [])
    assert not words or (words in said[0] and str(file) in said[0])
    rows = rows_of(tmp_path / "runs.db")
    assert "good" in rows and ("bad" in rows) == bool(n_points)
    if n_points:
        assert rows["bad"].figures["loss"].n == n_points


def test_the_package_is_named_where_it_is_missing(write, tmp_path, monkeypatch):
    write(tmp_path / "logs", [(0, 1.0)])
    monkeypatch.setattr("justright.lab.past.tensorboard.find_spec", lambda name: None)
    with pytest.raises(LabError, match=r"pip install 'justright\[tensorboard\]'"):
        bring_in(tmp_path / "logs", tmp_path / "runs.db")

"""What is logged is what is read, whoever writes and however it ends."""

import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from justright.kinds import Decision, Design, Finding, Severity, Task
from justright.lab import Lab, Store, blocks
from justright.lab.rows import Cursor

ROOT = str(Path(__file__).parents[2] / "src")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "runs.db"


def script(file, body):
    """A process that writes to a lab."""
    text = f"import sys; sys.path.insert(0, {ROOT!r})\nfrom justright.lab import Lab\n"
    text += f"lab = Lab({str(file)!r}, project='p')\n{body}"
    return subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


floats = st.floats(allow_nan=True, allow_infinity=True)


@settings(max_examples=50, deadline=None)
@given(hnp.arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e300, 1e300)))
def test_an_axis_comes_back_to_the_bit(values):
    assert np.array_equal(blocks.unpack_axis(blocks.pack_axis(values), len(values)), values)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.dictionaries(
                st.sampled_from(["loss", "a/x", "a/y", "naïve 'name'"]), floats, min_size=1
            ),
        ),
        min_size=1,
        max_size=40,
    )
)
@example([(0, {"loss": 0.0, "a/x": 0.0}), (0, {"loss": 1.0}), (0, {"loss": 0.0, "a/x": 0.0})])
def test_every_point_is_read_as_it_was_logged(tmp_path_factory, points):
    file = tmp_path_factory.mktemp("lab") / "runs.db"
    wanted: dict[tuple[int, str], list[tuple[int, float]]] = {}
    with Lab(file) as lab:
        runs = [lab.run(str(k)) for k in range(4)]
        for step, (k, values) in enumerate(points):
            runs[k].log(values, step=step)
            if step % 7 == 3:
                lab.flush()  # blocks of every size
            for name, value in values.items():
                wanted.setdefault((k, name), []).append((step, value))
        for run in runs[:2]:
            run.finish()  # joined into one block; the others are left as they are
    with Store(file) as store:
        ids = {row.name: row.id for row in store.runs()}
        for name in ("loss", "a/x", "a/y", "naïve 'name'"):
            found = store.curves(name, ids.values())
            for k in range(4):
                pairs = wanted.get((k, name), [])
                curve = found.get(ids[str(k)])
                assert (curve is None) == (not pairs)
                if pairs:
                    assert curve.steps.tolist() == [step for step, _ in pairs]
                    np.testing.assert_array_equal(curve.values, [value for _, value in pairs])
                    figure = store.run(ids[str(k)]).figures[name]
                    finite = [v for _, v in pairs if math.isfinite(v)]
                    low, high = (min(finite), max(finite)) if finite else (None, None)
                    last = finite[-1] if finite else None
                    assert (figure.n, figure.low, figure.high) == (len(pairs), low, high)
                    assert figure.last == last


def test_everything_of_a_run_comes_back(file, tmp_path):
    task = Task(kind="regression", target="price")
    depth = Decision(lever="depth", value=3, origin="user", rule="user", reason="a", source="b")
    found = Finding(check="dead-units", severity=Severity.WARN, sign="s", meaning="m", remedy="r")
    weights = tmp_path / "weights"
    weights.write_bytes(b"abc")
    with Lab(file, project="houses") as lab:
        fit = lab.run("fit", {"a": {"b": 1}, "c": [1]}, kind="fit", tags=["x"], notes="**so**")
        fit.design(Design(task=task, decisions=(depth,)))
        fit.data("f00", "houses.csv", 100, 4)
        fit.find(found)
        fit.keep(weights)
        fit.configure({"late": True})
        fit.summary["rmse"] = float("inf")
        fit.summarise({"words": "fine"})
        member = lab.run("m", kind="member", parent=fit, group="final")
        member.curves([10, 20, 30], {"train_loss": [3.0, None, 1.0], "g/fc": [1, 2, 3]})
        fit.finish()
        member.finish("interrupted")
    with Store(file) as store:
        row = store.run("fit")
        assert row.config == {"a.b": 1, "c": "[1]", "late": True}
        assert row.summary == {"rmse": None, "words": "fine"}
        assert (row.project, row.tags, row.state) == ("houses", ("x",), "finished")
        assert store.design(row.design)["decisions"][0]["value"] == 3
        assert store.data(row.data)["n_rows"] == 100
        assert store.events(row.id, ["finding"])[0].data["check"] == "dead-units"
        assert [note.text for note in store.notes(row.id)] == ["**so**"]
        sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert [(own.sha256, own.n_bytes) for own in store.artifacts(row.id)] == [(sha, 3)]
        (child,) = store.runs(parent=row.uid)
        assert (child.group, child.state, child.n_steps) == ("final", "interrupted", 30)
        np.testing.assert_array_equal(store.curve(child.id, "train_loss").values, [3, np.nan, 1])
        assert store.curve(child.id, "g/fc", after=10).steps.tolist() == [20, 30]
        assert [own.name for own in store.metrics()] == ["g/fc", "train_loss"]


def test_edits_and_what_changed(file):
    with Lab(file) as lab, lab.run("a") as run:
        one, other = run.id, lab.run("b", kind="member", parent=run).id
        with Store(file) as store:
            begin = store.cursor()
            assert store.changed(begin).runs == ()
            run.log({"loss": 1.0})
            lab.flush()
            seen = store.changed(begin)
            assert (seen.runs, seen.metrics) == ((one,), ("loss",))
            store.tag([one, other], add=["x", "y"], remove=["z"])
            store.tag([one], remove=["x"])
            store.rename(one, "c")
            store.pin([one])
            store.paint(one, "#112233")
            store.note(one, "first")
            store.note(one, "second")
            assert set(store.changed(seen.cursor).runs) == {one, other}
            row = store.run("c")
            assert (row.tags, row.pinned, row.colour) == (("y",), True, "#112233")
            assert [note.text for note in store.notes(one)] == ["second"]
            store.keep_view("mine", {"charts": [1]})
            assert store.view("mine").body == {"charts": [1]}
            store.drop_view("mine")
            assert store.view("mine") is None
            assert store.remove([one]) == 2  # its member goes with it
            assert store.runs() == [] and store.metrics() == []
            assert store.changed(Cursor()).runs == (one, other)


def test_a_value_that_is_no_number_is_named_once_and_the_others_are_kept(file, caplog):
    with Lab(file) as lab, lab.run("a") as run:
        for _ in range(3):
            run.log({"loss": np.float32(0.5), "word": "no", "deep": {"er": 2}})
    assert [record.message for record in caplog.records] == [
        "'word' is a str: only numbers are kept as curves"
    ]
    with Store(file) as store:
        assert sorted(store.run("a").figures) == ["deep.er", "loss"]
        assert store.curve(1, "loss").steps.tolist() == [0, 1, 2]


def test_text_that_no_file_takes_harms_nothing(file):
    odd = "caf\udce9"
    with Lab(file) as lab, lab.run(odd, {odd: odd}, tags=[odd], notes=odd, source=odd) as run:
        run.log({odd: 1.0, 7: 2.0})
        run.event("say", {"text": odd, "more": [odd]})
        run.summary[odd] = odd
    with Store(file) as store:
        row = store.run("caf?")
        assert (row.config, row.summary, row.tags) == (
            {"caf?": "caf?"},
            {"caf?": "caf?"},
            ("caf?",),
        )
        assert sorted(row.figures) == ["7", "caf?"]
        assert store.events(row.id)[0].data == {"text": "caf?", "more": ["caf?"]}


def test_a_run_that_cannot_be_written_harms_no_other(file, caplog):
    with Lab(file) as lab, lab.run("good") as good, lab.run("bad") as bad:
        lab.flush()
        bad._writer.items.append((bad, 0.0, 0.0, ("a",), ("no number",)))
        good.log({"loss": 1.0})
    with Store(file) as store:
        assert store.run("good").figures["loss"].last == 1.0
        assert store.run("good").state == "finished"
    assert "could not keep" in caplog.text


@pytest.mark.parametrize(
    ("error", "state"), [(ValueError("no"), "failed"), (KeyboardInterrupt(), "interrupted")]
)
def test_an_error_ends_the_run_and_passes_through(file, error, state):
    with Lab(file) as lab, pytest.raises(type(error)), lab.run("a"):
        raise error
    with Store(file) as store:
        assert store.run("a").state == state


def test_eight_processes_write_at_once(file):
    body = """
import sys
for k in range(5):
    with lab.run(f"{sys.argv[1:]}{k}") as run:
        for step in range(200):
            run.log({"loss": step * 2.0, f"own/{k}": 1}, step=step)
lab.close()
"""
    processes = [script(file, body) for _ in range(8)]
    ends = [(process.communicate(timeout=120), process.returncode) for process in processes]
    assert all(code == 0 and err == "" for (_, err), code in ends)
    with Store(file) as store:
        rows = store.runs()
        assert len(rows) == 40 and {row.state for row in rows} == {"finished"}
        for curve in store.curves("loss", [row.id for row in rows]).values():
            assert curve.values.tolist() == [step * 2.0 for step in range(200)]


def test_kill_9_loses_at_most_the_last_second(file):
    """Fifty kills: five writers at once, ten times over, at random moments."""
    body = """
import time
run = lab.run("killed", {"pid": __import__("os").getpid()})
for step in itertools.count():
    now = time.time()
    run.log({"at": now}, step=step)
    print(now, flush=True)
    time.sleep(0.004)
""".replace("import time\n", "import time, itertools\n", 1)
    rng = random.Random(0)
    said = {}
    for _ in range(10):
        processes = [script(file, body) for _ in range(5)]
        for process in processes:
            process.stdout.readline()  # it has begun
        for process in processes:
            time.sleep(rng.uniform(0.0, 0.4))
            process.send_signal(signal.SIGKILL)
        for process in processes:
            out, _ = process.communicate()
            said[process.pid] = float(out.split()[-1]) if out.split() else None
    with Store(file) as store:
        rows = store.runs()
        assert {row.state for row in rows} == {"killed"} and len(rows) > 25
        for row in rows:
            last = said[row.config["pid"]]
            curve = store.curve(row.id, "at")
            assert np.array_equal(curve.steps, np.arange(len(curve.steps)))
            newest = curve.values[-1] if len(curve.values) else row.created
            assert last is None or last - newest < 1.0
        assert len(store.curves("at", [row.id for row in rows])) > 25


def test_a_child_that_is_forked_goes_on(file):
    with Lab(file) as lab, lab.run("a") as run:
        run.log({"loss": 1.0}, step=1)
        lab.flush()
        pid = os.fork()
        if not pid:
            run.log({"loss": 2.0}, step=2)
            lab.flush()
            os._exit(0)
        os.waitpid(pid, 0)
        run.log({"loss": 3.0}, step=3)
    with Store(file) as store:
        assert store.curve(1, "loss").values.tolist() == [1, 2, 3]


def test_a_run_that_nobody_ended_ends_with_its_process(file):
    for body in ("lab.run('a').log({'x': 1})", "lab.run('b').log({'x': 1})\nraise ValueError"):
        script(file, body).communicate(timeout=60)
    with Store(file) as store:
        assert [(row.name, row.state) for row in store.runs()] == [
            ("a", "finished"),
            ("b", "failed"),
        ]
        assert len(store.curves("x", (1, 2))) == 2


def test_thousands_of_members_stay_quick_to_list(file):
    with Lab(file) as lab:
        parent = lab.run("fit", kind="fit")
        for k in range(2_000):
            member = lab.run(str(k), {"seed": k}, kind="member", parent=parent)
            member.curves(range(50), {"loss": [float(k)] * 50})
            member.finish()
        assert lab.flush(30)
    with Store(file) as store:
        members = store.runs(parent=parent.uid)
        assert [row.config["seed"] for row in members] == list(range(2_000))
        curves = store.curves("loss", [row.id for row in members])
        assert all(curve.values[0] == k for k, curve in enumerate(curves.values()))


def test_the_process_that_writes_loads_no_torch(file):
    body = "assert 'torch' not in sys.modules; print(json.dumps(1))"
    process = script(file, "import json\n" + body)
    out, err = process.communicate(timeout=60)
    assert (json.loads(out), err) == (1, "")

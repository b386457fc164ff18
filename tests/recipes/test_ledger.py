"""What fits, questions and searches leave in the lab, and that the lab never hurts them."""

import logging
import math
import os
import signal
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from justright.kinds import Finding, Severity, Trace
from justright.lab import Lab, Store
from justright.recipes import ledger_members
from justright.recipes.ask import ask
from justright.recipes.crew import Crew
from justright.recipes.fit import fit
from justright.recipes.lab_place import harmless
from justright.recipes.ledger_members import COST_S, LOOK_S, SHARE, Members
from justright.recipes.progress import Silent
from justright.recipes.resume import resume
from justright.train.course import Course
from justright.train.population import Outcome
from tests.recipes.small import QUICK, table
from tests.train.small import BASE

#: Nothing hangs on the clock: no sweep, four epochs.
STEADY = {"time_s": 60.0, "overrides": {**QUICK["overrides"], "learning_rate": 0.01}}


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.WARNING, logger="justright.lab")


def runs(path):
    """The runs of a file by kind: one journey, and its members by group."""
    with Store(path) as store:
        rows = store.runs()
    members = [row for row in rows if row.kind == "member"]
    (journey,) = [row for row in rows if row.kind != "member"]
    assert {row.parent for row in members} <= {journey.uid}
    return journey, members


def curve(path, row, metric):
    with Store(path) as store:
        return store.curve(row.id, metric)


def close(values, curve):
    """Whether a curve holds a trace's values; None is NaN."""
    return np.array_equal(np.array(values, dtype=float), curve.values, equal_nan=True)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A fit with a sweep, and the file that it wrote."""
    path = tmp_path_factory.mktemp("lab") / "runs.db"
    return fit(table("binary"), "y", lab=path, **QUICK), path


def test_a_fit_is_a_run_with_all_that_its_record_says(kept):
    model, path = kept
    journey, members = runs(path)
    record = model.run
    assert (journey.kind, journey.state, journey.command) == ("fit", "finished", record.command)
    levers = {own.lever: own.value for own in record.design.decisions}
    assert levers.items() <= journey.config.items()
    assert (journey.config["seed"], journey.config["target"]) == (0, "y")
    score = record.scores[0]
    told = journey.summary
    assert (told[score.metric], told[f"{score.metric}.low"]) == (score.value, score.low)
    assert (told["verdict"], told["n_parameters"]) == (record.verdict, record.n_parameters)
    assert journey.data == record.data.fingerprint
    with Store(path) as store:
        design = store.design(journey.design)
        events = Counter(event.kind for event in store.events(journey.id))
        written = store.events(journey.id, ["record"])[0].data
    assert {own["lever"]: own["value"] for own in design["decisions"]} == levers
    assert events["logbook"] == len(record.logbook)
    assert events["finding"] == len(record.findings)
    assert events["stage"] > 4 and events["say"] > 0
    assert written["verdict"] == record.verdict and len(written["traces"]) == len(record.traces)
    assert Counter(row.state for row in members) == {"finished": len(members)}


def test_each_network_is_a_run_with_its_curves_and_levers(kept):
    model, path = kept
    _, members = runs(path)
    final = [row for row in members if row.group == "final"]
    for row, trace in zip(final, model.run.traces, strict=True):
        assert (row.config["seed"], row.config["fold"]) == (trace.seed, trace.fold)
        assert (row.summary["stopped"], row.summary["best_step"]) == (
            trace.stopped,
            trace.best_step,
        )
        assert curve(path, row, "train_loss").steps.tolist() == list(trace.steps)
        for name in ("train_loss", "validation_loss", "validation_score"):
            assert close(getattr(trace, name), curve(path, row, name)), name
        for layer, values in trace.gradient_norm.items():
            assert close(values, curve(path, row, f"gradient_norm/{layer}"))
    swept = [row for row in members if row.group == "sweep"]
    rates = sorted({row.config["learning_rate"] for row in swept})
    assert rates == list(model.run.sweep.rates)
    assert not any("/" in name for row in swept for name in row.figures), "no layers: too dear"
    seconds = curve(path, final[0], "train_loss").seconds
    assert (np.diff(seconds) >= 0).all() and seconds[-1] < 60


def test_a_question_is_a_run_with_its_reply_and_networks(tmp_path):
    path = tmp_path / "runs.db"
    frame = table("binary", n=90)
    levers = {"overrides": {"epochs": 2, "learning_rate": 0.01}}
    answer = ask("dropout", frame, "y", values=[0.0, 0.5], time_s=2.5, lab=path, **levers)
    journey, members = runs(path)
    assert (journey.kind, journey.command) == ("question", answer.reply.command)
    assert journey.name.startswith("dropout: ") and journey.config["question"] == "dropout"
    assert journey.summary["verdict"] == answer.reply.sentence
    assert len(members) == answer.reply.n_networks > 0
    assert {row.config["dropout"] for row in members} == {0.0, 0.5}
    with Store(path) as store:
        assert store.events(journey.id, ["reply"])[0].data["sentence"] == answer.reply.sentence


def test_a_search_tells_what_became_of_each_of_its_designs(tmp_path):
    path = tmp_path / "runs.db"
    model = fit(table("binary", n=60), "y", trials=6, lab=path, overrides=STEADY["overrides"])
    _, members = runs(path)
    tried = {one.number: one for one in model.run.search.tried[1:]}
    searched = [row for row in members if row.group == "search"]
    assert {row.config["number"] for row in searched} == set(tried)
    for row in searched:
        own = tried[row.config["number"]]
        assert (row.summary["fate"], row.config["idea"]) == (own.fate, own.idea)
        assert own.levers.items() <= row.config.items()


# ---- the lab never hurts -----------------------------------------------------------------------


def test_results_are_the_same_to_the_bit(tmp_path):
    with Lab(tmp_path / "runs.db") as lab:
        one = fit(table(), "y", lab=lab, **STEADY)
    other = fit(table(), "y", lab=False, **STEADY)
    assert one.run.traces == other.run.traces
    rows = table(seed=1)
    assert np.array_equal(one.predict(rows), other.predict(rows))


def _read_only(folder):
    folder.chmod(0o500)
    return folder / "runs.db"


def _damaged(folder):
    path = folder / "runs.db"
    path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
    return path


def _no_folder(folder):
    (folder / "file").write_text("")
    return folder / "file" / "runs.db"


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(
            _read_only, marks=pytest.mark.skipif(os.geteuid() == 0, reason="root may write")
        ),
        _damaged,
        _no_folder,
    ],
)
def test_a_lab_that_cannot_be_used_is_named_once(place, tmp_path, caplog):
    path = place(tmp_path)
    before = path.read_bytes() if path.exists() else None
    model = fit(table(), "y", lab=path, **STEADY)
    assert model.run.scores
    (warning,) = caplog.messages
    assert str(path) in warning and "the training goes on" in warning
    assert before is None or path.read_bytes() == before


@pytest.mark.parametrize("method", ["__init__", "_send", "end", "leave"])
def test_whatever_fails_on_the_way_is_named_once(method, tmp_path, caplog, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("a fault of ours")

    if method != "end":
        monkeypatch.setattr(Members, method, fail)
    monkeypatch.setattr("justright.lab.Run.summarise", fail)
    assert fit(table(), "y", lab=tmp_path / "runs.db", **STEADY).run.scores
    assert len(caplog.messages) == 1 and "a fault of ours" in caplog.messages[0]


def test_an_error_and_ctrl_c_are_the_run_s_state(tmp_path):
    class Stops(Silent):
        def training(self, **_):
            raise self.error

    for error, state in ((KeyboardInterrupt(), "interrupted"), (ValueError("x"), "failed")):
        listener, path = Stops(), tmp_path / f"{state}.db"
        listener.error = error
        with pytest.raises(type(error)):
            fit(table(), "y", lab=path, progress=listener, **STEADY)
        journey, members = runs(path)
        assert {journey.state, *(row.state for row in members)} == {state}
        assert len(curve(path, members[0], "train_loss").steps) == 1


KILLED = """
import os, signal, sys, time
from justright.lab import Lab
from justright.recipes.fit import fit
from justright.recipes.progress import Silent
from tests.recipes.small import table

class Kills(Silent):
    n = 0
    def training(self, **_):
        self.n += 1
        if self.n == 2:
            time.sleep(1.1)  # a look is due
        if self.n == 3:
            time.sleep(0.6)  # it is written
            os.kill(os.getpid(), signal.SIGKILL)

levers = {"epochs": 6, "ensemble_size": 2, "evaluation": "hold-out", "learning_rate": 0.01}
table().write_csv("my.csv")
fit("my.csv", "y", time_s=60, overrides=levers, out="model", lab="runs.db", progress=Kills())
"""


def test_a_killed_fit_keeps_what_was_written_and_goes_on_in_a_run_of_its_own(
    tmp_path, monkeypatch, pytestconfig
):
    root = pytestconfig.rootpath
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}", "OMP_NUM_THREADS": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=tmp_path, env=environment, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    path = tmp_path / "runs.db"
    killed, members = runs(path)
    assert {killed.state, *(row.state for row in members)} == {"killed"}
    assert len(curve(path, members[0], "train_loss").steps) == 2
    monkeypatch.chdir(tmp_path)
    resume("model", lab=path)
    with Store(path) as store:
        fits = store.runs(kinds=["fit"])
        again = next(row for row in fits if row.uid != killed.uid)
        own = store.runs(parent=again.uid)
    assert (again.state, again.config["resumed_from"]) == ("finished", killed.uid)
    assert {row.state for row in own} == {"finished"}


# ---- a population of many ----------------------------------------------------------------------


class Crowd:
    """A population whose members learn a little whenever they are looked at."""

    def __init__(self, n):
        self.members, self.asked = (BASE,) * n, []
        self.learnt = [Course(BASE) for _ in range(n)]

    def courses(self, turn):
        self.asked.append(sorted(turn))
        for i in turn:
            step = len(self.learnt[i].steps) + 1
            self.learnt[i].see(step, -step, {"validation_loss": 10.0 * i + step})
        return {i: self.learnt[i] for i in turn}


@pytest.fixture
def followed(kept, tmp_path):
    """A crowd of 40, and who follows it into a lab."""
    crowd, design = Crowd(40), kept[0].run.design
    crew = Crew(group="search", names=["x"] * 40, designs=[design] * 40)
    with Lab(tmp_path / "runs.db") as lab:
        yield crowd, Members(lab, "", crew, crowd, lambda: harmless(lambda: None)), lab


def written(lab):
    assert lab.flush()
    with Store(lab.path) as store:
        rows = sorted(store.runs(), key=lambda row: row.id)
        curves = store.curves("validation_loss", [row.id for row in rows])
        found = {row.id: store.events(row.id, ["finding"]) for row in rows}
    return rows, curves, found


def test_of_many_members_a_few_are_looked_at_turn_about(followed, monkeypatch):
    crowd, members, lab = followed
    clock = [ledger_members.time.monotonic()]
    with monkeypatch.context() as patch:
        patch.setattr(ledger_members.time, "monotonic", lambda: clock[0])
        for _ in range(60):
            clock[0] += LOOK_S * 0.51
            members.look()
    few = math.ceil(1.02 * LOOK_S * SHARE / COST_S)
    assert {len(turn) for turn in crowd.asked} == {few} and len(crowd.asked) == 30
    seen = Counter(i for turn in crowd.asked for i in turn)
    assert len(seen) == 40 and max(seen.values()) - min(seen.values()) <= 1
    members.leave("interrupted")
    rows, curves, _ = written(lab)
    assert {row.state for row in rows} == {"interrupted"}
    for i, row in enumerate(rows):
        steps = list(range(1, seen[i] + 2))
        assert curves[row.id].steps.tolist() == steps, "each point once"
        assert curves[row.id].values.tolist() == [10.0 * i + step for step in steps]


def test_what_the_doctor_says_lies_with_the_networks_of_that_training(followed):
    _, members, lab = followed
    traces = tuple(Trace(seed=i, fold=0, learning_rate=0.1) for i in range(40))
    outcome = Outcome(thetas=(), statistics=(), scores=(), traces=traces, steps=1)
    members.end(outcome)
    sick = Finding(check="c", severity=Severity.WARN, sign="s", meaning="m", remedy="r")
    findings = [(sick,) if i == 7 else () for i in range(40)]
    members.diagnosed(tuple(reversed(traces)), findings)  # as of another training
    members.diagnosed(traces, findings)
    members.leave("finished")
    rows, _, found = written(lab)
    assert [i for i, row in enumerate(rows) for _ in found[row.id]] == [7]

"""A fit that is killed goes on from its last save, to the same bits."""

import contextlib
import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from justright.errors import BudgetError, CheckpointError, ModelError, TrainingError
from justright.recipes import checkpoint as room
from justright.recipes import strategy
from justright.recipes.checkpoint import Keeper, read
from justright.recipes.fit import fit
from justright.recipes.folder import MANIFEST, checkpoint_of
from justright.recipes.journey import Journey, Layout, Trial
from justright.recipes.progress import Silent
from justright.recipes.resume import resume
from justright.recipes.speed import Pace
from justright.recipes.stopwatch import Stopwatch
from justright.train.population import Population
from tests.recipes.small import table, timeless, with_target

LEVERS = {
    "epochs": 20, "ensemble_size": 4, "evaluation": "k-fold", "folds": 2, "batch_size": 16,
    "depth": 1, "width": 16, "dropout": 0.1,
}  # fmt: skip
OFTEN_S = 1e-6  # a save at every turn
#: The best weights come early, so that a second, shorter training follows.
TWICE = {
    "evaluation": "hold-out", "ensemble_size": 2, "learning_rate": 0.03, "schedule": "cosine",
    "depth": 2, "width": 64, "dropout": 0.0, "batch_size": 16, "weight_decay": 0.0,
}  # fmt: skip


class Killed(BaseException):
    """In the place of a signal, which the tests would not outlive."""


def never(journey, population):
    """Let the fit live."""
    return False


def after(saves):
    """Let the fit live for so many saves."""
    left = [saves]

    def enough(journey, population):
        left[0] -= 1
        return left[0] == 0

    return enough


@pytest.fixture
def kill_when(monkeypatch):
    """Let the fit end as by a kill right after a save, when this one is done."""
    write, now = Keeper._write, [never]

    def dying(self, journey, population):
        write(self, journey, population)
        if now[0](journey, population):
            raise Killed

    monkeypatch.setattr(Keeper, "_write", dying)
    monkeypatch.setattr(room, "SAVING_SHARE", 1e9)
    return lambda wanted: now.__setitem__(0, wanted)


@pytest.fixture
def csv(tmp_path):
    table("multiclass").write_csv(tmp_path / "rows.csv")
    return tmp_path / "rows.csv"


def cut_off(data, out, *, overrides=LEVERS, **options):
    """A fit that is killed, and what it leaves."""
    with pytest.raises(Killed):
        fit(data, "y", out=out, time_s=120, overrides=overrides, save_every_s=OFTEN_S, **options)
    return read(checkpoint_of(out))


def copied(out, name):
    """The checkpoint as it is now, for a fit to another folder."""
    other = out.with_name(name)
    shutil.copytree(checkpoint_of(out), checkpoint_of(other))
    return other


def refuse_same(a, b, data):
    """Two models that differ in a bit."""
    for mine, own in zip(a.predictor.squads, b.predictor.squads, strict=True):
        assert torch.equal(mine.theta, own.theta) and torch.equal(mine.statistics, own.statistics)
        assert (mine.spec, mine.folds, mine.weight) == (own.spec, own.folds, own.weight)
    outputs = [m.predict_proba(data) if m.classes else m.predict(data) for m in (a, b)]
    assert outputs[0].tobytes() == outputs[1].tobytes()
    assert msgspec.json.encode(timeless(a.run)) == msgspec.json.encode(timeless(b.run))


# ---- killed, and gone on with ------------------------------------------------------------------


def test_killed_again_and_again_it_comes_to_the_same(csv, tmp_path, kill_when):
    out = tmp_path / "model"
    kill_when(after(2))
    cut_off(csv, out)  # the sweep has been laid out
    other = copied(out, "straight")
    seen, every = [], 0
    for _ in range(100):
        stand = read(checkpoint_of(out)).stand
        seen.append((stand.swept, stand.layout is not None, stand.ending is not None))
        every += 3
        kill_when(after(every))
        with contextlib.suppress(Killed):
            again = resume(out)
            break
    assert {(False, False, False), (True, True, False)} <= set(seen), (
        "in the sweep, in the training"
    )
    assert len(seen) > 3
    kill_when(never)
    refuse_same(again, resume(other), table("multiclass", seed=1))
    assert not checkpoint_of(out).exists() and not checkpoint_of(other).exists()


def test_steps_that_were_saved_are_not_made_again(csv, tmp_path, kill_when, monkeypatch):
    def at_work(journey, population):
        packs = population["packs"] if population and journey.swept else ()
        return any(pack["states"] and pack["states"][0]["n_steps"] > 30 for pack in packs)

    kill_when(at_work)
    saved = cut_off(csv, tmp_path / "model")
    kill_when(never)
    run, begun_at = Population.run, []

    def spy(self, *rest):
        begun_at.append(self.n_steps)
        return run(self, *rest)

    monkeypatch.setattr(Population, "run", spy)
    resume(tmp_path / "model")
    steps = [pack["states"][0]["n_steps"] for pack in saved.journey.left["packs"]]
    assert begun_at[0] == max(steps) > 30, "no sweep, and on from the save"


LAID_OUT = {
    "the sweep": (lambda journey, _: journey.trial is not None, lambda journey, _: journey.swept),
    "the training": (
        lambda journey, _: journey.layout is not None,
        lambda journey, _: journey.outcome is not None,
    ),
}


@pytest.mark.parametrize(("begun", "over"), LAID_OUT.values(), ids=LAID_OUT)
def test_nothing_is_measured_again(begun, over, csv, tmp_path, kill_when, monkeypatch):
    def measured(*_, **__):
        raise AssertionError("measured again")

    kill_when(begun)
    saved = cut_off(csv, tmp_path / "model")
    assert {pack["states"] for pack in saved.journey.left["packs"]} == {None}
    kill_when(over)
    monkeypatch.setattr("justright.train.population.members_per_step", measured)
    monkeypatch.setattr("justright.recipes.training.speed", measured)
    with pytest.raises(Killed):
        resume(tmp_path / "model")


def begun_again(journey, population):
    """Whether a second training is under way."""
    return journey.again > 0 and population["packs"] and population["packs"][0]["states"]


def test_the_second_training_goes_on(tmp_path, kill_when):
    noise = with_target(table(), np.random.default_rng(3).normal(size=120))
    noise.write_csv(tmp_path / "rows.csv")
    out = tmp_path / "model"
    kill_when(begun_again)
    saved = cut_off(tmp_path / "rows.csv", out, overrides=TWICE)
    other = copied(out, "straight")
    kill_when(never)
    straight = resume(other)
    assert "came early" in straight.run.design.decision("epochs").reason
    assert saved.stand.ending.steps > saved.stand.again > 0
    kill_when(after(2))
    with pytest.raises(Killed):
        resume(out)
    kill_when(never)
    refuse_same(straight, resume(out), noise)


def test_a_stage_that_is_over_is_not_done_again(csv, tmp_path, kill_when, monkeypatch):
    out = tmp_path / "model"
    kill_when(lambda journey, _: journey.outcome is not None and journey.again == 0)
    saved = cut_off(csv, out)
    kill_when(never)

    def refuse(*_, **__):
        raise AssertionError("nothing is left to train")

    monkeypatch.setattr("justright.train.population.Pack", refuse)
    assert resume(out).run.traces == saved.stand.ending.traces


@pytest.mark.parametrize("rounds", [1, 3], ids=["between rounds", "at its end"])
def test_a_search_goes_on(rounds, csv, tmp_path, kill_when, monkeypatch):
    monkeypatch.setattr("justright.recipes.searching.TRIALS_A_ROUND", 6)
    asked = {"trials": 18, "overrides": LEVERS | {"epochs": 4, "ensemble_size": 2}, "time_s": 600}
    straight = fit(csv, "y", out=tmp_path / "straight", **asked)
    kill_when(lambda journey, _: journey.hunt is not None and journey.hunt.n_rounds == rounds)
    with pytest.raises(Killed):
        fit(csv, "y", out=tmp_path / "model", **asked)
    hunt = read(checkpoint_of(tmp_path / "model")).journey.hunt
    assert len(hunt.tried) == 1 + 6 * rounds and (hunt.ended == "trials") == (rounds == 3)
    kill_when(never)
    begun, run_round = [], strategy.run_round

    def spy(field, contenders, fold):
        begun.append(contenders[0].number)
        return run_round(field, contenders, fold)

    monkeypatch.setattr(strategy, "run_round", spy)
    again = resume(tmp_path / "model")
    assert begun == [7, 13][rounds - 1 :], "no round is done again"
    assert len(again.run.search.tried) == 19 and len(again.predictor.squads) > 1
    refuse_same(again, straight, table("multiclass", seed=1))


#: Fits in processes of their own, each forked off before anything was computed.
SERVER = """
import json, os, sys
from justright.recipes import checkpoint, fit, resume
from justright.cli import main
checkpoint.SAVING_SHARE = 1e9
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os._exit(main(["fit", "--quiet", *json.loads(line)]))
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def newest(out):
    """Number of the newest save; 0 for none."""
    saves = sorted(checkpoint_of(out).glob("save-*"))
    return int(saves[-1].name.removeprefix("save-")) if saves else 0


def killed(server, words, out, saves, more_s):
    """A fit, killed some time after so many saves; whether it was still at work."""
    begin, end = newest(out), time.monotonic() + 60
    server.stdin.write(json.dumps(words) + "\n")
    server.stdin.flush()
    child = int(server.stdout.readline())
    while newest(out) < begin + saves and time.monotonic() < end:
        time.sleep(0.002)
    time.sleep(more_s)
    os.kill(child, signal.SIGKILL)
    return int(server.stdout.readline()) == -signal.SIGKILL


def test_kill_9_at_random_moments(csv, tmp_path):
    moments, out = random.Random(0), tmp_path / "model"
    levers = [f"{name}={value}" for name, value in (LEVERS | {"patience": 500}).items()]
    asked = [str(csv), "--target", "y", "--out", str(out), "--save-every", "0.001s", "--set"]
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SERVER], stdin=-1, stdout=-1, text=True
    ) as server:
        assert killed(server, asked + levers, out, saves=3, more_s=0.0)
        straight = copied(out, "straight")
        for saves in (1, 6, 12):
            more_s = moments.uniform(0, 0.05)
            assert killed(server, ["--resume", str(out)], out, saves=saves, more_s=more_s)
    refuse_same(resume(out), resume(straight), table("multiclass", seed=1))


SAVER = """
import os, pathlib, signal, sys
from justright.recipes import folder
from justright.recipes.checkpoint import Keeper, read
from justright.recipes.progress import Silent
from justright.recipes.stopwatch import Stopwatch

out = pathlib.Path(sys.argv[1])
saved = read(folder.checkpoint_of(out))
touch, left = os.fsync, [0]

def dying(handle):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    touch(handle)

rename, rmtree = pathlib.Path.rename, folder.shutil.rmtree
for k in range(1, 9):
    if os.fork() == 0:
        left[0], os.fsync = k, dying
        if k == 5:
            pathlib.Path.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        if k == 6:
            folder.shutil.rmtree = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
        Keeper(out, saved.begun, Stopwatch(Silent()), number=saved.number).write(
            saved.journey, saved.journey.left)
        os._exit(0)
    os.wait()
    again = read(folder.checkpoint_of(out))
    print(k, again.number - saved.number, len(list(folder.checkpoint_of(out).iterdir())))
    saved = again
"""


def test_kill_9_while_saving(csv, tmp_path, kill_when):
    out = tmp_path / "model"
    kill_when(after(5))
    cut_off(csv, out)
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SAVER, str(out)], capture_output=True, text=True
    )
    told = [tuple(map(int, line.split())) for line in ended.stdout.splitlines()]
    assert [k for k, _, _ in told] == list(range(1, 9)), ended.stderr
    # Killed before the folder is renamed, the save before stands; after it, the new one.
    assert {new for _, new, _ in told} == {0, 1}
    assert told[0][1] == 0 and told[-1][1:] == (1, 1), "and the next one cleans up"
    kill_when(never)
    assert resume(out).run.scores


# ---- what a save holds -------------------------------------------------------------------------


def test_a_save_holds_no_pickle_and_all_that_was_measured(csv, tmp_path, kill_when):
    out = tmp_path / "model"
    kill_when(after(4))
    saved = cut_off(csv, out, seed=3, drop=["flag"])
    (only,) = checkpoint_of(out).iterdir()
    assert {path.name for path in only.iterdir()} == {"state.json", "tensors.safetensors", MANIFEST}
    assert saved.begun.wish.seed == 3 and saved.begun.wish.drop == ("flag",)
    assert saved.begun.wish.overrides == LEVERS
    assert saved.begun.data.given == str(csv) and saved.begun.data.absolute == str(csv)
    assert saved.stand.trial.pace.n_workers >= 1 and saved.stand.design is not None
    assert list(saved.stand.timings_s) == [
        "reading", "profile", "design", "preflight", "learning rate"
    ]  # fmt: skip
    assert saved.journey.left["packs"][0]["states"][0]["n_steps"] > 0


def test_a_finished_fit_leaves_no_checkpoint(csv, tmp_path):
    fit(csv, "y", out=tmp_path / "model", time_s=20, overrides=LEVERS | {"epochs": 2})
    assert {path.name for path in tmp_path.iterdir()} == {"model", "rows.csv"}


def test_a_fit_that_came_to_nothing_leaves_none(csv, tmp_path, monkeypatch):
    def diverged(*_, journey, **__):
        assert checkpoint_of(tmp_path / "model").exists()
        raise TrainingError("all diverged", "a finite loss", try_="a lower rate")

    monkeypatch.setattr("justright.recipes.first.train", diverged)
    with pytest.raises(TrainingError):
        fit(csv, "y", out=tmp_path / "model", time_s=20, overrides=LEVERS)
    assert not checkpoint_of(tmp_path / "model").exists()


def test_killed_before_the_checkpoint_is_removed(csv, tmp_path, kill_when):
    out = tmp_path / "model"
    kill_when(after(1))
    cut_off(csv, out)
    kept = copied(out, "kept")
    kill_when(never)
    model = resume(out)
    checkpoint_of(kept).rename(checkpoint_of(out))
    again = resume(out)
    refuse_same(model, again, table("multiclass"))
    assert not checkpoint_of(out).exists()


def test_the_checkpoint_itself_may_be_named(csv, tmp_path, kill_when):
    out = tmp_path / "model"
    kill_when(after(1))
    cut_off(csv, out)
    kill_when(never)
    assert resume(checkpoint_of(out)).folder == out


def test_saving_is_rare_where_it_is_dear():
    now = [0.0]
    begun = dataclasses.make_dataclass("Begun", ["save_every_s"])(30.0)
    keeper = Keeper(Path("model"), begun, Stopwatch(Silent()), clock=lambda: now[0])
    keeper._write = lambda *_: now.__setitem__(0, now[0] + 9.0)
    now[0] = 29.0
    assert not keeper.due()
    now[0] = 30.0
    assert keeper.due()
    keeper.write(Journey(deadline_s=0.0), None)
    now[0] += 449.0
    assert not keeper.due()
    now[0] += 1.0
    assert keeper.due()


def test_a_full_disk_does_not_end_the_fit(csv, tmp_path, monkeypatch):
    class Listener(Silent):
        said = ()

        def warn(self, text):
            self.said += (text,)

    def full(*_):
        raise ModelError("'model' cannot be written: disk full", "room", try_="--out")

    monkeypatch.setattr(room, "write_folder", full)
    listener = Listener()
    overrides = LEVERS | {"epochs": 2}
    fit(csv, "y", out=tmp_path / "model", time_s=20, overrides=overrides, progress=listener)
    told = [text for text in listener.said if "to resume from is kept" in text]
    assert told == ["nothing to resume from is kept: 'model' cannot be written: disk full"]


def test_the_time_that_it_lay_does_not_count():
    pace = Pace(n_threads=1, n_workers=1, step_s=0.1, look_s=0.1)
    now_s = time.monotonic()
    journey = Journey(
        deadline_s=now_s - 900, begin_s=now_s - 1_100, saved_s=now_s - 1_000,
        trial=Trial(rates=(0.1,), n_folds=1, n_steps=1, look_steps=1, pace=pace,
                    limit_s=now_s - 950),
        layout=Layout(n_members=1, total_steps=1, look_steps=1, patience=1, pace=pace),
    )  # fmt: skip
    for _ in range(2):  # once is once
        journey.go_on()
        assert journey.deadline_s == pytest.approx(now_s + 100, abs=1)
        assert journey.trial.limit_s == pytest.approx(now_s + 50, abs=1)
        assert journey.begin_s == pytest.approx(now_s - 100, abs=1)


# ---- what cannot be resumed --------------------------------------------------------------------


def test_no_checkpoint(tmp_path):
    with pytest.raises(CheckpointError, match=r"there is no checkpoint '.*model\.checkpoint'"):
        resume(tmp_path / "model")
    (tmp_path / "model.checkpoint").mkdir()
    with pytest.raises(CheckpointError, match="there is no checkpoint"):
        resume(tmp_path / "model")


def test_a_finished_model(fitted, tmp_path):
    fitted("binary").save(tmp_path / "model")
    with pytest.raises(CheckpointError, match="is a finished model, with no checkpoint beside it"):
        resume(tmp_path / "model")


def cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def turned(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


HARM = {"cut": cut, "turned": turned, "gone": Path.unlink}


@pytest.fixture
def unfinished(csv, tmp_path, kill_when):
    """The model folder to be of a fit that was killed in its sweep."""
    kill_when(after(4))
    cut_off(csv, tmp_path / "model")
    kill_when(never)
    return tmp_path / "model"


@pytest.mark.parametrize("name", ["state.json", "tensors.safetensors", MANIFEST])
@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_a_harmed_checkpoint(harm, name, unfinished):
    (save,) = checkpoint_of(unfinished).iterdir()
    harm(save / name)
    turned_sum = (harm, name) == (turned, MANIFEST)  # then a file is not as the manifest says
    with pytest.raises(CheckpointError, match="state" if turned_sum else name) as caught:
        resume(unfinished)
    assert "cannot be used" in caught.value.seen and "as they were written" in caught.value.needed
    assert save.exists(), "nothing is removed"


def edited(out, edit):
    """A checkpoint whose state was edited by one who knows of the manifest."""
    (save,) = checkpoint_of(out).iterdir()
    saved = read(checkpoint_of(out))
    files = room.packed(edit(saved.begun), saved.stand, saved.journey, saved.journey.left)
    shutil.rmtree(save)
    room.write_folder(save, files)


def test_another_justright(unfinished):
    edited(unfinished, lambda b: dataclasses.replace(b, versions=b.versions | {"justright": "9"}))
    with pytest.raises(CheckpointError, match=r"Justright 9 wrote the checkpoint, and this is 0"):
        resume(unfinished)


def test_another_form(unfinished, monkeypatch):
    monkeypatch.setattr(room, "VERSION", room.VERSION + 1)
    with pytest.raises(CheckpointError, match=r"state\.json is not of version \d"):
        resume(unfinished)


def test_another_rule_book(unfinished):
    edited(unfinished, lambda b: dataclasses.replace(b, levers=b.levers | {"loss": "mse"}))
    with pytest.raises(CheckpointError, match="decides otherwise than when the fit began: loss"):
        resume(unfinished)


def test_another_torch_is_said(unfinished):
    class Listener(Silent):
        said = ()

        def warn(self, text):
            self.said += (text,)

    edited(unfinished, lambda b: dataclasses.replace(b, versions=b.versions | {"torch": "1.0"}))
    listener = Listener()
    resume(unfinished, progress=listener)
    assert "torch changed since: figures may differ in their last bits" in listener.said


def test_data_that_is_gone(csv, tmp_path, kill_when):
    out = tmp_path / "model"
    kill_when(after(1))
    cut_off(csv, out)
    csv.rename(tmp_path / "moved.csv")
    with pytest.raises(CheckpointError, match=r"the data of this fit is no longer at '.*rows.csv'"):
        resume(out)
    kill_when(never)
    model = resume(out, data=tmp_path / "moved.csv")
    assert str(csv) in model.run.command


def test_data_that_changed(csv, tmp_path, kill_when):
    out = tmp_path / "model"
    kill_when(after(1))
    cut_off(csv, out)
    table("multiclass", seed=9).write_csv(csv)
    with pytest.raises(CheckpointError, match="is not the one that the fit began with"):
        resume(out)
    assert checkpoint_of(out).exists()


def test_data_in_memory(tmp_path, kill_when):
    out, data = tmp_path / "model", table("multiclass")
    kill_when(after(1))
    cut_off(data, out, test=table("multiclass", seed=1))
    with pytest.raises(CheckpointError, match="the data of this fit was given in memory") as caught:
        resume(out)
    assert f"justright.resume({str(out)!r}, data=data)" in caught.value.try_
    with pytest.raises(CheckpointError, match="the test of this fit was given in memory"):
        resume(out, data=data)
    with pytest.raises(CheckpointError, match="table of the final score is not the one"):
        resume(out, data=data, test=table("multiclass", seed=2))
    kill_when(never)
    assert resume(out, data=data, test=table("multiclass", seed=1)).run.data.n_test == 120


def test_a_new_fit_does_not_end_an_unfinished_one(unfinished, csv):
    with pytest.raises(CheckpointError, match="an unfinished fit to") as caught:
        fit(csv, "y", out=unfinished)
    assert caught.value.try_ == f"justright fit --resume {unfinished}"


def test_a_folder_that_is_taken_is_refused_before_training(csv, tmp_path):
    with pytest.raises(ModelError, match="exists already"):
        fit(csv, "y", out=csv.parent)


def test_saves_no_time_apart(csv, tmp_path):
    with pytest.raises(BudgetError, match="a save every 0 s was asked for"):
        fit(csv, "y", out=tmp_path / "model", save_every_s=0)

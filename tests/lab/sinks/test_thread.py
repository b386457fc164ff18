"""What reaches a sink, what is left out, and what a sink that fails does to the rest: nothing."""

import gc
import logging
import threading
import time
import types
import weakref

import numpy as np
import pytest

from justright.errors import LabError
from justright.lab import Lab, Store
from justright.lab.sinks import Beginning, Sinks, best, sinks_of, thread
from justright.lab.sinks.rate import Rate


class Notebook:
    """A sink that writes down what it hears."""

    name = "the notebook"

    def __init__(self, *, fails_at=None, waits_for=None):
        self.heard, self.fails_at, self.waits_for = [], fails_at, waits_for

    def __getattr__(self, verb):
        def hear(*words):
            if self.waits_for is not None:
                self.waits_for.wait(5)
            if verb == self.fails_at:
                raise ConnectionError("no route to the host\nand more")
            self.heard.append((verb, *words))

        return hear

    def verbs(self, *wanted):
        return [
            (word[0], getattr(word[1], "uid", word[1])) for word in self.heard if word[0] in wanted
        ]


def column(*values):
    return np.array(values, float)


def test_all_of_a_run_reaches_the_sink_in_order(tmp_path):
    notebook = Notebook()
    with (
        Lab(tmp_path / "runs.db", sinks=[notebook]) as lab,
        lab.run("a", {"depth": 2}, tags=["x"], notes="n") as run,
    ):
        run.log({"loss": 0.5}, step=3)
        run.configure({"width": 8})
        run.data("f00d", "table.csv", 10, 3)
        run.summarise({"rmse": 0.25})
    begin, *_, end, close = notebook.heard
    assert (begin[0], begin[1].config) == ("begin", {"depth": 2})
    assert end == ("end", run.uid, "finished") and close == ("close",)
    by_verb = {words[0]: words[2:] for words in notebook.heard if len(words) > 2}
    steps, values, _ = by_verb["points"]
    assert steps.tolist() == [3] and values["loss"].tolist() == [0.5]
    assert by_verb["configure"] == ({"depth": 2, "width": 8},)
    assert by_verb["tag"] == (("x",),) and by_verb["note"] == ("n",)
    assert by_verb["event"][0] == "data" and by_verb["event"][1]["n_rows"] == 10
    assert by_verb["summarise"] == ({"rmse": 0.25},)


@pytest.mark.parametrize("verb", ["begin", "points", "close"])
def test_a_sink_that_fails_says_so_once_and_disturbs_nothing(tmp_path, caplog, verb):
    broken, sound = Notebook(fails_at=verb), Notebook()
    caplog.set_level(logging.WARNING, "justright.lab")
    with Lab(tmp_path / "runs.db", sinks=[broken, sound]) as lab, lab.run("a") as run:
        for step in range(3):
            run.log({"loss": 1.0}, step=step)
            lab.flush()
    said = "the notebook is told no more: no route to the host"
    assert lab.trouble == said and caplog.messages == [said]
    assert ("end", run.uid) in sound.verbs("end")
    with Store(tmp_path / "runs.db") as store:
        assert len(store.curve(1, "loss").steps) == 3


def test_points_that_a_slow_sink_has_no_room_for_are_left_out(monkeypatch, caplog):
    monkeypatch.setattr(thread, "MOST_WAITING", 100)
    go_on = threading.Event()
    slow = Notebook(waits_for=go_on)
    sinks = Sinks([slow])
    sinks.begin(Beginning(uid="a"))
    for _ in range(10):
        sinks.points("a", column(*range(10)), {"loss": column(*range(10))}, column(*range(10)))
    sinks.end("a", "finished")
    go_on.set()
    sinks.close()
    assert 1 <= len(slow.verbs("points")) < 10
    assert slow.verbs("begin", "end") == [("begin", "a"), ("end", "a")]
    assert "points are left out there, not in the lab" in sinks.trouble
    assert len(caplog.messages) == 1


def test_a_sink_that_hangs_does_not_hold_up_the_end(caplog):
    never = threading.Event()
    sinks = Sinks([Notebook(waits_for=never)])
    sinks.begin(Beginning(uid="a"))
    sinks.close(0.05)
    assert "did not take everything" in sinks.trouble
    never.set()


def test_a_slow_sink_is_waited_for_while_it_gets_on(monkeypatch):
    monkeypatch.setattr(best, "K_BEST", 0)
    slow = Notebook(waits_for=types.SimpleNamespace(wait=lambda _: time.sleep(0.01)))
    sinks = Sinks([slow])
    sinks.begin(Beginning(uid="p", kind="fit"))
    members(sinks, dict.fromkeys("abcdefghijklmno", 1.0))
    sinks.end("p", "finished")
    sinks.close(0.1)
    assert sinks.trouble == "" and len(slow.verbs("end")) == 16


def test_what_is_said_after_the_end_is_not_passed_on(tmp_path):
    notebook = Notebook()
    with Lab(tmp_path / "runs.db", sinks=[notebook]) as lab:
        run = lab.run("a")
        run.finish()
        run.tag("late")
    assert [verb for verb, *_ in notebook.heard] == ["begin", "end", "close"]
    with Store(tmp_path / "runs.db") as store:
        assert store.run("a").tags == ("late",)


def test_a_sink_that_failed_is_given_nothing_that_would_stay():
    sinks = Sinks([Notebook(fails_at="begin")])
    sinks.begin(Beginning(uid="a"))
    while not sinks.trouble:
        time.sleep(0.001)
    steps = column(1, 2)
    alive = weakref.ref(steps)
    sinks.points("a", steps, {"loss": steps})
    del steps
    gc.collect()
    assert alive() is None
    sinks.close()


def members(sinks, losses, *, group="final"):
    for uid, loss in losses.items():
        sinks.begin(Beginning(uid=uid, kind="member", parent="p", group=group))
        sinks.points(uid, column(0, 1), {"validation_loss": column(9, loss)})
        sinks.summarise(uid, {"rmse": loss})
        sinks.end(uid, "finished")


@pytest.mark.parametrize("all_curves", [False, True])
def test_only_the_best_members_hand_on_their_curves(monkeypatch, all_curves):
    monkeypatch.setattr(best, "K_BEST", 2)
    notebook = Notebook()
    sinks = Sinks([notebook], all_curves=all_curves)
    sinks.begin(Beginning(uid="p", kind="fit"))
    members(sinks, {"a": 3.0, "b": float("nan"), "c": 1.0, "d": 2.0})
    members(sinks, {"e": 9.0}, group="baseline")
    members(sinks, {"f": 4.0, "g": 5.0}, group="search")
    for uid, loss in (("h", 0.5), ("i", 0.1), ("j", 0.3)):  # their ends never come
        sinks.begin(Beginning(uid=uid, kind="member", parent="p", group="running"))
        sinks.points(uid, column(1), {"validation_loss": column(loss)})
    sinks.end("p", "finished")
    sinks.close()
    curves = {uid for _, uid in notebook.verbs("points")}
    assert curves == (set("abcdefghij") if all_curves else set("cdefgij"))
    assert {uid for _, uid in notebook.verbs("begin")} == set("pabcdefghij")
    assert {uid for _, uid in notebook.verbs("summarise")} == set("abcdefg")
    if not all_curves:  # the baselines at once, the best, the parent, the beaten
        ends = "".join(uid for _, uid in notebook.verbs("end"))
        assert ends == "ecdfgpab"


def test_members_whose_parent_never_ends_are_handed_on(monkeypatch):
    notebook = Notebook()
    sinks = Sinks([notebook])
    members(sinks, {"a": 1.0})
    sinks.close()
    assert notebook.verbs("points", "end") == [("points", "a"), ("end", "a")]


def test_curves_that_are_held_for_long_get_thinner_and_keep_their_ends(monkeypatch):
    monkeypatch.setattr(best, "MOST_HELD", 1000)
    notebook = Notebook()
    sinks = Sinks([notebook])
    sinks.begin(Beginning(uid="a", kind="member", parent="p"))
    for start in range(0, 1000, 100):
        steps = np.arange(start, start + 100.0)
        sinks.points("a", steps, {"loss": steps})
    sinks.close()
    told = np.concatenate([words[2] for words in notebook.heard if words[0] == "points"])
    assert 100 < len(told) <= 1000 / 3 and told[-1] == 999
    assert (np.diff(told) > 0).all()


@pytest.mark.parametrize("n_at_once", [1, 5, 400])
def test_a_stream_settles_at_the_rate(n_at_once):
    clock = [0.0]
    rate = Rate(1000, clock=lambda: clock[0])
    sent = []
    for turn in range(4 * 60 * 3):  # three minutes, four times a second
        clock[0] = turn / 4
        chosen = rate.choose(n_at_once)
        assert (chosen[0], chosen[-1]) == (0, n_at_once - 1) and (np.diff(chosen) > 0).all()
        sent.append(len(chosen))
    assert sum(sent) <= 1000 * (3 + 1)  # what is in store at first, and what grows back
    assert sum(sent[-240:]) >= min(240 * n_at_once, 900)


def test_many_curves_at_once_all_get_some():
    rate = Rate(1000, clock=lambda: 0.0)
    assert [len(rate.choose(1000)) for _ in range(4)] == [100, 90, 81, 72]


def test_a_package_that_is_missing_is_named_with_the_line_to_paste(monkeypatch):
    for module in ("mlflow", "wandb", "tensorboard"):
        monkeypatch.setattr(f"justright.lab.sinks.{module}.find_spec", lambda name: None)
        with pytest.raises(LabError, match=rf"pip install 'justright\[{module}\]'"):
            sinks_of([module])
    with pytest.raises(LabError, match="'paper' is no tracker"):
        Lab("off", sinks=["paper"])

"""`--to`: other trackers that a command's run goes to as well."""

import argparse

import pytest

from justright.cli import main, sinks
from justright.cli.arguments import add_lab
from justright.lab import Store


def options(*words):
    parser = argparse.ArgumentParser()
    add_lab(parser)
    sinks.add(parser)
    parser.add_argument("--quiet", action="store_true")
    return parser.parse_args(words)


def test_without_it_the_recipe_opens_the_lab(tmp_path):
    for words, place in ((("--no-lab",), False), (("--db", "a.db"), "a.db"), ((), None)):
        with sinks.kept(options(*words)) as kept:
            assert kept is place or kept == place


def test_the_run_is_in_the_lab_and_in_the_tracker(tmp_path, monkeypatch, capsys):
    pytest.importorskip("tensorboard")
    monkeypatch.chdir(tmp_path)
    with sinks.kept(options("--to", "tensorboard", "--db", "a.db")) as lab:
        lab.run("first", {"depth": 2}).finish()
    assert "sending the run to tensorboard" in capsys.readouterr().err
    assert len(list(tmp_path.glob("runs/*/first-*/*tfevents*"))) == 1
    with Store("a.db") as store:
        assert store.run("first").state == "finished"


def test_the_trackers_are_closed_where_the_work_fails(tmp_path, monkeypatch):
    pytest.importorskip("tensorboard")
    monkeypatch.chdir(tmp_path)
    with (
        pytest.raises(KeyboardInterrupt),
        sinks.kept(options("--to", "tensorboard", "--db", "a.db")) as lab,
        lab.run("first"),
    ):
        raise KeyboardInterrupt
    (file,) = tmp_path.glob("runs/*/first-*/*tfevents*")
    assert b"_hparams_/session_end_info" in file.read_bytes()


def test_waiting_for_a_tracker_may_be_cut_off(tmp_path, monkeypatch, capsys):
    pytest.importorskip("tensorboard")
    monkeypatch.chdir(tmp_path)

    def cut_off(self, **_):
        raise KeyboardInterrupt

    with sinks.kept(options("--to", "tensorboard", "--db", "a.db")) as lab:
        lab.run("first").finish()
        lab.flush()
        with monkeypatch.context() as patch:
            patch.setattr("justright.lab.sinks.thread.Sinks.close", cut_off)
            sinks._wait(lab._sinks, "tensorboard", quiet=False)
    assert "the rest is left out of tensorboard; the lab has it" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["fit", "ask"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "paper"), "invalid choice: 'paper'"),
        (("--to", "mlflow", "--no-lab"), "--to needs the lab, which is off here"),
        (("--all-curves",), "--all-curves goes with --to"),
    ],
)
def test_words_that_contradict_each_other(command, words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    what = ["dropout"] if command == "ask" else []
    assert main([command, *what, "rows.csv", "--target", "b", *words]) == 2
    err = capsys.readouterr().err
    assert said in err and "try:" in err
    assert not list(tmp_path.glob("justright*"))


def test_a_package_that_is_missing_is_told_before_anything_is_trained(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("justright.lab.sinks.wandb.find_spec", lambda name: None)
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    assert main(["fit", "rows.csv", "--target", "b", "--db", "a.db", "--to", "wandb"]) == 2
    assert "pip install 'justright[wandb]'" in capsys.readouterr().err

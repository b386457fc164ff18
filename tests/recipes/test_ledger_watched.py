"""What watch and check leave in the lab."""

import numpy as np
import pytest
import torch
from torch import nn

from justright.adapters.watched import Watched
from justright.doctor.evidence import Evidence, Track, Validation
from justright.kinds.diagnosis import Diagnosis
from justright.kinds.finding import Finding, Severity
from justright.lab import Lab, Store
from justright.recipes.check import check
from justright.recipes.ledger_watched import WatchBook
from justright.recipes.watch import watch


def only_run(path):
    with Store(path) as store:
        (row,) = store.runs()
        return row, store.events(row.id)


def curves(path, row):
    with Store(path) as store:
        return {name: store.curve(row.id, name) for name in row.figures}


def train(lab, *, steps=6, fail=False):
    """The losses of a small training that is watched."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.5)
    losses = []
    with watch(net, optimizer, lab=lab) as doctor:
        for _ in range(steps):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(net(torch.ones(8, 3)), torch.ones(8, 1))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        doctor.validation(loss=0.5, metric=0.25)
        if fail:
            raise RuntimeError("it broke")
    return losses, doctor


def test_a_watched_training_is_a_run_with_its_losses(tmp_path):
    path = tmp_path / "runs.db"
    losses, doctor = train(path)
    row, events = only_run(path)
    assert (row.kind, row.name, row.state) == ("watch", "Sequential", "finished")
    known = {"optimizer": "SGD", "lr": 0.1, "momentum": 0.5, "loss": "mse_loss"}
    assert known.items() <= row.config.items()
    assert (row.summary["n_steps"], row.summary["n_parameters"]) == (6, 21)
    drawn = curves(path, row)
    assert np.allclose(drawn["train_loss"].values, losses)
    assert drawn["train_loss"].steps.tolist() == list(range(6))
    assert drawn["validation_loss"].values.tolist() == [0.5]
    assert drawn["validation_metric"].steps.tolist() == [6]
    assert {"learning_rate", "gradient_norm/0.weight", "update_ratio/2.bias"} <= drawn.keys()
    verdict = events[0].data["verdict"]
    assert (events[0].kind, row.summary["verdict"]) == ("diagnosis", verdict)
    doctor.report()  # with trials
    again = [event.kind for event in only_run(path)[1]]
    assert again.count("diagnosis") == 2


def test_an_error_passes_through_and_the_run_has_failed(tmp_path):
    with pytest.raises(RuntimeError, match="it broke"), Lab(tmp_path / "runs.db") as lab:
        train(lab, fail=True)
    row, events = only_run(tmp_path / "runs.db")
    assert row.state == "failed" and events[0].kind == "diagnosis"


def test_a_lab_that_is_damaged_is_named_once(tmp_path, caplog):
    path = tmp_path / "runs.db"
    path.write_bytes(b"no lab" * 1000)
    assert train(path)[0] == train(False)[0]
    assert len(caplog.messages) == 1 and str(path) in caplog.messages[0]


def test_a_callback_hands_its_lab_on_and_leaves_its_thread_behind(tmp_path):
    with Lab(tmp_path / "runs.db") as lab:
        callback = Watched(lab=lab)
        assert callback.__getstate__()["lab"] == lab.path
        net = nn.Linear(1, 1)
        callback._begin([net], [torch.optim.SGD(net.parameters(), lr=0.1)])
        callback.ended()
    assert only_run(tmp_path / "runs.db")[0].kind == "watch"
    assert Watched(lab=Lab("off")).__getstate__()["lab"] is False


def test_a_script_is_a_run_also_where_it_is_no_python(tmp_path):
    script, path = tmp_path / "train.py", tmp_path / "runs.db"
    script.write_text("for x in range(3)\n    pass\n")
    checked = check(script, ["--lr", "3"], lab=path)
    row, events = only_run(path)
    assert (row.kind, row.name, row.source, row.state) == ("check", "train", "train.py", "failed")
    assert row.command == f"justright check {script} -- --lr 3"
    assert [event.kind for event in events] == ["diagnosis", "finding"]
    assert events[0].data["ended"] == checked.ended
    assert events[1].data["check"] == checked.diagnosis.findings[0].check


def test_two_optimizers_stand_apart_and_nothing_is_found_twice(tmp_path):
    def track(name, loss):
        return Track(
            name=name, kind="Adam", n_steps=4, options={"lr": 0.1}, steps=(0, 2), loss=loss,
            rate=(0.1, 0.1), gradient=(None, 2.0), sampled=(2,), gradients={"w": (3.0,)},
        )  # fmt: skip

    finding = Finding(check="c", severity=Severity.WARN, sign="s", meaning="m", remedy="r")
    sick = Diagnosis(verdict="v", findings=(finding,))
    path = tmp_path / "runs.db"
    book = WatchBook(path, "watch", "GAN")
    tracks = (track("optimizer", (1.0, None)), track("optimizer 2", (2.0, 4.0)))
    validations = (Validation(step=2, accuracy=0.5), Validation(step=4, accuracy=0.75))
    book.trained(Evidence(door="watch", tracks=tracks, validations=validations), 8.0)
    for _ in range(2):
        book.diagnosed(sick)
    book.end("finished")
    book.close()
    row, events = only_run(path)
    assert [event.kind for event in events] == ["diagnosis", "finding", "diagnosis"]
    assert row.config["optimizer 2.lr"] == 0.1
    drawn = curves(path, row)
    assert set(drawn) == {
        "validation_accuracy",
        *(f"{name}/{kind}" for name in ("optimizer", "optimizer 2")
          for kind in ("train_loss", "learning_rate", "gradient_norm")),
        "gradient_norm/optimizer/w",
        "gradient_norm/optimizer 2/w",
    }  # fmt: skip
    first = drawn["optimizer/train_loss"]
    assert first.seconds.tolist() == [0.0, 4.0]
    assert np.isnan(first.values[1]) and first.values[0] == 1.0
    assert drawn["optimizer/gradient_norm"].steps.tolist() == [2]
    assert drawn["validation_accuracy"].values.tolist() == [0.5, 0.75]

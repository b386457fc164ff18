import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone
from skorch import NeuralNetClassifier
from torch import nn

from justright.adapters.skorch import DoctorCallback

from .cases import alarms, first_fault, page, rows, same_weights, untouched, words


class Net(nn.Module):
    def __init__(self, n_in=8, out=nn.Softmax):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n_in, 32), nn.ReLU(), nn.Linear(32, 3))
        self.out = out(1)

    def forward(self, x):
        return self.out(self.net(x))


FAULTS = {
    "softmax": {"criterion": nn.CrossEntropyLoss},
    "logits": {"module__out": nn.Identity},
    "rate": {"optimizer": torch.optim.SGD, "lr": 300.0},
    "shape": {"module__n_in": 9},
}


def net(fault="", *callbacks):
    settings = {"optimizer": torch.optim.Adam, "lr": 0.01, **FAULTS.get(fault, {})}
    return NeuralNetClassifier(
        Net, max_epochs=10, batch_size=16, iterator_train__shuffle=True, verbose=0,
        callbacks=list(callbacks), **settings,
    )  # fmt: skip


def fit(fault="", *callbacks):
    torch.manual_seed(0)
    np.random.seed(0)
    return net(fault, *callbacks).fit(*(own.numpy() for own in rows()))


def test_a_healthy_training_is_the_same_to_the_bit_and_raises_no_alarm(capsys):
    before, doctor = untouched(), DoctorCallback()
    watched = fit("", doctor)
    assert same_weights(watched.module_, fit().module_)
    assert untouched() == before
    assert "fit_loop" not in vars(watched)
    assert alarms(doctor) == []
    assert "10 validations" in str(doctor.report())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("fault", "row"), [("softmax", 1), ("logits", 1), ("rate", 13)])
def test_a_fault_is_named_first(fault, row):
    doctor = DoctorCallback()
    fit(fault, doctor)
    assert first_fault(doctor) == row


def test_an_error_is_explained(capsys):
    before, doctor = untouched(), DoctorCallback(verbose=True)
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        fit("shape", doctor)
    assert untouched() == before
    assert first_fault(doctor) == 31
    assert "nn.Linear(9, 32) -> nn.Linear(8, 32)" in capsys.readouterr().out


def test_a_clone_has_a_doctor_of_its_own_and_a_pickle_the_report():
    doctor = DoctorCallback()
    watched = fit("logits", doctor)
    assert clone(watched).callbacks[0] is not doctor
    assert clone(net("", DoctorCallback(verbose=True))).callbacks[0].verbose
    assert clone(DoctorCallback(verbose=True)).verbose
    kept = pickle.loads(pickle.dumps(doctor))
    assert str(kept.report()) == str(doctor.report())


def test_the_page_says_what_its_example_prints(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = page("skorch")
    exec(compile(code, "example.py", "exec"), {"__name__": "__main__"})
    assert words(capsys.readouterr().out) == words(said)

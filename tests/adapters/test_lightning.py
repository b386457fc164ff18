import sys
from importlib import reload

import pytest
import pytorch_lightning
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from justright.adapters import lightning
from justright.errors import JustrightError

from .cases import alarms, first_fault, page, rows, same_weights, untouched, words

# Lightning warns of few workers, of no logger and of names that PyTorch has given up.
pytestmark = pytest.mark.filterwarnings("ignore")
EPOCHS = 10


class Net(pytorch_lightning.LightningModule):
    def __init__(self, fault):
        super().__init__()
        self.fault = fault
        self.net = nn.Sequential(nn.Linear(8 + (fault == "shape"), 32), nn.ReLU(), nn.Linear(32, 3))
        if fault == "softmax":
            self.net.append(nn.Softmax(1))

    def training_step(self, batch, _):
        return nn.functional.cross_entropy(self.net(batch[0]), batch[1])

    def validation_step(self, batch, _):
        logits = self.net(batch[0])
        self.log("val_loss", nn.functional.cross_entropy(logits, batch[1]))
        self.log("val_acc", (logits.argmax(1) == batch[1]).float().mean())

    def configure_optimizers(self):
        if self.fault == "rate":
            return torch.optim.SGD(self.parameters(), lr=50.0)
        return torch.optim.Adam(self.parameters(), lr=0.01)

    def optimizer_zero_grad(self, epoch, batch_idx, optimizer):
        if self.fault != "zero_grad":
            optimizer.zero_grad()


def fit(fault, doctor=None, epochs=EPOCHS):
    torch.manual_seed(0)
    x, y = rows()
    net = Net(fault)
    train, held = TensorDataset(x[:256], y[:256]), TensorDataset(x[256:], y[256:])
    trainer = pytorch_lightning.Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[doctor] if doctor else [],
    )
    trainer.fit(net, DataLoader(train, 16, shuffle=True), DataLoader(held, 32))
    return net


def test_a_healthy_training_is_the_same_to_the_bit_and_raises_no_alarm(capsys):
    before, doctor = untouched(), lightning.DoctorCallback(metric="val_acc")
    assert same_weights(fit("", doctor), fit(""))
    assert untouched() == before
    assert alarms(doctor) == []
    assert f"on Net.net (2 layers with weights), {EPOCHS} validations" in str(doctor.report())
    assert "Nothing is wrong" not in capsys.readouterr().out


@pytest.mark.parametrize(("fault", "row"), [("softmax", 1), ("zero_grad", 11), ("rate", 13)])
def test_a_fault_is_named_first(fault, row):
    doctor = lightning.DoctorCallback()
    fit(fault, doctor)
    assert first_fault(doctor) == row


def test_an_error_is_explained(capsys):
    before, doctor = untouched(), lightning.DoctorCallback(verbose=True)
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        torch.manual_seed(0)
        x, y = rows()
        pytorch_lightning.Trainer(
            max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False,
            num_sanity_val_steps=0, enable_progress_bar=False, callbacks=[doctor],
        ).fit(Net("shape"), DataLoader(TensorDataset(x, y), 16))  # fmt: skip
    assert untouched() == before
    assert doctor.findings[0].layer == "net.0"
    assert "nn.Linear(9, 32) -> nn.Linear(8, 32)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "module"), [("lightning.pytorch", pytorch_lightning), ("pytorch_lightning", None)]
)
def test_either_name_of_lightning_will_do(monkeypatch, name, module):
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, name, module)
        if module is None:
            with pytest.raises(JustrightError, match=r"pip install 'justright\[lightning\]'"):
                reload(lightning)
        else:
            patch.setitem(sys.modules, "pytorch_lightning", None)
            patch.setitem(sys.modules, "lightning", pytorch_lightning)
            reload(lightning)
            assert issubclass(lightning.DoctorCallback, pytorch_lightning.Callback)
    reload(lightning)


def test_the_page_says_what_its_example_prints(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = page("Lightning")
    exec(compile(code, "example.py", "exec"), {"__name__": "__main__"})
    assert words(capsys.readouterr().out) == words(said)

import pytest
import torch
from torch import nn
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

from justright.adapters.transformers import DoctorCallback

from .cases import alarms, first_fault, page, same_weights, untouched, words

# Transformers and accelerate use names that PyTorch has given up.
pytestmark = pytest.mark.filterwarnings("ignore")
WORDS, LENGTH, EPOCHS = 50, 8, 5


def sentences(n, seed):
    """Sentences of which the first word tells the class."""
    words = torch.randint(5, WORDS, (n, LENGTH), generator=torch.Generator().manual_seed(seed))
    labels = (words[:, 0] > WORDS // 2).long()
    return [{"input_ids": w, "labels": y} for w, y in zip(words, labels, strict=True)]


@pytest.fixture
def train(tmp_path):
    def trained(fault="", *callbacks, **settings):
        torch.manual_seed(0)
        net = BertForSequenceClassification(
            BertConfig(
                vocab_size=WORDS, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
                intermediate_size=32, max_position_embeddings=LENGTH, num_labels=2,
            )
        )  # fmt: skip
        if fault == "softmax":
            net.classifier = nn.Sequential(net.classifier, nn.Softmax(-1))
        if fault == "zero_grad":
            net.zero_grad = lambda set_to_none=True: None
        if fault == "rate":
            settings |= {"optim": "sgd", "learning_rate": 30.0, "max_grad_norm": 0.0}
        seen = sentences(256, 1)
        if fault == "labels":
            seen = [{**own, "labels": own["labels"] + 1} for own in seen]
        Trainer(
            net,
            TrainingArguments(
                **{
                    "output_dir": tmp_path, "num_train_epochs": EPOCHS, "learning_rate": 3e-3,
                    "per_device_train_batch_size": 16, "eval_strategy": "epoch",
                    "save_strategy": "no", "report_to": [], "disable_tqdm": True,
                    "use_cpu": True, "log_level": "error", **settings,
                }
            ),
            train_dataset=seen,
            eval_dataset=sentences(64, 2),
            callbacks=list(callbacks),
        ).train()  # fmt: skip
        return net

    return trained


@pytest.mark.parametrize("accumulated", [1, 2])
def test_a_healthy_training_is_the_same_to_the_bit_and_raises_no_alarm(train, accumulated):
    before, doctor = untouched(), DoctorCallback()
    settings = {"gradient_accumulation_steps": accumulated}
    assert same_weights(train("", doctor, **settings), train(**settings))
    assert untouched() == before
    assert alarms(doctor) == []
    said = str(doctor.report())
    assert f"{EPOCHS * 16 // accumulated} steps of AdamW" in said
    assert said.count(f"{EPOCHS} validations") + said.count(f"{EPOCHS}\nvalidations") == 1


@pytest.mark.parametrize(("fault", "row"), [("softmax", 1), ("zero_grad", 11), ("rate", 13)])
def test_a_fault_is_named_first(train, fault, row):
    doctor = DoctorCallback()
    train(fault, doctor)
    assert first_fault(doctor) == row


def test_an_error_is_explained(train, capsys):
    before, doctor = untouched(), DoctorCallback(verbose=True)
    with pytest.raises(IndexError, match="out of bounds"):
        train("labels", doctor)
    assert untouched() == before
    assert first_fault(doctor) == 2
    assert "counted from 1" in capsys.readouterr().out


def test_the_page_says_what_its_example_prints(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = page("Hugging Face")
    exec(compile(code, "example.py", "exec"), {"__name__": "__main__"})
    assert words(capsys.readouterr().out) == words(said)

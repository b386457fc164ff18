import sys
from importlib import reload

import pytest

from justright.adapters import keras as adapter
from justright.errors import JustrightError

from .cases import alarms, first_fault, page, rows, same_weights, untouched, words

import keras  # isort: skip  # after the adapter, which names its backend

EPOCHS = 10


def fit(fault="", *callbacks):
    keras.utils.set_random_seed(0)
    x, y = (own.numpy() for own in rows())
    net = keras.Sequential(
        [
            keras.layers.Input((8,)),
            keras.layers.Dense(32, activation="relu", name="hidden"),
            keras.layers.BatchNormalization(),  # its momentum is one minus PyTorch's
            keras.layers.Dense(3, activation=None if fault == "logits" else "softmax", name="out"),
        ]
    )
    if fault == "zero_grad":
        net.zero_grad = lambda: None
    net.compile(
        optimizer=keras.optimizers.SGD(50.0) if fault == "rate" else keras.optimizers.Adam(0.01),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=fault == "softmax"),
    )
    net.fit(
        x, y + (fault == "labels"), batch_size=16, epochs=EPOCHS, validation_split=0.2,
        verbose=0, callbacks=list(callbacks),
    )  # fmt: skip
    return net


def test_a_healthy_training_is_the_same_to_the_bit_and_raises_no_alarm(capsys):
    before, doctor = untouched(), adapter.DoctorCallback()
    watched = fit("", doctor)
    assert alarms(doctor) == []
    assert same_weights(watched, fit())
    assert untouched() == before
    assert "apply" not in vars(watched.optimizer)
    assert "160 steps of Adam (451 numbers)" in str(doctor.report())
    assert f"{EPOCHS} validations" in str(doctor.report())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("fault", "row"), [("softmax", 1), ("logits", 1), ("zero_grad", 11), ("rate", 13)]
)
def test_a_fault_is_named_first(fault, row):
    doctor = adapter.DoctorCallback()
    fit(fault, doctor)
    assert first_fault(doctor) == row
    if row == 1:
        assert doctor.findings[0].layer == "out"


def test_an_error_is_explained(capsys):
    before, doctor = untouched(), adapter.DoctorCallback(verbose=True)
    with pytest.raises(IndexError, match="out of bounds"):
        fit("labels", doctor)
    assert untouched() == before
    assert first_fault(doctor) == 2
    assert "counted from 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kerass", "settings"),
    [
        (keras.optimizers.SGD(0.5, momentum=0.75), {"lr": 0.5, "momentum": 0.75}),
        (keras.optimizers.AdamW(0.5, weight_decay=0.25), {"betas": (0.9, 0.999), "eps": 1e-7}),
        (keras.optimizers.RMSprop(0.5, rho=0.75), {"alpha": 0.75}),
        (keras.optimizers.Lion(0.5), {"lr": 0.5}),
    ],
    ids=lambda own: type(own).__name__,
)
def test_an_optimizer_stands_for_kerass(kerass, settings):
    kerass.build([keras.Variable([1.0])])
    standing = adapter.stand_in(kerass)
    assert type(standing).__name__ == type(kerass).__name__
    assert settings.items() <= standing.param_groups[0].items()


def test_without_keras_on_torch_the_error_says_what_to_do(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "keras", None)
        with pytest.raises(JustrightError, match=r"pip install 'justright\[keras\]'"):
            reload(adapter)
    with monkeypatch.context() as patch:
        patch.setattr(keras.backend, "backend", lambda: "jax")
        with pytest.raises(JustrightError, match="Keras runs on jax"):
            reload(adapter)
    reload(adapter)


def test_the_page_says_what_its_example_prints(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = page("Keras on PyTorch")
    exec(compile(code, "example.py", "exec"), {"__name__": "__main__"})
    assert words(capsys.readouterr().out) == words(said)

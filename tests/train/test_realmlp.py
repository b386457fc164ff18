"""RealMLP beside pytabkit's: the same parameters, and the same outputs from the same weights."""

import logging
import warnings

import numpy as np
import polars as pl
import pytest
import torch

from justright.data.scale import fit_scale
from justright.nets.dense import parameter_slots
from justright.nets.plain import DenseNet
from justright.nets.slots import total
from justright.nets.spec import DenseSpec

N_ROWS, N_TRAIN, N_NUMBERS, N_LEVELS, WIDTH = 300, 240, 4, 20, 256
ACTIVATION = {"multiclass": "selu", "regression": "mish"}


def table():
    draw = np.random.default_rng(0)
    numbers = {f"n{i}": draw.normal(size=N_ROWS) for i in range(N_NUMBERS)}
    return pl.DataFrame(numbers | {"city": [f"v{i % N_LEVELS:02d}" for i in range(N_ROWS)]})


def theirs(task, frame):
    """pytabkit's parameters after five epochs, and what the network puts out for every row."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tabkit = pytest.importorskip("pytabkit", reason="needs justright[bench]")
        for talker in ("lightning.pytorch", "pytorch_lightning"):
            logging.getLogger(talker).setLevel(logging.ERROR)
        x = frame.to_pandas().astype({"city": "category"})
        signal = frame["n0"].to_numpy() + frame["n1"].to_numpy()
        kind = tabkit.RealMLP_TD_Classifier if task == "multiclass" else tabkit.RealMLP_TD_Regressor
        y = np.digitize(signal, [-0.5, 0.5]) if task == "multiclass" else signal
        model = kind(device="cpu", random_state=0, n_epochs=5, n_threads=1, verbosity=0)
        model.fit(x[:N_TRAIN], y[:N_TRAIN], x[N_TRAIN:], y[N_TRAIN:])
        out = model.predict_proba(x) if task == "multiclass" else model.predict(x)
    network = model.alg_interface_.model
    own = [(n, p.detach()[0]) for n, p in network.named_parameters() if p.trainable]
    return own, torch.from_numpy(np.asarray(out)), torch.from_numpy(y[:N_TRAIN])


def ours(task):
    return DenseSpec(
        n_numeric=N_NUMBERS, n_plain=0, cardinalities=(N_LEVELS + 1,), depth=3, width=WIDTH,
        n_outputs=3 if task == "multiclass" else 1, activation=ACTIVATION[task],
        numeric_embedding="periodic", category_size=8, input_scaling=True, activation_blend=True,
        parametrisation="ntk",
    )  # fmt: skip


def filled(spec, own):
    """A plain network with pytabkit's weights; its inputs are waves, raw numbers, categories."""
    values = [value for _, value in own]
    frequency, weight, phase, bias, category, scale, *layers = values
    n = N_NUMBERS
    order = [i for f in range(n) for i in (3 * n + f, 3 * f, 3 * f + 1, 3 * f + 2)]
    order += range(4 * n, spec.n_first)
    net = DenseNet(spec)
    with torch.no_grad():
        for name, value in (("frequency", frequency), ("phase", phase), ("weight", weight)):
            getattr(net.numbers, name).copy_(value.view(getattr(net.numbers, name).shape))
        net.numbers.bias.copy_(bias[:, 0])
        net.category[0].weight.copy_(category)
        net.input.scale.copy_(scale[0, order])
        for i, layer in enumerate(net.hidden):
            rows = order if i == 0 else slice(None)
            theta, shift, blend = layers[3 * i : 3 * i + 3]
            layer.linear.weight.copy_(theta[rows].T / len(theta) ** 0.5)
            layer.linear.bias.copy_(shift[0])
            layer.activation.blend.copy_(blend[0])
        net.output.weight.copy_(layers[-2].T / WIDTH**0.5)
        net.output.bias.copy_(layers[-1][0])
    return net.eval()


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_parameters_and_outputs_are_those_of_pytabkit(task):
    frame = table()
    own, expected, y = theirs(task, frame)
    spec = ours(task)
    assert all((value != 1).any() for value in (own[5][1], own[8][1])), "factors never moved"
    assert total(parameter_slots(spec)) == sum(value.numel() for _, value in own)
    numbers = [
        fit_scale(frame[f"n{i}"][:N_TRAIN], "robust").apply(frame[f"n{i}"].to_numpy())
        for i in range(N_NUMBERS)
    ]
    # Index 0 is that of a missing level.
    codes = frame["city"].str.slice(1).cast(pl.Int64).to_numpy() + 1
    x = torch.from_numpy(np.column_stack([*numbers, codes])).float()
    with torch.no_grad():
        found = filled(spec, own)(x)
    if task == "multiclass":
        torch.testing.assert_close(found.softmax(1), expected.float(), atol=1e-4, rtol=1e-3)
    else:
        found = (found[:, 0] * y.std(correction=0) + y.mean()).clamp(y.min(), y.max()).float()
        torch.testing.assert_close(found, expected.float().view(-1), atol=1e-4, rtol=1e-3)

"""Faulty lines, the row of each, and a part of the remedy it should be told."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset, random_split

r, tensor = torch.randn, torch.tensor


class Bare(nn.Module):
    """No forward, no layers."""


class Forgetful(nn.Module):
    """No super().__init__()."""

    def __init__(self):
        self.fc = nn.Linear(2, 2)


class Strict(nn.Module):
    def forward(self, x, y):
        return x


def backward_twice():
    loss = (nn.Linear(2, 1)(r(3, 2)) ** 2).sum()
    loss.backward()
    loss.backward()


def carried_state():
    lstm, state = nn.LSTM(2, 3), None
    for _ in range(2):
        out, state = lstm(r(4, 1, 2), state)
        out.sum().backward()


def step_between():
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    optimizer = torch.optim.SGD(first.parameters(), lr=0.1)
    hidden = first(r(3, 2))
    one, two = second(hidden).sum(), (first(hidden) ** 2).sum()
    one.backward(retain_graph=True)
    optimizer.step()
    two.backward()


def in_place():
    w = r(3, requires_grad=True)
    a = w.exp()
    b = a * 2
    a += 1
    (a * b).sum().backward()


def in_place_leaf():
    w = r(3, requires_grad=True)
    w -= 0.1


def anomaly():
    x = tensor([0.0], requires_grad=True)
    with torch.autograd.detect_anomaly(check_nan=True):
        (torch.sqrt(x) * 0).sum().backward()


def cut_graph():
    with torch.no_grad():
        loss = nn.Linear(2, 1)(r(3, 2)).sum()
    loss.backward()


def scaler_alone():
    optimizer = torch.optim.SGD([r(2, requires_grad=True)], lr=0.1)
    torch.amp.GradScaler("cpu").step(optimizer)


def params(kind=torch.optim.SGD, **options):
    return kind(nn.Linear(2, 2).parameters(), lr=0.1, **options)


def cross(output, target, **facts):
    shapes = (tuple(output.shape), tuple(target.shape))
    numbers = target.float()
    return (
        lambda: F.cross_entropy(output, target),
        {
            "loss": "cross_entropy",
            "loss_shapes": shapes,
            "target_low": float(numbers.min()),
            "target_high": float(numbers.max()),
            "during": "loss",
            **facts,
        },
    )


def binary(loss, output, target, **facts):
    shapes = (tuple(output.shape), tuple(target.shape))
    return (lambda: loss(output, target), {"loss": "loss", "loss_shapes": shapes, **facts})


def layer(module, x, *more, before="", **facts):
    weight = getattr(module, "weight", None)
    return (
        lambda: module(x, *more),
        {
            "layer": "layer",
            "kind": type(module).__name__,
            "in_shapes": (tuple(x.shape),),
            "weight_shape": () if weight is None else tuple(weight.shape),
            "options": module.extra_repr(),
            "before": before,
            "during": "forward",
            **facts,
        },
    )


def plain(run, **facts):
    return run, facts


POOL = "pool: MaxPool2d -> (32, 16, 4, 4)"
ERRORS = {
    # name: (what fails with the facts known of it, row, part of the remedy or None for unknown)
    "linear, wrong in_features": (
        layer(nn.Linear(400, 120), r(32, 256), before="flat: Flatten -> (32, 256)"),
        31,
        "nn.Linear(400, 120) -> nn.Linear(256, 120)",
    ),
    "linear, series": (layer(nn.Linear(8, 2), r(4, 7, 30)), 31, "nn.Linear(30, 2)"),
    "linear, flatten missing inside": (
        layer(nn.Linear(256, 9), r(32, 16, 4, 4), before=POOL),
        31,
        "x.flatten(1)",
    ),
    "linear, images not flattened": (layer(nn.Linear(784, 9), r(4, 1, 28, 28)), 27, "x.flatten(1)"),
    "linear, features in the middle": (
        layer(nn.Linear(6, 9), r(4, 6, 50)),
        27,
        "x.transpose(1, -1)",
    ),
    "linear, both": (
        layer(nn.Linear(400, 9), r(32, 16, 4, 4), before=POOL),
        31,
        "nn.Linear(256, 9)",
    ),
    "plain product": (plain(lambda: r(3, 4) @ r(5, 4)), 31, "second"),
    "product with a vector": (plain(lambda: r(3, 4) @ r(3)), 31, ".T on the matrix"),
    "batched product": (plain(lambda: torch.bmm(r(2, 3, 4), r(2, 5, 6))), 31, "transpose(1, 2)"),
    "channels last": (layer(nn.Conv2d(3, 8, 3), r(4, 28, 28, 3)), 27, "x.permute(0, 3, 1, 2)"),
    "series, channels last": (layer(nn.Conv1d(3, 8, 3), r(4, 50, 3)), 27, "x.permute(0, 2, 1)"),
    "channel axis missing": (layer(nn.Conv2d(1, 8, 3), r(4, 28, 28)), 27, "x.unsqueeze(1)"),
    "grey images": (layer(nn.Conv2d(3, 8, 3), r(4, 1, 28, 28)), 27, "nn.Conv2d(1, 8, …)"),
    "channels between layers": (
        layer(nn.Conv2d(3, 8, 3), r(4, 6, 9, 9), before="c: Conv2d -> (4, 6, 9, 9)"),
        31,
        "nn.Conv2d(6, 8, …)",
    ),
    "transposed channels": (
        layer(nn.ConvTranspose2d(3, 2, 3), r(2, 4, 5, 5)),
        27,
        "nn.ConvTranspose2d(4, 2, …)",
    ),
    "flat images": (layer(nn.Conv2d(1, 8, 3), r(4, 784)), 27, "x.view(-1, 1, 28, 28)"),
    "an axis too many": (layer(nn.Conv2d(1, 8, 3), r(4, 1, 1, 5, 5)), 27, "surplus"),
    "kernel too large": (layer(nn.Conv2d(3, 8, 7), r(4, 3, 4, 4)), 31, "pool less"),
    "pooled away": (layer(nn.MaxPool2d(2), r(2, 3, 1, 1)), 31, "pooling layer"),
    "pooling of rows": (layer(nn.MaxPool2d(2), r(2, 3)), 31, "before flattening"),
    "batch norm, size": (layer(nn.BatchNorm1d(10), r(4, 8)), 31, "nn.BatchNorm1d(8)"),
    "batch norm, axes": (layer(nn.BatchNorm2d(10), r(4, 10)), 31, "nn.BatchNorm1d(…)"),
    "batch norm, one row": (layer(nn.BatchNorm1d(10), r(1, 10), step=9), 12, "drop_last=True"),
    "instance norm, one pixel": (layer(nn.InstanceNorm2d(3), r(1, 3, 1, 1)), 12, "GroupNorm"),
    "layer norm": (layer(nn.LayerNorm(10), r(4, 8)), 31, "nn.LayerNorm(8)"),
    "group norm": (layer(nn.GroupNorm(2, 10), r(4, 8, 3)), 31, "nn.GroupNorm(…, 8)"),
    "target above the outputs": (cross(r(4, 9), tensor([0, 1, 2, 9])), 27, "nn.Linear(…, 10)"),
    "labels from one": (cross(r(3, 3), tensor([1, 2, 3])), 2, "y - 1"),
    "labels from one, no facts": (
        plain(lambda: F.nll_loss(r(3, 3), tensor([1, 2, 3]))),
        27,
        "map them",
    ),
    "negative label": (cross(r(2, 3), tensor([0, -1])), 2, "ignore_index=-1"),
    "float labels": (cross(r(2, 3), tensor([0.0, 1.0])), 2, "y.long()"),
    "one output, float labels": (cross(r(2, 1), tensor([0.0, 1.0])), 2, "BCEWithLogitsLoss"),
    "int32 labels": (cross(r(2, 3), tensor([0, 1], dtype=torch.int32)), 2, "y.long()"),
    "labels in a column": (cross(r(2, 3), tensor([[0], [1]])), 2, "squeeze(1)"),
    "one-hot of another width": (cross(r(3, 4), torch.eye(3)), 2, "argmax(1)"),
    "one-hot whole numbers": (cross(r(3, 3), torch.eye(3).long()), 2, "argmax(1)"),
    "squeezed output": (cross(r(3), tensor([0, 1, 1])), 2, "BCEWithLogitsLoss"),
    "view mixed the rows": (cross(r(50, 3), torch.zeros(32).long()), 31, "x.size(0), -1"),
    "time merged on one side": (cross(r(28, 3), torch.zeros(4).long()), 2, "flatten"),
    "masks with a channel": (cross(r(2, 3, 4, 4), torch.zeros(2, 1, 4, 4).long()), 2, "squeeze(1)"),
    "classes last": (cross(r(4, 7, 30), torch.zeros(4, 7).long()), 2, "transpose(1, 2)"),
    "class weights": (
        plain(lambda: F.cross_entropy(r(2, 3), tensor([0, 1]), weight=torch.ones(4))),
        27,
        "3 numbers",
    ),
    "targets from numpy": (
        plain(lambda: F.cross_entropy(r(2, 3), np.array([0, 1]))),
        2,
        "as_tensor",
    ),
    "margin target": (plain(lambda: F.multi_margin_loss(r(2, 3), tensor([0, 3]))), 2, "y - 1"),
    "one_hot, too few": (plain(lambda: F.one_hot(tensor([0, 3]), 3)), 27, "int(y.max()) + 1"),
    "one_hot of floats": (plain(lambda: F.one_hot(r(3), 3)), 2, "long()"),
    "logits into BCELoss": (binary(nn.BCELoss(), r(9) * 9, torch.ones(9)), 1, "BCEWithLogitsLoss"),
    "nan behind a sigmoid": (
        binary(nn.BCELoss(), r(2) * np.nan, torch.ones(2), before="out: Sigmoid -> (2,)"),
        6,
        "nan",
    ),
    "nan after steps": (
        binary(nn.BCELoss(), r(2) * np.nan, torch.ones(2), step=40),
        6,
        "learning rate",
    ),
    "BCE, column": (binary(nn.BCELoss(), torch.rand(4, 1), torch.ones(4)), 2, "unsqueeze(1)"),
    "BCE with logits, column": (
        binary(nn.BCEWithLogitsLoss(), r(4, 1), torch.ones(4)),
        2,
        "unsqueeze(1)",
    ),
    "BCE of classes": (
        binary(nn.BCEWithLogitsLoss(), r(4, 3), torch.ones(4)),
        2,
        "nn.CrossEntropyLoss()",
    ),
    "BCE, whole numbers": (
        binary(nn.BCELoss(), torch.rand(4), torch.ones(4).long()),
        2,
        "y.float()",
    ),
    "BCE with logits, whole": (
        binary(nn.BCEWithLogitsLoss(), r(4), torch.ones(4).long()),
        2,
        "y.float()",
    ),
    "BCE, doubles": (binary(nn.BCELoss(), torch.rand(4), torch.rand(4).double()), 2, "y.float()"),
    "BCE, labels 1 and 2": (binary(nn.BCELoss(), torch.rand(2), tensor([1.0, 2.0])), 2, "0 and 1"),
    "MSE, sizes": (binary(nn.MSELoss(), r(4, 3), r(4, 2)), 2, "(2,)"),
    "MSE was built, not called": (
        plain(lambda: nn.MSELoss(r(3), r(3))(r(3), r(3))),
        31,
        "criterion(output, y)",
    ),
    "forward gave nothing": (plain(lambda: nn.MSELoss()(None, r(3))), 31, "return"),
    "no graph": (plain(cut_graph), 10, "requires_grad_(True)"),
    "item": (plain(lambda: r(1).item().backward()), 10, ".item()"),
    "numpy number": (plain(lambda: np.float32(1).backward()), 10, "loss.backward()"),
    "no parameters": (plain(lambda: torch.optim.Adam(Bare().parameters())), 10, "nn.ModuleList"),
    "non-leaf": (
        plain(lambda: torch.optim.SGD([r(2, requires_grad=True) * 2])),
        10,
        "nn.Parameter",
    ),
    "backward twice": (plain(backward_twice), 11, "loss_a + loss_b"),
    "carried state": (plain(carried_state, step=1), 29, "detach()"),
    "step between": (plain(step_between, step=0), 11, "every backward()"),
    "in place": (plain(in_place), 31, "x = x + y"),
    "leaf in place": (plain(in_place_leaf), 31, "no_grad"),
    "vector loss": (plain(lambda: r(3, requires_grad=True).backward()), 31, "mean()"),
    "numpy of a graph": (plain(lambda: r(3, requires_grad=True).numpy()), 31, "detach()"),
    "anomaly": (plain(anomaly), 6, "1e-8"),
    "scaler": (plain(scaler_alone), 11, "scaler.scale"),
    "lstm, features": (layer(nn.LSTM(5, 8), r(3, 4, 6)), 31, "nn.LSTM(6, …)"),
    "lstm, flattened": (layer(nn.LSTM(5, 8), r(3, 20)), 27, "x.view(-1, 4, 5)"),
    "lstm, one feature": (layer(nn.LSTM(1, 8), r(3, 20)), 27, "unsqueeze(-1)"),
    "lstm, channels first": (layer(nn.LSTM(5, 8), r(3, 5, 40)), 27, "x.transpose(1, 2)"),
    "lstm, images": (layer(nn.LSTM(28, 8), r(3, 1, 28, 28)), 27, "x.flatten(2)"),
    "lstm, batch_first": (
        layer(nn.LSTM(5, 8, batch_first=True), r(3, 4, 5), (r(1, 4, 8), r(1, 4, 8))),
        9,
        "batch_first=False",
    ),
    "gru, short last batch": (layer(nn.GRU(5, 8), r(7, 4, 5), r(1, 32, 8)), 31, "x.size(0)"),
    "gru, layers": (layer(nn.GRU(5, 8), r(3, 4, 5), r(2, 4, 8)), 31, "torch.zeros(1, 4, 8)"),
    "gru, axes of the state": (layer(nn.GRU(5, 8), r(3, 4, 5), r(4, 8)), 31, "num_layers"),
    "cell": (layer(nn.LSTMCell(5, 8), r(3, 6)), 31, "input_size to 6"),
    "tuple into a layer": (
        plain(lambda: nn.Linear(8, 2)(nn.LSTM(5, 8)(r(3, 4, 5)))),
        31,
        "output, _",
    ),
    "doubles into an lstm": (layer(nn.LSTM(5, 8), r(3, 4, 5).double()), 31, "x.float()"),
    "embedding": (layer(nn.Embedding(10, 4), tensor([3, 10])), 31, "ids.max()) + 1, 4)"),
    "embedding of floats": (layer(nn.Embedding(10, 4), r(3)), 31, "long()"),
    "d_model": (layer(nn.TransformerEncoderLayer(16, 4), r(5, 2, 12)), 31, "12"),
    "heads": (plain(lambda: nn.MultiheadAttention(16, 3)), 31, "nhead"),
    "attention mask": (
        plain(
            lambda: nn.MultiheadAttention(16, 4)(*[r(5, 2, 16)] * 3, attn_mask=torch.zeros(4, 4))
        ),
        31,
        "anew",
    ),
    "padding mask": (
        plain(lambda: nn.MultiheadAttention(16, 4)(*[r(5, 2, 16)] * 3, torch.zeros(5, 2).bool())),
        9,
        "batch_first",
    ),
    "doubles into linear": (layer(nn.Linear(4, 2), r(3, 4).double()), 31, "x.float()"),
    "whole numbers into linear": (layer(nn.Linear(4, 2), torch.ones(3, 4).long()), 31, "x.float()"),
    "bytes into a convolution": (
        layer(nn.Conv2d(1, 2, 3), torch.ones(1, 1, 5, 5).byte()),
        31,
        "x.float()",
    ),
    "doubles into batch norm": (layer(nn.BatchNorm1d(3), r(4, 3).double()), 31, "x.float()"),
    "numpy into linear": (plain(lambda: nn.Linear(4, 2)(np.ones((3, 4)))), 31, "from_numpy"),
    "numpy into a convolution": (
        plain(lambda: nn.Conv2d(1, 2, 3)(np.ones((1, 1, 5, 5)))),
        31,
        "from_numpy",
    ),
    "devices": (layer(nn.Linear(2, 2), r(3, 2, device="meta")), 31, "model.to(device)"),
    "device name": (plain(lambda: r(2).to("gpu")), 31, "cuda"),
    "text column": (plain(lambda: torch.from_numpy(np.array(["a"], dtype=object))), 31, "encode"),
    "flipped array": (plain(lambda: torch.from_numpy(np.ones(3)[::-1])), 31, "copy()"),
    "ragged rows": (plain(lambda: tensor([[1], [1, 2]])), 31, "pad"),
    "unequal images": (
        plain(lambda: next(iter(DataLoader([r(1), r(2)], batch_size=2))), during="data"),
        31,
        "pad_sequence",
    ),
    "nothing from a dataset": (plain(lambda: next(iter(DataLoader([None])))), 31, "return x, y"),
    "empty dataset": (plain(lambda: DataLoader([], shuffle=True)), 31, "len(dataset)"),
    "split": (plain(lambda: random_split(range(9), [5, 5])), 31, "0.8"),
    "rows of a dataset": (plain(lambda: TensorDataset(r(3), r(4))), 31, "both shapes"),
    "cat": (plain(lambda: torch.cat([r(2, 8, 31, 31), r(2, 8, 32, 32)], 1)), 31, "F.interpolate"),
    "stack": (plain(lambda: torch.stack([r(3, 2), r(4, 2)])), 31, "torch.cat"),
    "skip connection": (plain(lambda: r(3, 64, 8, 8) + r(3, 32, 8, 8)), 31, "project"),
    "view of the wrong size": (
        plain(lambda: r(32, 16, 4, 4).view(-1, 400), before=POOL),
        31,
        "nn.Linear(400, …) -> nn.Linear(256, …)",
    ),
    "view of a short batch": (plain(lambda: r(30, 256).view(32, 256)), 31, "x.size(0)"),
    "view after permute": (plain(lambda: r(3, 4).t().view(12)), 31, "reshape"),
    "axis out of range": (plain(lambda: r(3).argmax(1)), 31, "dim=-1"),
    "permute": (plain(lambda: r(3, 4, 5).permute(0, 2)), 31, "all axes|permute"),
    "if on a tensor": (plain(lambda: bool(r(3) > 0)), 31, "any()"),
    "item of many": (plain(lambda: r(3).item()), 31, "mean()"),
    "missing weights": (
        plain(lambda: nn.Linear(2, 2).load_state_dict({"weight": r(2, 2)})),
        31,
        "strict=False",
    ),
    "sizes of weights": (
        plain(lambda: nn.Linear(2, 2).load_state_dict({"weight": r(3, 2), "bias": r(2)})),
        31,
        "replace it after",
    ),
    "super missing": (plain(Forgetful), 31, "super().__init__()"),
    "forward missing": (plain(lambda: Bare()(r(2))), 31, "def forward"),
    "argument missing": (plain(lambda: Strict()(r(2))), 31, "pass it"),
    "argument too many": (plain(lambda: Strict()(r(2), r(2), r(2))), 31, "model(x)"),
    "attribute": (plain(lambda: Bare().fc2), 31, "self.fc2"),
    "list in a Sequential": (plain(lambda: nn.Sequential([nn.ReLU()])), 31, "*layers"),
    "relu built": (plain(lambda: nn.ReLU(r(2)).sum()), 31, "nn.ReLU()(x)"),
    "ModuleList called": (plain(lambda: nn.ModuleList([nn.ReLU()])(r(2))), 31, "for layer"),
    "model for parameters": (plain(lambda: torch.optim.SGD(nn.Linear(2, 2))), 31, "parameters()"),
    "brackets missing": (
        plain(lambda: torch.optim.SGD(nn.Linear(2, 2).parameters)),
        31,
        "parameters()",
    ),
    "closure": (plain(lambda: params(torch.optim.LBFGS).step()), 31, "def closure"),
    "plateau": (
        plain(lambda: torch.optim.lr_scheduler.ReduceLROnPlateau(params()).step()),
        31,
        "validation_loss",
    ),
    "float size": (plain(lambda: nn.Linear(2.0, 3)), 31, "//"),
    "dropout of 20": (plain(lambda: nn.Dropout(20)), 31, "0.2"),
    "unknown setting": (plain(lambda: params(momentun=0.9)), 31, "settings"),
    "something else": (plain(lambda: {}["image"]), 31, None),
}

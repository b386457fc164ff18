"""Trainings as users write them, of every style: each leaves what is to be compared."""

import copy
import io
import pickle
import random
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils import checkpoint
from torch.utils.data import DataLoader, TensorDataset

STEPS = 50

#: What a training is given: it is called with all models and optimizers before its first step.
Begin = Callable[[object, object], None]


def batch(n_rows: int = 16, n_columns: int = 6) -> tuple[Tensor, Tensor]:
    x = torch.randn(n_rows, n_columns)
    return x, (x[:, 0] > 0).long()


def batches(n: int = STEPS) -> Iterator[tuple[Tensor, Tensor]]:
    for _ in range(n):
        yield batch()


def steps(net: nn.Module, optimizer: torch.optim.Optimizer, begin: Begin) -> list[object]:
    """The usual loop."""
    begin(net, optimizer)
    loss = nn.CrossEntropyLoss()
    for x, y in batches():
        optimizer.zero_grad()
        loss(net(x), y).backward()
        optimizer.step()
    return [net, optimizer]


def mlp() -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(6, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(0.2), nn.Linear(12, 2)
    )


class Nested(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem, self.branches = nn.Linear(6, 8), nn.ModuleList(mlp() for _ in range(2))
        self.out = nn.ModuleDict({"left": nn.Linear(8, 6)})
        self.criterion = F.cross_entropy  # a function of torch's that the model holds

    def forward(self, x: Tensor) -> Tensor:
        hidden = x + self.out["left"](torch.tanh(self.stem(x)))
        return sum(branch(hidden) for branch in self.branches)


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.cell = nn.LSTM(6, 8, batch_first=True, dropout=0.1, num_layers=2), None
        self.second, self.out = nn.GRU(8, 8, batch_first=True), nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        hidden, _ = self.first(x.unflatten(1, (1, 6)).expand(-1, 5, -1))
        return self.out(self.second(hidden)[0][:, -1])


class Words(nn.Module):
    def __init__(self, sparse: bool = False) -> None:
        super().__init__()
        self.embedding = nn.Embedding(20, 8, sparse=sparse)
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = nn.Identity() if sparse else nn.TransformerEncoder(layer, 2)
        self.out = nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.encoder(self.embedding(x.abs().mul(4).long().clamp(max=19))).mean(1))


def sequential(begin: Begin) -> list[object]:
    net = mlp()
    return steps(net, torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9), begin)


def nested(begin: Begin) -> list[object]:
    net = Nested()
    return steps(net, torch.optim.AdamW(net.parameters()), begin)


def recurrent(begin: Begin) -> list[object]:
    net = Recurrent()
    return steps(net, torch.optim.RMSprop(net.parameters()), begin)


def transformer(begin: Begin) -> list[object]:
    net = Words()
    return steps(net, torch.optim.NAdam(net.parameters()), begin)


def sparse(begin: Begin) -> list[object]:
    net = Words(sparse=True)
    whole = torch.optim.Adam(net.out.parameters())
    begin(net, [rest := torch.optim.SparseAdam(net.embedding.parameters()), whole])
    for x, y in batches():
        net.zero_grad()
        F.cross_entropy(net(x), y).backward()
        rest.step(), whole.step()
    return [net, rest, whole]


def gan(begin: Begin) -> list[object]:
    maker, judge = nn.Linear(3, 6), mlp()
    optimizers = [torch.optim.Adam(net.parameters(), betas=(0.5, 0.9)) for net in (maker, judge)]
    begin([maker, judge], optimizers)
    loss = nn.BCEWithLogitsLoss()
    for x, _ in batches():
        made = maker(torch.randn(len(x), 3))
        optimizers[1].zero_grad()
        real, false = judge(x)[:, 0], judge(made.detach())[:, 0]
        (loss(real, torch.ones(len(x))) + loss(false, torch.zeros(len(x)))).backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        loss(judge(made)[:, 0], torch.ones(len(x))).backward()
        optimizers[0].step()
    return [maker, judge, *optimizers]


def lbfgs(begin: Begin) -> list[object]:
    net = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 2))
    optimizer = torch.optim.LBFGS(net.parameters(), max_iter=3, line_search_fn="strong_wolfe")
    begin(net, optimizer)
    for x, y in batches(STEPS // 3):

        def closure(x: Tensor = x, y: Tensor = y) -> Tensor:
            optimizer.zero_grad()
            value = F.cross_entropy(net(x), y)
            value.backward()
            return value

        optimizer.step(closure)
    return [net, optimizer]


def mixed_precision(begin: Begin) -> list[object]:
    net = mlp()
    optimizer, scaler = torch.optim.Adam(net.parameters()), torch.amp.GradScaler("cpu")
    begin(net, optimizer)
    for x, y in batches():
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            value = F.cross_entropy(net(x), y)
        scaler.scale(value).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
    return [net, optimizer, scaler.state_dict()]


def accumulation(begin: Begin) -> list[object]:
    net = mlp()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
    begin(net, optimizer)
    for place, (x, y) in enumerate(batches()):
        (F.cross_entropy(net(x), y) / 4).backward()
        if place % 4 == 3:
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=False)
    return [net, optimizer, schedule.state_dict()]


def functional(begin: Begin) -> list[object]:
    weights = [torch.randn(6, 8).requires_grad_(), torch.randn(8, 2).requires_grad_()]
    optimizer = torch.optim.Adagrad(weights)
    begin(mlp(), optimizer)
    for x, y in batches():
        optimizer.zero_grad()
        F.cross_entropy(F.gelu(x @ weights[0]) @ weights[1], y).backward()
        optimizer.step()
    return [weights, optimizer]


def wrapped(begin: Begin) -> list[object]:
    net = nn.DataParallel(Nested())
    return steps(net, torch.optim.Adam(net.parameters()), begin)


def frozen(begin: Begin) -> list[object]:
    body, head = mlp(), nn.Linear(2, 2)
    body.requires_grad_(False).eval()
    net = nn.Sequential(body, head)
    return steps(net, torch.optim.Adam(head.parameters()), begin)


def recomputed(begin: Begin) -> list[object]:
    class Half(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts, self.out = nn.ModuleList([nn.Linear(6, 6), mlp()]), nn.Linear(2, 2)

        def forward(self, x: Tensor) -> Tensor:
            x = checkpoint.checkpoint(self.parts[0], x.requires_grad_(), use_reentrant=True)
            return self.out(checkpoint.checkpoint(self.parts[1], x, use_reentrant=False))

    net = Half()
    return steps(net, torch.optim.Adam(net.parameters()), begin)


def by_hand(begin: Begin) -> list[object]:
    net = mlp()
    begin(net, torch.optim.SGD(net.parameters(), lr=0.1))
    for x, y in batches():
        F.cross_entropy(net(x), y).backward()
        with torch.no_grad():
            for value in net.parameters():
                value -= 0.1 * value.grad
        net.zero_grad()
    return [net]


def per_example(begin: Begin) -> list[object]:
    net = nn.Sequential(nn.Linear(6, 4), nn.Tanh(), nn.Linear(4, 2))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    begin(net, optimizer)

    def value(parameters: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(torch.func.functional_call(net, parameters, (x[None],)), y[None])

    slopes = torch.func.vmap(torch.func.grad(value), (None, 0, 0))
    for x, y in batches():
        found = slopes(dict(net.named_parameters()), x, y)
        for name, parameter in net.named_parameters():
            parameter.grad = found[name].mean(0).detach()
        optimizer.step()
    return [net, optimizer]


def loader(begin: Begin) -> list[object]:
    net = mlp()
    optimizer = torch.optim.Adam(net.parameters())
    begin(net, optimizer)
    x, y = batch(48)
    for epoch in range(3):
        for rows, labels in DataLoader(TensorDataset(x, y), 16, shuffle=True, num_workers=epoch):
            optimizer.zero_grad()
            F.cross_entropy(net(rows), labels).backward()
            optimizer.step()
        net.eval()
        with torch.no_grad():
            F.cross_entropy(net(x), y)
        net.train()
    return [net, optimizer]


def averaged(begin: Begin) -> list[object]:
    net = Nested()
    optimizer = torch.optim.Adam(net.parameters())
    begin(net, optimizer)
    average = None
    for place, (x, y) in enumerate(batches()):
        optimizer.zero_grad()
        net.criterion(net(x), y).backward()
        optimizer.step()
        average = average or copy.deepcopy(net)
        with torch.no_grad():
            for mean, value in zip(average.parameters(), net.parameters(), strict=True):
                mean.lerp_(value, 0.1)
        if place % 20 == 0:
            pickle.loads(pickle.dumps(net)), pickle.loads(pickle.dumps(optimizer))
            torch.save([net, optimizer, optimizer.state_dict()], io.BytesIO())
            torch.save(average.state_dict(), io.BytesIO())
    return [net, optimizer, average]


def stumbling(begin: Begin) -> list[object]:
    """The loop goes on after errors of its own; chance comes from everywhere."""
    net = nn.Sequential(nn.Linear(6, 6), mlp())
    optimizer = torch.optim.Adam(net.parameters())
    begin(net, optimizer)
    for place, (x, y) in enumerate(batches()):
        x = x + random.random() * np.random.rand()
        try:
            value = F.cross_entropy(net(x[:, : 6 - (place % 5 == 1)]), y + 2 * (place % 7 == 1))
        except (RuntimeError, IndexError):
            continue
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return [net, optimizer]


def own_optimizer(begin: Begin) -> list[object]:
    class Plain(torch.optim.Optimizer):
        def __init__(self, parameters: Iterator[nn.Parameter]) -> None:
            super().__init__(parameters, {"rate": torch.tensor(0.1)})

        @torch.no_grad()
        def step(self, closure: object = None) -> None:
            for group in self.param_groups:
                for value in group["params"]:
                    value.sub_(group["rate"] * value.grad)

    net = nn.Bilinear(6, 6, 2)
    optimizer = Plain(net.parameters())
    begin(net, optimizer)
    for x, y in batches():
        optimizer.zero_grad()
        slopes = torch.autograd.grad(F.cross_entropy(net(x, x), y), [*net.parameters()])
        for value, slope in zip(net.parameters(), slopes, strict=True):
            value.grad = slope
        optimizer.step()
    return [net, optimizer]


STYLES = {
    style.__name__: style
    for style in (
        sequential, nested, recurrent, transformer, sparse, gan, lbfgs, mixed_precision,
        accumulation, functional, wrapped, frozen, recomputed, by_hand, per_example, loader,
        averaged, stumbling, own_optimizer,
    )
}  # fmt: skip

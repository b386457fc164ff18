"""Little networks as users write them, with the batches that a watcher would keep of them."""

from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

from justright.doctor.trials.replay import Replay


def replayed(model, batches, function=F.cross_entropy, optimizer=None, made=lambda out: out):
    """What a watcher keeps: each batch is (inputs…, targets)."""
    replay = Replay.begin(model, type(model).__name__)
    for *inputs, y in batches:
        state = {k: v.clone() for k, v in model.state_dict().items()}
        out = model(*inputs)
        model.load_state_dict(state)
        argument = made(out)
        replay.add(tuple(inputs), {}, out, function, (argument, y), {}, function(argument, y))
    if optimizer is not None:
        replay.learn_from(optimizer, model)
    return replay


def tables(n_batches=4, n=32, width=6, seed=0):
    """Four classes by two signs, in columns 0 and 1."""
    torch.manual_seed(seed)
    xs = [torch.randn(n, width) for _ in range(n_batches)]
    return [(x, (x[:, 0] > 0).long() + 2 * (x[:, 1] > 0).long()) for x in xs]


def numbers(n_batches=4, n=32, width=6):
    return [(x, (x[:, :1] - x[:, 1:2].abs())) for x, _ in tables(n_batches, n, width)]


def pictures(n_batches=2, n=16, size=12):
    torch.manual_seed(0)
    ys = [torch.arange(n) % 3 for _ in range(n_batches)]
    return [
        (torch.randn(n, 3, size, size) * 0.3 + F.one_hot(y, 3)[:, :, None, None], y) for y in ys
    ]


def series(n_batches=3, n=24, time=7, width=3):
    torch.manual_seed(0)
    xs = [torch.randn(n, time, width) for _ in range(n_batches)]
    return [(x, (x[:, -1, 0] > 0).long() + (x[:, -2, 1] > 0).long()) for x in xs]


def words(n_batches=3, n=24, time=7, size=20):
    torch.manual_seed(0)
    xs = [torch.randint(1, size, (n, time)) for _ in range(n_batches)]
    return [(x, (x[:, 0] > size // 2).long()) for x in xs]


def mlp(width=6, hidden=32, out=4, **more):
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, out))


def cnn(norm=True):
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.BatchNorm2d(8) if norm else nn.Identity(),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Dropout(0.3),
        nn.Flatten(),
        nn.Linear(8 * 36, 3),
    )


class Recurrent(nn.Module):
    def __init__(self, kind=nn.LSTM, batch_first=True, out=3):
        super().__init__()
        torch.manual_seed(1)
        self.rnn = kind(3, 16, batch_first=batch_first)
        self.head = nn.Linear(16, out)

    def forward(self, x):
        out, state = self.rnn(x)
        return self.head(out[:, -1]), state


class TimeFirst(nn.Module):
    """An LSTM without batch_first, used as it wants to be."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.rnn = nn.LSTM(3, 16)
        self.head = nn.Linear(16, 3)

    def forward(self, x):
        return self.head(self.rnn(x)[0][-1])


class Tagger(nn.Module):
    """Every step has a target, time comes first."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.embed = nn.Embedding(20, 8)
        self.rnn = nn.GRU(8, 16)
        self.head = nn.Linear(16, 20)

    def forward(self, x):
        return self.head(self.rnn(self.embed(x))[0])


class Transformer(nn.Module):
    def __init__(self, batch_first=True):
        super().__init__()
        torch.manual_seed(1)
        self.embed = nn.Embedding(20, 16)
        self.body = nn.TransformerEncoderLayer(16, 2, 32, batch_first=batch_first)
        self.head = nn.Linear(16, 2)

    def forward(self, x):
        return self.head(self.body(self.embed(x)).mean(1))


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.encode = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
        self.decode = nn.Linear(3, 6)

    def forward(self, x):
        z = self.encode(x)
        return self.decode(z), z


class TwoTowers(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.user, self.item = nn.Embedding(30, 8), nn.Embedding(40, 8)
        self.head = nn.Linear(16, 1)

    def forward(self, user, item):
        both = torch.cat([self.user(user), self.item(item)], 1)
        return torch.sigmoid(self.head(both)).squeeze(-1)


class Graph(nn.Module):
    """Nodes that are meant to hear of their neighbours."""

    def __init__(self, n):
        super().__init__()
        torch.manual_seed(1)
        self.register_buffer("tied", torch.eye(n) + torch.eye(n).roll(1, 0))
        self.inner, self.head = nn.Linear(6, 16), nn.Linear(16, 4)

    def forward(self, x):
        return self.head(self.tied @ self.inner(self.tied @ x).relu())


class Leaky(nn.Module):
    """`view` where `permute` was meant."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.rnn, self.head = nn.LSTM(3, 16), nn.Linear(16, 3)

    def forward(self, x):
        out, _ = self.rnn(x.view(x.shape[1], x.shape[0], 3))
        return self.head(out.reshape(x.shape[0], x.shape[1], 16)[:, -1])


class Deaf(nn.Module):
    """What it computes of the inputs is overwritten."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.inner, self.head = nn.Linear(6, 16), nn.Linear(16, 4)

    def forward(self, x):
        return self.head(self.inner(torch.zeros_like(x)).relu())


class HalfDeaf(nn.Module):
    """It reads the first columns alone."""

    def __init__(self, n_read=4):
        super().__init__()
        torch.manual_seed(1)
        self.n_read = n_read
        self.body = mlp(width=n_read)

    def forward(self, x):
        return self.body(x[:, : self.n_read])


class Cut(nn.Module):
    """A detach in the middle and a head that says nothing."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.first, self.second, self.scale = nn.Linear(6, 16), nn.Linear(16, 4), nn.Linear(4, 4)

    def forward(self, x):
        return self.scale(torch.zeros_like(self.second(self.first(x).relu()).detach()))


class CrossBatch(nn.Module):
    """Softmax over the examples where the classes were meant."""

    def __init__(self):
        super().__init__()
        self.body = mlp(hidden=16, out=16)
        self.head = nn.Linear(16, 4)

    def forward(self, x):
        return self.head(self.body(x).softmax(0) * 10)


class ResNet18(nn.Module):
    """He et al. 2015, as it is written for small pictures."""

    def __init__(self, n_classes=10, stem=3):
        super().__init__()
        torch.manual_seed(1)
        widths = (64, 64, 128, 256, 512)
        blocks = [nn.Conv2d(3, 64, stem, 1 if stem == 3 else 2, stem // 2, bias=False)]
        blocks += [nn.BatchNorm2d(64), nn.ReLU()]
        blocks += [] if stem == 3 else [nn.MaxPool2d(3, 2, 1)]
        for before, width in pairwise(widths):
            blocks += [Block(before, width, 1 if before == width else 2), Block(width, width, 1)]
        blocks += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, n_classes)]
        self.body = nn.Sequential(*blocks)

    def forward(self, x):
        return self.body(x)


class Block(nn.Module):
    def __init__(self, before, width, stride):
        super().__init__()
        self.one = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.norm_one, self.norm_two = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.two = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.short = nn.Identity()
        if stride > 1:
            self.short = nn.Sequential(
                nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, x):
        inner = self.norm_two(self.two(self.norm_one(self.one(x)).relu()))
        return (inner + self.short(x)).relu()


def zero_headed():
    model = mlp()
    nn.init.zeros_(model[-1].weight)
    nn.init.zeros_(model[-1].bias)
    return model

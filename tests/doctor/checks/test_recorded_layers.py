"""Small trainings, recorded from the outside: evidence looks as the checks take it to look."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from justright.doctor.checks.dead_units import DEAD_UNITS
from justright.doctor.checks.edited_in_place import EDITED_IN_PLACE
from justright.doctor.checks.flipped_labels import FLIPPED_LABELS
from justright.doctor.checks.gan_one_sided import GAN_ONE_SIDED
from justright.doctor.checks.graph_grows import GRAPH_GROWS
from justright.doctor.checks.graph_kept import GRAPH_KEPT
from justright.doctor.checks.linear_stack import LINEAR_STACK
from justright.doctor.checks.loading_dominates import LOADING_DOMINATES
from justright.doctor.checks.padding_counted import PADDING_COUNTED
from justright.doctor.checks.recurrent_carried import RECURRENT_CARRIED
from justright.doctor.checks.symmetric_start import SYMMETRIC_START
from justright.doctor.checks.vanishing_gradient import VANISHING_GRADIENT
from justright.doctor.checks.weights_scale import WEIGHTS_SCALE
from justright.doctor.record.recorder import Recorder

OURS = (
    DEAD_UNITS, EDITED_IN_PLACE, FLIPPED_LABELS, GAN_ONE_SIDED, GRAPH_GROWS, GRAPH_KEPT,
    LINEAR_STACK, LOADING_DOMINATES, PADDING_COUNTED, RECURRENT_CARRIED, SYMMETRIC_START,
    VANISHING_GRADIENT, WEIGHTS_SCALE,
)  # fmt: skip
ROWS = 64


def recorded(script):
    torch.manual_seed(0)
    recorder = Recorder(door="check", keep=False)
    recorder.attach()
    try:
        script()
    finally:
        recorder.detach()
    return recorder.evidence(stopped="end")


def numbers(n_in=8):
    x = torch.randn(ROWS, n_in)
    return x, x[:, :1] * x[:, 1:2]


def fit(model, *, steps=60, make=numbers, loss=F.mse_loss, each=None, lr=0.01):
    """A training loop as a script has it."""

    def script():
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        x, y = make()
        for _ in range(steps):
            optimizer.zero_grad()
            value = loss(model(x), y)
            value.backward()
            optimizer.step()
            if each is not None:
                each(value)

    return script


class Functional(nn.Module):
    """Activations by function, or none."""

    def __init__(self, act):
        super().__init__()
        self.fc1, self.fc2, self.act = nn.Linear(8, 32), nn.Linear(32, 1), act

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


def mlp(*, const=None, std=None, act=nn.ReLU, depth=1):
    parts = [nn.Linear(8, 16), act()]
    parts += [part for _ in range(depth - 1) for part in (nn.Linear(16, 16), act())]
    net = nn.Sequential(*parts, nn.Linear(16, 1))
    for name, value in net.named_parameters():
        if name.endswith("weight") and const is not None:
            nn.init.constant_(value, const)
        if name.endswith("weight") and std is not None:
            nn.init.normal_(value, std=std)
        if name.endswith("bias") and (const is not None or std is not None):
            nn.init.zeros_(value)
    return net


def dead():
    net = mlp()
    nn.init.constant_(net[0].bias, -50.0)
    return net


def keeping(what):
    history = []
    return fit(mlp(), each=lambda value: history.append(what(value)))


def carried(cut):
    def script():
        rnn, head = nn.LSTM(4, 8, batch_first=True), nn.Linear(8, 1)
        state = None
        for _ in range(16):
            out, state = rnn(torch.randn(4, 3, 4), state)
            state = tuple(part.detach() for part in state) if cut else state
            head(out).square().mean().backward(retain_graph=not cut)
            for value in (*rnn.parameters(), *head.parameters()):
                value.data -= 0.01 * value.grad
                value.grad = None

    return script


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.out = nn.Embedding(20, 8), nn.Linear(8, 20)

    def forward(self, x):
        return self.out(self.embed(x)).transpose(1, 2)


def sentences():
    lengths = torch.randint(2, 12, (ROWS, 1))
    x = torch.randint(1, 20, (ROWS, 12)) * (torch.arange(12) < lengths)
    return x, x


def padded(**options):
    return fit(Words(), make=sentences, loss=nn.CrossEntropyLoss(**options), steps=8)


class Rows(Dataset):
    """Rows that are centred at each reading: of a copy, or of themselves."""

    def __init__(self, copies):
        self.x, self.copies = torch.randn(ROWS, 8) + 5, copies

    def __len__(self):
        return ROWS

    def __getitem__(self, i):
        row = self.x[i].clone() if self.copies else self.x[i]
        row -= 1.0
        return row, row[:1].clone()


def loaded(data, epochs=5):
    def script():
        net = mlp()
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
        for _ in range(epochs):
            for x, y in loader:
                optimizer.zero_grad()
                F.mse_loss(net(x), y).backward()
                optimizer.step()

    loader = DataLoader(data, batch_size=16, shuffle=True)
    return script


def spots(mirror_targets):
    """Images of a spot, mirrored at random; its place, mirrored with them or not."""

    def script():
        place = torch.rand(10 * ROWS, 2) * 2 - 1
        axis = torch.linspace(-1, 1, 8)
        image = torch.exp(-((axis[None, None] - place[:, :1, None]) ** 2) * 8)
        image = image * torch.exp(-((axis[None, :, None] - place[:, 1:, None]) ** 2) * 8)
        net = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 2))
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
        for _ in range(200):
            rows, flip = torch.randperm(len(place))[:ROWS], torch.rand(ROWS) < 0.5
            x = torch.where(flip[:, None, None], image[rows].flip(2), image[rows]).unsqueeze(1)
            y = place[rows]
            if mirror_targets:
                y[flip, 0] = -y[flip, 0]
            optimizer.zero_grad()
            F.mse_loss(net(x), y).backward()
            optimizer.step()

    return script


def game(rates, steps=150):
    def script():
        maker, judge = mlp(), mlp(act=nn.LeakyReLU)
        maker[-1] = nn.Linear(16, 8)
        opt_g = torch.optim.Adam(maker.parameters(), lr=rates[0])
        opt_d = torch.optim.Adam(judge.parameters(), lr=rates[1])
        loss, ones, zeros = nn.BCEWithLogitsLoss(), torch.ones(ROWS, 1), torch.zeros(ROWS, 1)
        for _ in range(steps):
            opt_d.zero_grad()
            real, fake = torch.randn(ROWS, 8) + 2, maker(torch.randn(ROWS, 8))
            (loss(judge(real), ones) + loss(judge(fake.detach()), zeros)).backward()
            opt_d.step()
            opt_g.zero_grad()
            loss(judge(maker(torch.randn(ROWS, 8))), ones).backward()
            opt_g.step()

    return script


SICK = {
    "no activation": (lambda: fit(Functional(lambda x: x)), LINEAR_STACK),
    "dead": (lambda: fit(dead()), DEAD_UNITS),
    "all alike": (lambda: fit(mlp(const=0.1, act=nn.Tanh)), SYMMETRIC_START),
    "far too large": (lambda: fit(mlp(std=5.0), steps=20), WEIGHTS_SCALE),
    "eight sigmoids": (lambda: fit(mlp(act=nn.Sigmoid, depth=8), lr=1e-4), VANISHING_GRADIENT),
    "losses in a list": (lambda: keeping(lambda value: value), GRAPH_KEPT),
    "a state that is carried": (lambda: carried(cut=False), RECURRENT_CARRIED),
    "filled up": (lambda: padded(), PADDING_COUNTED),
    "rows edited in place": (lambda: loaded(Rows(copies=False)), EDITED_IN_PLACE),
    "mirrored images": (lambda: spots(mirror_targets=False), FLIPPED_LABELS),
    "a lost game": (lambda: game((1e-6, 1e-2)), GAN_ONE_SIDED),
}
WELL = {
    "functional relu": lambda: fit(Functional(F.relu)),
    "functional relu in place": lambda: fit(Functional(lambda x: F.relu(x, inplace=True))),
    "eight relus": lambda: fit(mlp(depth=8), steps=150),
    "numbers in a list": lambda: keeping(lambda value: value.item()),
    "detached losses in a list": lambda: keeping(lambda value: value.detach()),
    "a state that is cut": lambda: carried(cut=True),
    "filling left out": lambda: padded(ignore_index=0),
    "rows that are copied": lambda: loaded(Rows(copies=True)),
    "a data set of tensors": lambda: loaded(TensorDataset(*numbers())),
    "mirrored with their targets": lambda: spots(mirror_targets=True),
    "an even game": lambda: game((1e-3, 1e-3)),
}


@pytest.mark.parametrize(("make", "check"), SICK.values(), ids=SICK)
def test_finds_the_fault(make, check):
    evidence = recorded(make())
    assert all(evidence.has(part) for part in check.needs)
    assert check.judge(evidence) is not None


@pytest.mark.parametrize("make", WELL.values(), ids=WELL)
def test_leaves_a_healthy_training_alone(make):
    evidence = recorded(make())
    assert not [text for text in evidence.because.values() if "failed" in text]
    found = [check.judge(evidence) for check in OURS if all(map(evidence.has, check.needs))]
    assert [finding.check for finding in found if finding and finding.severity != "note"] == []

"""One network trained alone with plain torch.nn and torch.optim: what every member must equal."""

import numpy as np
import torch
from torch import nn
from torch.optim import lr_scheduler

from justright.nets.plain import DenseNet, load_member
from justright.train.schedules import CYCLE_DIP, EXPONENTIAL_END, PLATEAU_FACTOR, PLATEAU_WAIT

SELU_FLOOR = -1.7580993408473766
UNDECAYED = ("bias", "norm", "activation", "category", "frequency", "phase")


class Mask(nn.Module):
    """torch's (alpha) dropout or RReLU, drawing from the member's own generator."""

    def __init__(self, kind, generator, rate=0.0):
        super().__init__()
        self.kind, self.generator, self.rate = kind, generator, rate

    def forward(self, x):
        if not self.training:
            return nn.functional.leaky_relu(x, (1 / 8 + 1 / 3) / 2) if self.kind == "rrelu" else x
        words = self.generator.random_raw(-(-x.numel() // 4)).view(np.int16)[: x.numel()]
        noise = torch.from_numpy(words).view(x.shape).to(x) / 2**16 + 0.5
        if self.kind == "rrelu":
            return torch.where(x >= 0, x, x * (noise * (1 / 3 - 1 / 8) + 1 / 8))
        keep = 1 - self.rate
        if self.kind == "alpha":
            scale = 1 / (keep * (1 + self.rate * SELU_FLOOR**2)) ** 0.5
            return torch.where(
                noise < round(keep * 2**16) / 2**16, x, SELU_FLOOR
            ) * scale - scale * (self.rate * SELU_FLOOR)
        return torch.where(noise < round(keep * 2**16) / 2**16, x / keep, 0.0)


def own_noise(net, spec, seed, rate, input_rate):
    """Put the member's generator in the place of torch's global one."""
    generator = np.random.SFC64(seed ^ 0x5BD1E995)
    if input_rate:
        net.input_dropout = Mask("dropout", generator, input_rate)
    for layer in net.hidden:
        if spec.activation == "rrelu":
            layer.activation = Mask("rrelu", generator)
        if rate:
            kind = "alpha" if spec.activation == "selu" else "dropout"
            layer.dropout = Mask(kind, generator, rate)


def optimizer_of(net, m):
    decayed = [p for n, p in net.named_parameters() if not any(u in n for u in UNDECAYED)]
    rest = [p for n, p in net.named_parameters() if any(u in n for u in UNDECAYED)]
    groups = [
        {"params": decayed, "weight_decay": m.weight_decay},
        {"params": rest, "weight_decay": 0.0},
    ]
    betas = {"betas": (m.momentum, m.beta2)}
    return {
        "sgd": lambda: torch.optim.SGD(groups, m.learning_rate, momentum=m.momentum),
        "sgd_nesterov": lambda: torch.optim.SGD(
            groups, m.learning_rate, momentum=m.momentum, nesterov=True
        ),
        "rmsprop": lambda: torch.optim.RMSprop(
            groups, m.learning_rate, alpha=m.beta2, momentum=m.momentum
        ),
        "adam": lambda: torch.optim.Adam(groups, m.learning_rate, **betas),
        "adamw": lambda: torch.optim.AdamW(groups, m.learning_rate, **betas),
        "nadam": lambda: torch.optim.NAdam(
            groups, m.learning_rate, decoupled_weight_decay=True, **betas
        ),
        "adamax": lambda: torch.optim.Adamax(groups, m.learning_rate, **betas),
    }[m.optimizer]()


def schedule_of(optimizer, m):
    """torch's scheduler and whether it is stepped by the epoch."""
    total, epochs = m.total_steps, m.total_steps // m.epoch_steps
    warm = int(m.warmup_share * total)

    def linear(i):
        return (i + 1) / (warm + 1) if i < warm else 1 - (i - warm) / (total - warm)

    return {
        "constant": lambda: (lr_scheduler.ConstantLR(optimizer, factor=1.0), True),
        "step": lambda: (lr_scheduler.StepLR(optimizer, -(-epochs // 3), 0.1), True),
        "exponential": lambda: (
            lr_scheduler.ExponentialLR(optimizer, EXPONENTIAL_END ** (1 / epochs)),
            True,
        ),
        "plateau": lambda: (
            lr_scheduler.ReduceLROnPlateau(
                optimizer, factor=PLATEAU_FACTOR, patience=PLATEAU_WAIT, eps=0
            ),
            True,
        ),
        "one_cycle": lambda: (
            lr_scheduler.OneCycleLR(
                optimizer,
                m.learning_rate,
                total,
                base_momentum=m.momentum - CYCLE_DIP,
                max_momentum=m.momentum,
            ),
            False,
        ),
        "cosine": lambda: (lr_scheduler.CosineAnnealingLR(optimizer, total), False),
        "linear": lambda: (lr_scheduler.LambdaLR(optimizer, linear), False),
    }[m.schedule]()


LOSSES = {
    "mse": nn.MSELoss,
    "mae": nn.L1Loss,
    "huber": nn.HuberLoss,
    "cross_entropy": nn.CrossEntropyLoss,
    "binary_cross_entropy": nn.BCEWithLogitsLoss,
}


#: What numbers pass through; a bounded target is scaled to 0 to 1, where (1 + tanh) / 2 lies.
OUTPUTS = {
    "none": lambda z: z,
    "exp": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": lambda z: (1 + torch.tanh(z)) / 2,
    "softplus": nn.functional.softplus,
}


def ordered(m, query, generator):
    """Training rows shuffled; the rows of a query follow each other."""
    rows = torch.from_numpy(m.view.train)
    if query is None:
        return rows[torch.randperm(len(rows), generator=generator)].tolist()
    names = sorted(set(query[rows].tolist()))
    places = torch.randperm(len(names), generator=generator).tolist()
    where = dict(zip(names, places, strict=True))
    return sorted(rows.tolist(), key=lambda row: where[int(query[row])])


def batches(m, query=None):
    generator = torch.Generator().manual_seed(m.order_seed)
    rows, need = [], m.batch_size * m.total_steps
    while len(rows) < need:
        rows += ordered(m, query, generator)
    return torch.tensor(rows[:need]).view(m.total_steps, m.batch_size)


def loss_of(m, net, data, rows, *, weighted=False):
    """The mean over the rows, of which each may have a weight and another row's target."""
    outputs = net(data.x[rows])
    if m.loss == "pairwise_logistic":
        return pairs(outputs[:, 0], *data.y[rows].unbind(1))
    y = data.y[rows if m.view.targets is None else m.view.targets[rows]]
    if m.loss == "cross_entropy":
        losses = LOSSES[m.loss](reduction="none", label_smoothing=m.label_smoothing)(outputs, y)
    else:
        target = y.to(outputs).reshape(outputs.shape)
        if m.loss == "binary_cross_entropy":
            target = target * (1 - m.label_smoothing) + m.label_smoothing / 2
            outputs = 2 * outputs if m.output == "tanh" else outputs
        else:
            outputs = OUTPUTS[m.output](outputs)
        losses = LOSSES[m.loss](reduction="none")(outputs, target).mean(1)
    if weighted and m.view.weights is not None:
        losses = losses * torch.from_numpy(m.view.weights)[rows]
    return losses.mean()


def pairs(scores, relevance, query):
    """The mean over all pairs of a query, as Burges et al. 2005 write it."""
    better = (query[:, None] == query) & (relevance[:, None] > relevance)
    gaps = scores[:, None] - scores
    return torch.log1p(torch.exp(-gaps[better])).mean() if better.any() else 0 * scores.sum()


def train_alone(m, data, theta, statistics):
    """Train member `m` by itself from the given start; return the network."""
    spec = m.spec
    net = DenseNet(spec).to(data.x.dtype)
    load_member(net, spec, theta, statistics)
    own_noise(net, spec, m.seed, m.dropout, m.input_dropout)
    optimizer = optimizer_of(net, m)
    schedule, by_epoch = schedule_of(optimizer, m)
    for i, rows in enumerate(batches(m, data.query), start=1):
        net.train()
        optimizer.zero_grad()
        loss_of(m, net, data, rows, weighted=True).backward()
        if m.clip == "norm":
            nn.utils.clip_grad_norm_(net.parameters(), m.clip_threshold)
        elif m.clip == "value":
            nn.utils.clip_grad_value_(net.parameters(), m.clip_threshold)
        optimizer.step()
        if i % m.epoch_steps == 0 and m.schedule == "plateau":
            net.eval()
            with torch.no_grad():
                schedule.step(loss_of(m, net, data, m.view.validation).item())
        elif (not by_epoch or i % m.epoch_steps == 0) and i < m.total_steps:
            schedule.step()
    return net

"""One network trained alone with plain torch.nn and torch.optim: what every member must equal."""

import numpy as np
import torch
from torch import nn
from torch.optim import lr_scheduler

from justright.nets.plain import Blend, DenseNet, load_member
from justright.train.schedules import CYCLE_DIP, EXPONENTIAL_END, PLATEAU_FACTOR, PLATEAU_WAIT

SELU_FLOOR = -1.7580993408473766
UNDECAYED = ("bias", "norm", "category", "frequency", "phase")
PRELU = ("activation.weight", "activation.bend.weight")


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


class NtkLinear(nn.Module):
    """As the literature writes it: weights of spread 1, and 1/√fan-in on the way forward."""

    def __init__(self, linear):
        super().__init__()
        self.factor = linear.in_features**-0.5
        self.weight = nn.Parameter(linear.weight.detach() / self.factor)
        self.register_parameter("bias", linear.bias)

    def forward(self, x):
        return nn.functional.linear(x, self.weight * self.factor, self.bias)


def reparametrise(net):
    """Give a network NTK's weights, and return what brings the plain ones back."""
    linears = [(layer, "linear", layer.linear) for layer in net.hidden]
    linears.append((net, "output", net.output))
    for owner, name, linear in linears:
        setattr(owner, name, NtkLinear(linear))

    def back():
        with torch.no_grad():
            for owner, name, linear in linears:
                linear.weight.copy_(getattr(owner, name).weight * getattr(owner, name).factor)
                setattr(owner, name, linear)

    return back


def fading(step, total):
    """Held for half the steps, then half a cosine down."""
    return 1.0 if step <= total / 2 else 0.5 + 0.5 * np.cos(np.pi * (2 * step / total - 1))


def own_noise(net, spec, seed, rate, input_rate):
    """Put the member's generator in the place of torch's global one."""
    generator = np.random.SFC64(seed ^ 0x5BD1E995)
    if input_rate:
        net.input_dropout = Mask("dropout", generator, input_rate)
    for layer in net.hidden:
        blends = isinstance(layer.activation, Blend)
        if spec.activation == "rrelu" and blends:
            layer.activation.bend = Mask("rrelu", generator)
        elif spec.activation == "rrelu":
            layer.activation = Mask("rrelu", generator)
        if rate:
            kind = "alpha" if spec.activation == "selu" and not blends else "dropout"
            layer.dropout = Mask(kind, generator, rate)


def factor_of(name, m):
    """A parameter's factor of the learning rate, which RealMLP's code gives the decay too."""
    if name.startswith("numbers."):
        return m.embedding_rate
    if name.endswith((".scale", ".blend")):
        return m.scaling_rate if name.endswith(".scale") else m.blend_rate
    return m.bias_rate if name.endswith(("linear.bias", "output.bias")) else 1.0


def groups_of(net, m):
    """One parameter group for each parameter."""
    factors = {f"{n}.weight": x.factor for n, x in net.named_modules() if type(x) is NtkLinear}
    for name, p in net.named_parameters():
        own = factor_of(name, m)
        decays = not any(word in name for word in UNDECAYED) and not name.endswith(PRELU)
        yield {
            "params": [p],
            "lr": m.learning_rate * own,
            "weight_decay": m.weight_decay * own if decays else 0.0,
            # So that what keeps Adam from dividing by zero is in the proportion of the gradient.
            **({} if m.optimizer.startswith("sgd") else {"eps": 1e-8 * factors.get(name, 1.0)}),
        }


def optimizer_of(net, m):
    groups = list(groups_of(net, m))
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
                [group["lr"] for group in optimizer.param_groups],
                total,
                base_momentum=m.momentum - CYCLE_DIP,
                max_momentum=m.momentum,
            ),
            False,
        ),
        "cosine": lambda: (lr_scheduler.CosineAnnealingLR(optimizer, total), False),
        "cosine_cycles": lambda: (
            lr_scheduler.LambdaLR(
                optimizer, lambda i: np.sin(np.pi * np.log2(1 + 15 * i / total)) ** 2
            ),
            False,
        ),
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
    y = data.y if data.taught is None or not weighted else data.taught
    y = y[rows if m.view.targets is None else m.view.targets[rows]]
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
    back = reparametrise(net) if spec.parametrisation == "ntk" else lambda: None
    optimizer = optimizer_of(net, m)
    decays = [group["weight_decay"] for group in optimizer.param_groups]
    schedule, by_epoch = schedule_of(optimizer, m)
    for i, rows in enumerate(batches(m, data.query), start=1):
        net.train()
        if m.dropout_schedule == "flat_cosine" and m.dropout:
            for layer in net.hidden:
                layer.dropout.rate = m.dropout * fading(i - 1, m.total_steps)
        if m.weight_decay_schedule == "flat_cosine":
            for group, decay in zip(optimizer.param_groups, decays, strict=True):
                group["weight_decay"] = decay * fading(i - 1, m.total_steps)
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
    back()
    return net

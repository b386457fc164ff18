import math

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(5)


def make_spirals(points_per_arm, arms=3, noise=0.12):
    xs, ys = [], []
    for arm in range(arms):
        r = torch.linspace(0.15, 1.0, points_per_arm)
        angle = 2 * math.pi * arm / arms + 4.0 * r + noise * torch.randn(points_per_arm)
        xs.append(torch.stack([r * torch.cos(angle), r * torch.sin(angle)], dim=1))
        ys.append(torch.full((points_per_arm,), arm))
    return torch.cat(xs) * 2.0, torch.cat(ys)


class SpiralNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.l1 = nn.Linear(2, hidden)
        self.l2 = nn.Linear(hidden, hidden)
        self.l3 = nn.Linear(hidden, 3)

    def forward(self, x):
        x = F.relu(self.l1(x))
        x = F.relu(self.l2(x))
        return self.l3(x)


x_train, y_train = make_spirals(400)
x_val, y_val = make_spirals(100)

net = SpiralNet()
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
max_norm = 0.01
batch = 48

for epoch in range(30):
    net.train()
    perm = torch.randperm(len(x_train))
    epoch_loss = 0.0
    for i in range(0, len(perm), batch):
        idx = perm[i : i + batch]
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x_train[idx]), y_train[idx])
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), max_norm)
        optimizer.step()
        epoch_loss += loss.item() * len(idx)

    net.eval()
    with torch.no_grad():
        out = net(x_val)
        val_loss = F.cross_entropy(out, y_val).item()
        acc = (out.argmax(dim=1) == y_val).float().mean().item()
    print(f"{epoch:3d}  train {epoch_loss / len(perm):.4f}  val {val_loss:.4f}  acc {acc:.3f}")

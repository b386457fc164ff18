import itertools
import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)


def spirals(n_per_arm: int, arms: int = 3, noise: float = 0.03):
    xs, ys = [], []
    for k in range(arms):
        r = torch.rand(n_per_arm).sqrt()
        angle = 2.2 * math.pi * r + 2 * math.pi * k / arms
        points = torch.stack([r * angle.cos(), r * angle.sin()], dim=1)
        xs.append(points + noise * torch.randn_like(points))
        ys.append(torch.full((n_per_arm,), k))
    return 2 * torch.cat(xs), torch.cat(ys)


class SpiralNet(nn.Module):
    def __init__(self, sizes: list[int], n_classes: int):
        super().__init__()
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(sizes))
        self.output = nn.Linear(sizes[-1], n_classes)

    def forward(self, x):
        for layer in self.hidden:
            x = torch.relu(layer(x))
        return self.output(x)


train_ds = TensorDataset(*spirals(400))
x_test, y_test = spirals(150)
loader = DataLoader(train_ds, batch_size=32, shuffle=True)

net = SpiralNet([2, 48, 48, 48], n_classes=3)
print("parameters:", sum(p.numel() for p in net.parameters()))

loss_fn = nn.CrossEntropyLoss()
opt = torch.optim.RMSprop(net.parameters(), lr=1e-3)

for epoch in range(40):
    net.train()
    losses = []
    for xb, yb in loader:
        loss = loss_fn(net(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    if epoch % 5 == 4:
        net.eval()
        with torch.no_grad():
            acc = (net(x_test).argmax(1) == y_test).float().mean().item()
        print(f"epoch {epoch + 1}: loss {sum(losses) / len(losses):.3f} test acc {acc:.3f}")

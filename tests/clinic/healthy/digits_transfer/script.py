"""Learn features on the digits 0-4, then reuse them frozen for 5-9."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
X, y = load_digits(return_X_y=True)
X = torch.tensor(X / 8.0 - 1.0, dtype=torch.float32)
y = torch.tensor(y)


def split(low, high):
    keep = ((y >= low) & (y < high)).nonzero().squeeze(1)
    keep = keep[torch.randperm(len(keep))]
    cut = int(0.75 * len(keep))
    parts = [TensorDataset(X[i], y[i] - low) for i in (keep[:cut], keep[cut:])]
    return DataLoader(parts[0], batch_size=32, shuffle=True), parts[1].tensors


def fit(net, loader, val, opt, epochs, frozen=None):
    criterion = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        net.train()
        if frozen is not None:
            frozen.eval()
        total = 0.0
        for xb, yb in loader:
            opt.zero_grad()
            loss = criterion(net(xb), yb)
            loss.backward()
            opt.step()
            total += loss.item()
        net.eval()
        with torch.no_grad():
            out = net(val[0])
            acc = (out.argmax(1) == val[1]).float().mean().item()
        print(f"  {epoch}: loss {total / len(loader):.4f} val acc {acc:.3f}")


backbone = nn.Sequential(
    nn.Linear(64, 64, bias=False),
    nn.BatchNorm1d(64),
    nn.ReLU(),
    nn.Linear(64, 64),
    nn.ReLU(),
)

print("source task")
loader, val = split(0, 5)
source = nn.Sequential(backbone, nn.Linear(64, 5))
fit(source, loader, val, torch.optim.Adam(source.parameters(), lr=1e-3), epochs=10)

print("target task")
for p in backbone.parameters():
    p.requires_grad_(False)
loader, val = split(5, 10)
head = nn.Linear(64, 5)
target = nn.Sequential(backbone, head)
fit(target, loader, val, torch.optim.Adam(head.parameters(), lr=2e-2), epochs=20, frozen=backbone)

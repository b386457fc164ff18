import copy

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
X, y = make_moons(2500, noise=0.25, random_state=1)
X = torch.tensor(X).float()
X = (X - X[:2000].mean(0)) / X[:2000].std(0)
y = torch.tensor(y).float().unsqueeze(1)

model = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 1))
ema = copy.deepcopy(model).requires_grad_(False).eval()
DECAY = 0.98


@torch.no_grad()
def update_ema():
    for slow, fast in zip(ema.parameters(), model.parameters(), strict=True):
        slow.mul_(DECAY).add_(fast, alpha=1 - DECAY)


criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
loader = DataLoader(TensorDataset(X[:2000], y[:2000]), batch_size=50, shuffle=True)
for epoch in range(15):
    model.train()
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        update_ema()
        total += loss.item()
    with torch.no_grad():
        out = ema(X[2000:])
        val = criterion(out, y[2000:]).item()
        acc = ((out > 0) == (y[2000:] > 0.5)).float().mean().item()
    print(f"epoch {epoch:2d} train {total / len(loader):.4f} ema val {val:.4f} acc {acc:.3f}")

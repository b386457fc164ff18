import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(12)
QUANTILES = torch.tensor([0.1, 0.5, 0.9])


def pinball(pred, target):
    """pred: (N, 3), target: (N, 1)."""
    error = target - pred
    return torch.maximum(QUANTILES * error, (QUANTILES - 1) * error).mean()


n = 2400
distance = torch.rand(n, 1) * 2 - 1
traffic = torch.randn(n, 1)
minutes = 1.5 * distance + 0.5 * traffic**2 + (0.3 + 0.2 * distance) * torch.randn(n, 1)
X = torch.cat([distance / distance[:1800].std(), traffic], dim=1)
y = (minutes - minutes[:1800].mean()) / minutes[:1800].std()
train = DataLoader(TensorDataset(X[:1800], y[:1800]), batch_size=60, shuffle=True)

net = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 3))
opt = torch.optim.Adam(net.parameters(), lr=2e-3)
for epoch in range(20):
    net.train()
    total = 0.0
    for xb, yb in train:
        opt.zero_grad()
        loss = pinball(net(xb), yb)
        loss.backward()
        opt.step()
        total += loss.item()
    net.eval()
    with torch.no_grad():
        pred = net(X[1800:])
        val = pinball(pred, y[1800:]).item()
        below = (y[1800:] < pred).float().mean(0).tolist()
    covered = " ".join(f"{b:.2f}" for b in below)
    print(f"{epoch:2d} train {total / len(train):.4f} val {val:.4f} below {covered}")

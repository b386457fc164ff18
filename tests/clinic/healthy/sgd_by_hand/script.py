import torch
from torch import nn

torch.manual_seed(0)
N = 2000
X = torch.randn(N, 4)
y = ((X[:, 0] * X[:, 1] + 0.5 * X[:, 2]) > 0).float().unsqueeze(1)
net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1))
criterion = nn.BCEWithLogitsLoss()
lr, mu = 0.02, 0.9
velocity = [torch.zeros_like(p) for p in net.parameters()]

for epoch in range(20):
    net.train()
    total = 0.0
    for rows in torch.randperm(1600).split(32):
        loss = criterion(net(X[rows]), y[rows])
        net.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p, v in zip(net.parameters(), velocity, strict=True):
                v.mul_(mu).add_(p.grad)
                p -= lr * v
        total += loss.item() / 50
    net.eval()
    with torch.no_grad():
        out = net(X[1600:])
        val = criterion(out, y[1600:]).item()
        acc = ((out > 0) == (y[1600:] > 0.5)).float().mean().item()
    print(f"epoch {epoch:2d} train {total:.4f} val {val:.4f} acc {acc:.3f}")

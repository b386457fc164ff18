import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
X, y = load_digits(return_X_y=True)
order = torch.randperm(len(y))
X = (torch.tensor(X, dtype=torch.float32) / 8 - 1)[order]
y = torch.tensor(y)[order]
X_train, y_train, X_val, y_val = X[:1400], y[:1400], X[1400:], y[1400:]
soft = F.one_hot(y_train, 10).float()
beta = torch.distributions.Beta(0.4, 0.4)

net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.Adam(net.parameters(), lr=2e-3)
for epoch in range(15):
    net.train()
    total = 0.0
    for a in torch.randperm(1400).split(50):
        b = a[torch.randperm(len(a))]
        lam = beta.sample()
        inputs = lam * X_train[a] + (1 - lam) * X_train[b]
        targets = lam * soft[a] + (1 - lam) * soft[b]
        loss = F.cross_entropy(net(inputs), targets)
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item() / 28
    net.eval()
    with torch.no_grad():
        out = net(X_val)
        val = F.cross_entropy(out, y_val).item()
        acc = (out.argmax(1) == y_val).float().mean().item()
    print(f"epoch {epoch:2d} mixed {total:.4f} val {val:.4f} acc {acc:.3f}")

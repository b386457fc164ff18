from itertools import pairwise

import torch
from sklearn.datasets import make_classification
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
layers = []
sizes = [16, 32, 32, 32, 32]
for a, b in pairwise(sizes):
    layers += [nn.Linear(a, b), nn.SELU(), nn.AlphaDropout(0.05)]
net = nn.Sequential(*layers, nn.Linear(32, 3))
for module in net:
    if isinstance(module, nn.Linear):
        nn.init.kaiming_normal_(module.weight, nonlinearity="linear")
        nn.init.zeros_(module.bias)

X, y = make_classification(3200, 16, n_informative=8, n_classes=3, class_sep=1.5, random_state=6)
X = torch.tensor(X, dtype=torch.float32)
X = (X - X[:2500].mean(0)) / X[:2500].std(0)
y = torch.tensor(y)
loader = DataLoader(TensorDataset(X[:2500], y[:2500]), batch_size=50, shuffle=True)
optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
criterion = nn.CrossEntropyLoss()
for epoch in range(10):
    net.train()
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(net(xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item()
    net.eval()
    with torch.no_grad():
        out = net(X[2500:])
        val = criterion(out, y[2500:]).item()
        acc = (out.argmax(1) == y[2500:]).float().mean().item()
    print(f"epoch {epoch} train {total / len(loader):.4f} val {val:.4f} acc {acc:.3f}")

from itertools import pairwise

import torch
import torch.nn.functional as F
from sklearn.datasets import load_wine
from torch import Tensor

torch.manual_seed(0)


def init(sizes: list[int]) -> dict[str, Tensor]:
    params = {}
    for i, (a, b) in enumerate(pairwise(sizes)):
        params[f"w{i}"] = (torch.randn(a, b) * (2.0 / a) ** 0.5).requires_grad_()
        params[f"b{i}"] = torch.zeros(b, requires_grad=True)
    return params


def forward(p: dict[str, Tensor], x: Tensor) -> Tensor:
    return F.relu(x @ p["w0"] + p["b0"]) @ p["w1"] + p["b1"]


X, y = load_wine(return_X_y=True)
X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
order = torch.randperm(len(y))
tr, te = order[:130], order[130:]
X = (X - X[tr].mean(0)) / X[tr].std(0)

params = init([13, 16, 3])
optimizer = torch.optim.SGD(params.values(), lr=0.05, weight_decay=1e-3)
for epoch in range(20):
    total = 0.0
    for idx in tr[torch.randperm(len(tr))].split(10):
        loss = F.cross_entropy(forward(params, X[idx]), y[idx])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() / 13
    with torch.no_grad():
        out = forward(params, X[te])
        val = F.cross_entropy(out, y[te]).item()
        acc = (out.argmax(1) == y[te]).float().mean().item()
    print(f"epoch {epoch:2d} train {total:.4f} val {val:.4f} acc {acc:.3f}")

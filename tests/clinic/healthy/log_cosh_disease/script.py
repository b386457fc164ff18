import math

import torch
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)


def log_cosh_loss(pred, target):
    diff = pred - target
    return (diff + nn.functional.softplus(-2.0 * diff) - math.log(2.0)).mean()


X, y = load_diabetes(return_X_y=True)
Xtr, Xte, ytr, yte = train_test_split(X, y, test_size=0.3, random_state=2)
mx, sx, my, sy = Xtr.mean(0), Xtr.std(0), ytr.mean(), ytr.std()
Xtr, Xte = (torch.tensor((a - mx) / sx).float() for a in (Xtr, Xte))
ytr, yte = (torch.tensor((a - my) / sy).float() for a in (ytr, yte))


class Regressor(nn.Module):
    def __init__(self, inputs, hidden=12):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(inputs, hidden), nn.Tanh())
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        return self.out(self.body(x)).squeeze(-1)


reg = Regressor(Xtr.shape[1])
optim = torch.optim.AdamW(reg.parameters(), lr=2e-3, weight_decay=0.05)
loader = DataLoader(TensorDataset(Xtr, ytr), batch_size=32, shuffle=True)
for epoch in range(30):
    reg.train()
    seen, total = 0, 0.0
    for xb, yb in loader:
        optim.zero_grad()
        loss = log_cosh_loss(reg(xb), yb)
        loss.backward()
        optim.step()
        total += loss.item() * len(xb)
        seen += len(xb)
    reg.eval()
    with torch.no_grad():
        pred = reg(Xte)
        val = log_cosh_loss(pred, yte).item()
        r2 = 1 - ((pred - yte) ** 2).mean() / yte.var()
    if epoch % 3 == 2:
        print(f"epoch {epoch + 1:2d} train {total / seen:.4f} test {val:.4f} r2 {r2:.3f}")

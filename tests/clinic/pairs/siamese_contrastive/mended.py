import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_digits

torch.manual_seed(0)


class SiameseNet(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, dim))

    def forward(self, a, b):
        return self.embed(a), self.embed(b)


class ContrastiveLoss(nn.Module):
    """Pulls equal pairs together and pushes different pairs beyond the margin."""

    def __init__(self, margin=2.0):
        super().__init__()
        self.margin = margin

    def forward(self, e1, e2, same):
        distance = torch.sqrt(((e1 - e2) ** 2).sum(dim=1) + 1e-6)
        near = same * distance.pow(2)
        far = (1 - same) * F.relu(self.margin - distance).pow(2)
        return (near + far).mean()


X, y = load_digits(return_X_y=True)
order = torch.randperm(len(X))
X = (torch.tensor(X, dtype=torch.float32) / 16 - 0.3)[order]
y = torch.tensor(y)[order]
X_train, y_train, X_val, y_val = X[:1400], y[:1400], X[1400:], y[1400:]


def sample_pairs(X, y, n):
    """Half of the pairs show the same digit, the others are drawn freely."""
    i = torch.randint(len(X), (n,))
    j = torch.randint(len(X), (n,))
    for k in range(n // 2):
        candidates = (y == y[i[k]]).nonzero().flatten()
        j[k] = candidates[torch.randint(len(candidates), (1,))]
    return X[i], X[j], (y[i] == y[j]).float()


model = SiameseNet()
criterion = ContrastiveLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
a_val, b_val, same_val = sample_pairs(X_val, y_val, 400)

for epoch in range(1, 16):
    model.train()
    total = 0.0
    for _ in range(20):
        a, b, same = sample_pairs(X_train, y_train, 64)
        e1, e2 = model(a, b)
        loss = criterion(e1, e2, same)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        e1, e2 = model(a_val, b_val)
        val_loss = criterion(e1, e2, same_val).item()
        guess = (F.pairwise_distance(e1, e2) < 1.0).float()
        acc = (guess == same_val).float().mean().item()
    print(f"epoch {epoch:2d} loss {total / 20:.4f} val {val_loss:.4f} acc {acc:.3f}")

"""Labels from a crowd: one in five is wrong. The test labels are clean."""

import torch
from sklearn.datasets import make_blobs
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(9)
X, y = make_blobs(n_samples=3000, centers=5, n_features=6, cluster_std=2.5, random_state=9)
X = torch.tensor(X, dtype=torch.float32)
X = (X - X[:2000].mean(0)) / X[:2000].std(0)
clean = torch.tensor(y)
noisy = clean.clone()
wrong = torch.rand(3000) < 0.2
noisy[wrong] = (clean[wrong] + torch.randint(1, 5, (int(wrong.sum()),))) % 5

loader = DataLoader(TensorDataset(X[:2000], noisy[:2000]), batch_size=50, shuffle=True)
model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 5))
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
opt = torch.optim.Adam(model.parameters(), lr=3e-3)

for epoch in range(15):
    model.train()
    total = 0.0
    for xb, yb in loader:
        opt.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        opt.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        out = model(X[2000:])
        val_noisy = criterion(out, noisy[2000:]).item()
        acc = (out.argmax(1) == clean[2000:]).float().mean().item()
    print(f"epoch {epoch}: {total / len(loader):.3f} val {val_noisy:.3f} clean acc {acc:.3f}")

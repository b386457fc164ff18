import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset

torch.manual_seed(0)
digits = load_digits()
by_label = np.argsort(digits.target, kind="stable")
features = torch.tensor(digits.data[by_label] / 8 - 1, dtype=torch.float32)
labels = torch.tensor(digits.target[by_label])
dataset = TensorDataset(features, labels)
every_fifth = np.arange(len(labels)) % 5 == 0
train_loader = DataLoader(Subset(dataset, np.flatnonzero(~every_fifth)), 48, shuffle=True)
val_loader = DataLoader(Subset(dataset, np.flatnonzero(every_fifth)), 400)

model = nn.Sequential(nn.Linear(64, 64), nn.LayerNorm(64), nn.GELU(), nn.Linear(64, 10))
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.1)

for epoch in range(10):
    model.train()
    running = 0.0
    for xb, yb in train_loader:
        loss = loss_fn(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        running += loss.item()
    model.eval()
    with torch.no_grad():
        for xb, yb in val_loader:
            out = model(xb)
            val, acc = loss_fn(out, yb).item(), (out.argmax(1) == yb).float().mean().item()
    print(f"epoch {epoch} train {running / len(train_loader):.4f} val {val:.4f} acc {acc:.3f}")

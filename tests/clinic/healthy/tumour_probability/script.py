"""Benign or malignant: a small net that returns a probability."""

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)


def load():
    X, y = load_breast_cancer(return_X_y=True)
    Xtr, Xte, ytr, yte = train_test_split(X, y, test_size=0.25, random_state=0, stratify=y)
    scaler = StandardScaler().fit(Xtr)
    tensors = []
    for features, target in ((Xtr, ytr), (Xte, yte)):
        features = torch.tensor(scaler.transform(features), dtype=torch.float32)
        target = torch.tensor(target, dtype=torch.float32).unsqueeze(1)
        tensors.append(TensorDataset(features, target))
    return tensors


def train_one_epoch(model, loader, loss_fn, optimizer):
    model.train()
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(xb)
    return total / len(loader.dataset)


@torch.no_grad()
def evaluate(model, loader, loss_fn):
    model.eval()
    total, correct = 0.0, 0
    for xb, yb in loader:
        prob = model(xb)
        total += loss_fn(prob, yb).item() * len(xb)
        correct += ((prob > 0.5).float() == yb).sum().item()
    return total / len(loader.dataset), correct / len(loader.dataset)


train_set, test_set = load()
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
test_loader = DataLoader(test_set, batch_size=64)
model = nn.Sequential(nn.Linear(30, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())
loss_fn = nn.BCELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3, weight_decay=3e-3)

for epoch in range(15):
    train_loss = train_one_epoch(model, train_loader, loss_fn, optimizer)
    val_loss, val_acc = evaluate(model, test_loader, loss_fn)
    print(f"epoch {epoch:2d} train {train_loss:.4f} val {val_loss:.4f} acc {val_acc:.3f}")

import numpy as np
import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
X, y = load_breast_cancer(return_X_y=True)


def build():
    return nn.Sequential(nn.Linear(30, 16), nn.LeakyReLU(0.1), nn.Linear(16, 2))


def run_fold(train_idx, val_idx):
    scaler = StandardScaler().fit(X[train_idx])
    Xt, Xv = (torch.tensor(scaler.transform(X[i])).float() for i in (train_idx, val_idx))
    yt, yv = torch.tensor(y[train_idx]), torch.tensor(y[val_idx])
    model = build()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3, weight_decay=1e-2)
    loader = DataLoader(TensorDataset(Xt, yt), batch_size=32, shuffle=True)
    for _ in range(12):
        model.train()
        for xb, yb in loader:
            optimizer.zero_grad()
            loss = criterion(model(xb), yb)
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        val = criterion(model(Xv), yv).item()
        acc = (model(Xv).argmax(1) == yv).float().mean().item()
        train = criterion(model(Xt), yt).item()
    return train, val, acc


scores = []
folds = StratifiedKFold(5, shuffle=True, random_state=0).split(X, y)
for k, (train_idx, val_idx) in enumerate(folds):
    train, val, acc = run_fold(train_idx, val_idx)
    scores.append(acc)
    print(f"fold {k}: train {train:.4f} val {val:.4f} acc {acc:.3f}")
print(f"accuracy {np.mean(scores):.3f} +- {np.std(scores):.3f}")

import numpy as np
import torch
import torch.nn as nn
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

torch.manual_seed(42)

X, y = load_breast_cancer(return_X_y=True)


def build_model():
    return nn.Sequential(
        nn.Linear(30, 32),
        nn.ReLU(),
        nn.Linear(32, 16),
        nn.ReLU(),
        nn.Linear(16, 1),
    )


def batches(n, size=16):
    perm = torch.randperm(n)
    for i in range(0, n, size):
        yield perm[i : i + size]


criterion = nn.BCEWithLogitsLoss()
kfold = StratifiedKFold(n_splits=3, shuffle=True, random_state=42)
model = build_model()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
scores = []

for fold, (train_idx, test_idx) in enumerate(kfold.split(X, y)):
    scaler = StandardScaler().fit(X[train_idx])
    X_train = torch.tensor(scaler.transform(X[train_idx]), dtype=torch.float32)
    y_train = torch.tensor(y[train_idx], dtype=torch.float32).unsqueeze(1)
    X_test = torch.tensor(scaler.transform(X[test_idx]), dtype=torch.float32)
    y_test = torch.tensor(y[test_idx], dtype=torch.float32).unsqueeze(1)

    model = build_model()

    for epoch in range(12):
        model.train()
        epoch_loss = 0.0
        for idx in batches(len(X_train)):
            optimizer.zero_grad()
            loss = criterion(model(X_train[idx]), y_train[idx])
            loss.backward()
            optimizer.step()
            epoch_loss += loss.item() * len(idx)
        if (epoch + 1) % 4 == 0:
            print(f"fold {fold} epoch {epoch + 1} loss {epoch_loss / len(X_train):.4f}")

    model.eval()
    with torch.no_grad():
        pred = (model(X_test) > 0).float()
    scores.append((pred == y_test).float().mean().item())
    print(f"fold {fold} accuracy {scores[-1]:.3f}")

print(f"mean accuracy {np.mean(scores):.3f}")

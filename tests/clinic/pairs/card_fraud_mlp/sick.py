import numpy as np
import torch
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)


def oversample(X, y):
    """Repeat the rare class until both classes are about equally frequent."""
    times = int((y == 0).sum() / (y == 1).sum())
    rare = np.repeat(X[y == 1], times, axis=0)
    X = np.concatenate([X[y == 0], rare])
    y = np.concatenate([y[y == 0], np.ones(len(rare))])
    return X, y


X, y = make_classification(
    n_samples=5000,
    n_features=12,
    n_informative=6,
    weights=[0.93],
    class_sep=1.6,
    flip_y=0.06,
    random_state=3,
)
X, X_new, y, y_new = train_test_split(X, y, test_size=0.3, stratify=y, random_state=3)
X, y = oversample(X, y)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.2, random_state=0)
scaler = StandardScaler().fit(X_train)


def tensors(X, y):
    X = torch.tensor(scaler.transform(X), dtype=torch.float32)
    return X, torch.tensor(y, dtype=torch.float32).unsqueeze(1)


train_dl = DataLoader(TensorDataset(*tensors(X_train, y_train)), batch_size=128, shuffle=True)
X_val, y_val = tensors(X_val, y_val)
X_new, y_new = tensors(X_new, y_new)

model = nn.Sequential(
    nn.Linear(12, 64),
    nn.ReLU(),
    nn.Linear(64, 64),
    nn.ReLU(),
    nn.Linear(64, 1),
)
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-2)


def recall(logits, target):
    return ((logits > 0) & (target == 1)).sum().item() / target.sum().item()


for epoch in range(12):
    model.train()
    total = 0.0
    for xb, yb in train_dl:
        optimizer.zero_grad()
        loss = loss_fn(model(xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        logits = model(X_val)
        val_loss = loss_fn(logits, y_val).item()
    print(
        f"epoch {epoch + 1} loss {total / len(train_dl):.3f} val loss {val_loss:.3f}"
        f" val recall {recall(logits, y_val):.3f}"
    )

with torch.no_grad():
    print(f"recall on new cards: {recall(model(X_new), y_new):.3f}")

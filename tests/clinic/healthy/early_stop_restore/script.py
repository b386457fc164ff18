import copy

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(4)


class EarlyStopping:
    def __init__(self, patience=8):
        self.patience, self.best, self.bad, self.state = patience, float("inf"), 0, None

    def __call__(self, loss, model):
        if loss < self.best - 1e-4:
            self.best, self.bad, self.state = loss, 0, copy.deepcopy(model.state_dict())
        else:
            self.bad += 1
        return self.bad >= self.patience


X, y = load_breast_cancer(return_X_y=True)
Xtr, Xte, ytr, yte = train_test_split(X, y, test_size=0.2, random_state=0, stratify=y)
Xtr, Xva, ytr, yva = train_test_split(Xtr, ytr, test_size=0.25, random_state=0, stratify=ytr)
scaler = StandardScaler().fit(Xtr)
Xtr, Xva, Xte = (torch.tensor(scaler.transform(a)).float() for a in (Xtr, Xva, Xte))
ytr, yva, yte = (torch.tensor(a) for a in (ytr, yva, yte))

model = nn.Sequential(nn.Linear(30, 12), nn.ReLU(), nn.Linear(12, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3, weight_decay=1e-2)
criterion = nn.CrossEntropyLoss()
loader = DataLoader(TensorDataset(Xtr, ytr), batch_size=32, shuffle=True)
stopper = EarlyStopping()
for epoch in range(200):
    model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        train_loss = criterion(model(Xtr), ytr).item()
        val_loss = criterion(model(Xva), yva).item()
    print(f"epoch {epoch} train {train_loss:.4f} val {val_loss:.4f}")
    if stopper(val_loss, model):
        break

model.load_state_dict(stopper.state)
model.eval()
with torch.no_grad():
    acc = (model(Xte).argmax(1) == yte).float().mean().item()
print(f"stopped after {epoch + 1} epochs, best val {stopper.best:.4f}, test accuracy {acc:.3f}")

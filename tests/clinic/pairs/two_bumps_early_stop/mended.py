import copy

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(6)


class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best_loss = float("inf")
        self.best_state = None
        self.counter = 0

    def __call__(self, val_loss, model):
        """Returns True when it is time to stop."""
        if val_loss < self.best_loss:
            self.best_loss = val_loss
            self.best_state = copy.deepcopy(model.state_dict())
            self.counter = 0
        else:
            self.counter += 1
        return self.counter >= self.patience


def bumps(n):
    x = torch.rand(n, 2) * 4 - 2
    y = torch.exp(-3 * (x - 0.8).pow(2).sum(1)) - torch.exp(-3 * (x + 0.8).pow(2).sum(1))
    return x, (y / 0.3 + 0.3 * torch.randn(n)).unsqueeze(1)


train_loader = DataLoader(TensorDataset(*bumps(1000)), batch_size=20, shuffle=True)
x_val, y_val = bumps(150)
x_test, y_test = bumps(1000)

model = nn.Sequential(nn.Linear(2, 48), nn.Tanh(), nn.Linear(48, 48), nn.Tanh(), nn.Linear(48, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
stopper = EarlyStopping(patience=15)

for epoch in range(100):
    model.train()
    total = 0.0
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()

    model.eval()
    with torch.no_grad():
        val_loss = criterion(model(x_val), y_val).item()
    print(f"epoch {epoch + 1:3d} train {total / len(train_loader):.4f} val {val_loss:.4f}")
    if stopper(val_loss, model):
        print("early stopping")
        break

model.load_state_dict(stopper.best_state)
model.eval()
with torch.no_grad():
    print(f"test mse {criterion(model(x_test), y_test).item():.4f}")

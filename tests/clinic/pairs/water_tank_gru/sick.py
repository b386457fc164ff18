import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)

STREAMS, WINDOW, LEAK = 16, 10, 0.96


def tank_levels(steps):
    """Water level of leaking tanks that are filled at random."""
    inflow = torch.randn(STREAMS, steps, 1)
    level = torch.zeros(STREAMS, 1)
    levels = []
    for t in range(steps):
        level = LEAK * level + (1 - LEAK**2) ** 0.5 * inflow[:, t]
        levels.append(level)
    return inflow, torch.stack(levels, dim=1)


def windows(inflow, level):
    """Cut the long series into consecutive windows: (number, streams, window, 1)."""
    return torch.stack(inflow.split(WINDOW, dim=1)), torch.stack(level.split(WINDOW, dim=1))


class TankModel(nn.Module):
    def __init__(self, hidden=24):
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x, state=None):
        out, state = self.gru(x, state)
        return self.head(out), state


u_train, h_train = tank_levels(1000)
u_val, h_val = tank_levels(300)
train_loader = DataLoader(TensorDataset(*windows(u_train, h_train)), batch_size=None, shuffle=True)
val_loader = DataLoader(TensorDataset(*windows(u_val, h_val)), batch_size=None)

model = TankModel()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.85)

for epoch in range(15):
    model.train()
    state, train_loss = None, 0.0
    for inflow, level in train_loader:
        if state is not None:
            state = state.detach()
        optimizer.zero_grad()
        pred, state = model(inflow, state)
        loss = criterion(pred, level)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        train_loss += loss.item() / len(train_loader)
    scheduler.step()

    model.eval()
    state, val_loss = None, 0.0
    with torch.no_grad():
        for inflow, level in val_loader:
            pred, state = model(inflow, state)
            val_loss += criterion(pred, level).item() / len(val_loader)
    print(f"epoch {epoch + 1}: train {train_loss:.4f} val {val_loss:.4f}")

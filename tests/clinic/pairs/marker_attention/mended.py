import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(3)


def make_data(n, steps=20):
    """Each step has a value and a flag; the target is the value that carries the flag."""
    values = torch.randn(n, steps)
    where = torch.randint(0, steps, (n,))
    flags = F.one_hot(where, steps).float()
    x = torch.stack([values, flags], dim=-1)
    y = values[torch.arange(n), where]
    return x, y.unsqueeze(1)


class AttentionPooling(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.score = nn.Linear(dim, 1)

    def forward(self, h):
        weights = torch.softmax(self.score(h), dim=1)
        return (weights * h).sum(dim=1)


class Regressor(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, hidden))
        self.pool = AttentionPooling(hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        return self.out(self.pool(self.embed(x)))


def main():
    train_loader = DataLoader(TensorDataset(*make_data(1600)), batch_size=32, shuffle=True)
    x_val, y_val = make_data(400)

    net = Regressor()
    criterion = nn.MSELoss()
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)

    for epoch in range(15):
        net.train()
        train_loss = 0.0
        for xb, yb in train_loader:
            optimizer.zero_grad()
            loss = criterion(net(xb), yb)
            loss.backward()
            optimizer.step()
            train_loss += loss.item()

        net.eval()
        with torch.no_grad():
            val_loss = criterion(net(x_val), y_val).item()
        if epoch % 2 == 0:
            print(
                epoch, "train", round(train_loss / len(train_loader), 4), "val", round(val_loss, 4)
            )


main()

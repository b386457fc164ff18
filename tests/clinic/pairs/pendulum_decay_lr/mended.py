import math

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(8)


class Windows(Dataset):
    def __init__(self, series, width):
        self.series = series
        self.width = width

    def __len__(self):
        return len(self.series) - self.width

    def __getitem__(self, i):
        return self.series[i : i + self.width], self.series[i + self.width : i + self.width + 1]


def pendulum(steps, dt=0.1):
    """Angle of a weakly driven pendulum."""
    angle, speed, out = 0.5, 0.0, []
    for k in range(steps):
        force = -math.sin(angle) - 0.1 * speed + 0.5 * math.cos(0.7 * k * dt)
        speed += dt * force
        angle += dt * speed
        out.append(angle)
    return torch.tensor(out)


def main():
    series = pendulum(2400)
    series = (series - series[:1900].mean()) / series[:1900].std()
    series = series + 0.05 * torch.randn(len(series))
    train_dl = DataLoader(Windows(series[:1900], 20), batch_size=32, shuffle=True)
    valid_dl = DataLoader(Windows(series[1900:], 20), batch_size=128)

    model = nn.Sequential(
        nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1)
    )
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9)

    def run(loader, train):
        model.train(train)
        total = 0.0
        for window, target in loader:
            loss = criterion(model(window), target)
            if train:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            total += loss.item() * len(window)
        if train:
            scheduler.step()
        return total / len(loader.dataset)

    for epoch in range(12):
        train_loss = run(train_dl, True)
        with torch.no_grad():
            valid_loss = run(valid_dl, False)
        lr = optimizer.param_groups[0]["lr"]
        print(f"epoch {epoch:2d} lr {lr:.2e} train {train_loss:.4f} valid {valid_loss:.4f}")


if __name__ == "__main__":
    main()

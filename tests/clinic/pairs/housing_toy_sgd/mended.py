import argparse

import numpy as np
import torch
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def fake_houses(n, rng):
    area = rng.uniform(40, 250, n)
    rooms = np.round(area / 30 + rng.normal(0, 1, n))
    age = rng.uniform(0, 80, n)
    distance = rng.exponential(8, n)
    price = 3.0 * area + 15 * rooms - 1.2 * age + 400 / (1 + distance) + rng.normal(0, 25, n)
    return np.stack([area, rooms, age, distance], axis=1), price[:, None]


def to_tensors(x, y):
    return TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32))


def main(args):
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    x_train, y_train = fake_houses(2000, rng)
    x_val, y_val = fake_houses(500, rng)
    x_scaler, y_scaler = StandardScaler().fit(x_train), StandardScaler().fit(y_train)
    train_ds = to_tensors(x_scaler.transform(x_train), y_scaler.transform(y_train))
    val_ds = to_tensors(x_scaler.transform(x_val), y_scaler.transform(y_val))
    train_dl = DataLoader(train_ds, batch_size=args.batch_size, shuffle=True)
    val_dl = DataLoader(val_ds, batch_size=250)

    model = nn.Sequential(
        nn.Linear(4, 50), nn.ReLU(), nn.Linear(50, 50), nn.ReLU(), nn.Linear(50, 1)
    )
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)

    for epoch in range(1, args.epochs + 1):
        model.train()
        losses = []
        for xb, yb in train_dl:
            optimizer.zero_grad()
            loss = criterion(model(xb), yb)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        model.eval()
        absolute = []
        with torch.no_grad():
            for xb, yb in val_dl:
                absolute.append((model(xb) - yb).abs().mean().item())
        print(f"Epoch {epoch}: loss={np.mean(losses):.4f} val_mae={np.mean(absolute):.4f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--batch-size", type=int, default=50)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args())

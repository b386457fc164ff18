import numpy as np
import torch
from sklearn.preprocessing import StandardScaler
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(21)


def load_houses(n=1500):
    rng = np.random.default_rng(21)
    area = rng.uniform(40, 220, n)
    rooms = np.round(area / 28 + rng.normal(0, 0.7, n)).clip(1, 9)
    age = rng.uniform(0, 90, n)
    distance = rng.gamma(2.0, 4.0, n)
    garden = rng.integers(0, 2, n)
    price = 900 * area + 7000 * rooms - 450 * age + 26000 * garden
    price = price * (0.7 + 0.9 * np.exp(-distance / 9)) + rng.normal(0, 7000, n)
    return np.column_stack([area, rooms, age, distance, garden]), price[:, None]


def fit(model, loader, X_val, y_val, epochs):
    criterion = nn.MSELoss()
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for xb, yb in loader:
            optimizer.zero_grad()
            loss = criterion(model(xb), yb)
            loss.backward()
            optimizer.step()
            total += loss.item()
        model.eval()
        with torch.no_grad():
            pred = model(X_val)
            val_loss = criterion(pred, y_val).item()
        r2 = 1 - ((pred - y_val) ** 2).mean() / y_val.var()
        print(f"Epoch {epoch + 1} loss={total / len(loader):.4f} val={val_loss:.4f} R2={r2:.3f}")


def main():
    X, y = load_houses()
    X_scaler = StandardScaler().fit(X[:1200])
    X = X_scaler.transform(X)
    X = torch.tensor(X, dtype=torch.float32)
    y = torch.tensor(y, dtype=torch.float32)
    loader = DataLoader(TensorDataset(X[:1200], y[:1200]), batch_size=32, shuffle=True)
    model = nn.Sequential(
        nn.Linear(5, 64),
        nn.ReLU(),
        nn.Linear(64, 32),
        nn.ReLU(),
        nn.Linear(32, 1),
    )
    fit(model, loader, X[1200:], y[1200:], epochs=20)


if __name__ == "__main__":
    main()

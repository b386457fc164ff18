import numpy as np
import torch
from sklearn.datasets import make_friedman1
from torch import Tensor, nn


def load_data() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    features, target = make_friedman1(n_samples=2000, n_features=8, noise=1.0, random_state=3)
    train, valid = slice(0, 1600), slice(1600, 2000)
    features = (features - features[train].mean(axis=0)) / features[train].std(axis=0)
    target = (target - target[train].mean()) / target[train].std()
    x = torch.from_numpy(features.astype(np.float32))
    y = torch.from_numpy(target.astype(np.float32)).unsqueeze(1)
    return x[train], y[train], x[valid], y[valid]


def build_model(n_features: int) -> nn.Module:
    return nn.Sequential(
        nn.Linear(n_features, 64),
        nn.ReLU(),
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Linear(64, 1),
    )


def train_epoch(model, optimizer, loss_fn, x: Tensor, y: Tensor, batch_size: int = 64) -> float:
    model.train()
    order = torch.randperm(len(x))
    total = 0.0
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        loss = loss_fn(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(x)


def main() -> None:
    torch.manual_seed(3)
    x_train, y_train, x_valid, y_valid = load_data()
    model = build_model(x_train.shape[1])
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-1)
    for epoch in range(20):
        train_loss = train_epoch(model, optimizer, loss_fn, x_train, y_train)
        model.eval()
        with torch.no_grad():
            predicted = model(x_valid)
            valid_loss = loss_fn(predicted, y_valid).item()
        if epoch % 5 == 4:
            print(
                f"epoch {epoch + 1}: train mse {train_loss:.4f}, valid mse {valid_loss:.4f}, "
                f"spread of predictions {predicted.std().item():.3f}"
            )


if __name__ == "__main__":
    main()

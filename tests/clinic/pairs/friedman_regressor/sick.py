import numpy as np
import torch
from sklearn.datasets import make_friedman1
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def load(seed: int) -> tuple[TensorDataset, TensorDataset]:
    x, y = make_friedman1(n_samples=2400, n_features=10, noise=1.0, random_state=seed)
    x_train, x_val, y_train, y_val = train_test_split(x, y, test_size=0.2, random_state=seed)
    x_scaler = StandardScaler().fit(x_train)
    y_scaler = StandardScaler().fit(y_train[:, None])

    def pack(features: np.ndarray, target: np.ndarray) -> TensorDataset:
        return TensorDataset(
            torch.as_tensor(x_scaler.transform(features), dtype=torch.float32),
            torch.as_tensor(y_scaler.transform(target[:, None]), dtype=torch.float32),
        )

    return pack(x_train, y_train), pack(x_val, y_val)


def build_model() -> nn.Module:
    return nn.Sequential(
        nn.Linear(10, 48),
        nn.Softmax(dim=1),
        nn.Linear(48, 48),
        nn.Softmax(dim=1),
        nn.Linear(48, 1),
    )


def main() -> None:
    torch.manual_seed(11)
    train_set, val_set = load(seed=11)
    train_loader = DataLoader(train_set, batch_size=64, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=240)
    model = build_model()
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2)

    for epoch in range(1, 31):
        model.train()
        train_loss = 0.0
        for xb, yb in train_loader:
            loss = loss_fn(model(xb), yb)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            train_loss += loss.item() * len(xb) / len(train_set)

        model.eval()
        val_loss = 0.0
        with torch.no_grad():
            for xb, yb in val_loader:
                val_loss += loss_fn(model(xb), yb).item() * len(xb) / len(val_set)
        if epoch % 3 == 0:
            print(f"{epoch:3d}  train mse {train_loss:.3f}  val mse {val_loss:.3f}")


if __name__ == "__main__":
    main()

import torch
import torch.nn as nn
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset


class WineNet(nn.Module):
    def __init__(self, n_features: int, n_hidden: int, n_classes: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(n_features, n_hidden)
        self.out = nn.Linear(n_hidden, n_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.tanh(self.hidden(x))
        return self.out(x)


def get_data() -> tuple[TensorDataset, TensorDataset]:
    X, y = load_wine(return_X_y=True)
    X_tr, X_te, y_tr, y_te = train_test_split(X, y, test_size=0.3, stratify=y, random_state=7)
    sc = StandardScaler().fit(X_tr)
    X_tr, X_te = sc.transform(X_tr), sc.transform(X_te)
    train = TensorDataset(torch.from_numpy(X_tr).float(), torch.from_numpy(y_tr).long())
    test = TensorDataset(torch.from_numpy(X_te).float(), torch.from_numpy(y_te).long())
    return train, test


def evaluate(model: nn.Module, loader: DataLoader, criterion: nn.Module) -> tuple[float, float]:
    model.eval()
    total, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for xb, yb in loader:
            out = model(xb)
            total += criterion(out, yb).item() * len(yb)
            hits += int((out.argmax(1) == yb).sum())
            n += len(yb)
    return total / n, hits / n


def main() -> None:
    torch.manual_seed(7)
    train, test = get_data()
    train_loader = DataLoader(train, batch_size=16, shuffle=True)
    test_loader = DataLoader(test, batch_size=64)
    model = WineNet(13, 24, 3)
    criterion = nn.NLLLoss()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    for epoch in range(1, 31):
        model.train()
        epoch_loss = 0.0
        for xb, yb in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(xb), yb)
            loss.backward()
            optimizer.step()
            epoch_loss += loss.item() * len(yb)
        if epoch % 5 == 0:
            val_loss, val_acc = evaluate(model, test_loader, criterion)
            print(f"{epoch}: {epoch_loss / len(train):.4f} | {val_loss:.4f} {val_acc:.3f}")


if __name__ == "__main__":
    main()

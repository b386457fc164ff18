import torch
import torch.nn as nn
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch.utils.data import DataLoader, TensorDataset


class TabularNet(nn.Module):
    def __init__(self, n_features: int, n_classes: int, width: int = 24):
        super().__init__()
        self.fc1 = nn.Linear(n_features, width)
        self.bn1 = nn.BatchNorm1d(width)
        self.fc2 = nn.Linear(width, n_classes)

    def forward(self, x):
        return self.fc2(torch.relu(self.bn1(self.fc1(x))))


def load():
    X, y = load_wine(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, train_size=129, random_state=3, stratify=y
    )
    scaler = StandardScaler().fit(X_train)
    train_set = TensorDataset(
        torch.from_numpy(scaler.transform(X_train)).float(), torch.from_numpy(y_train)
    )
    return train_set, torch.from_numpy(scaler.transform(X_test)).float(), torch.from_numpy(y_test)


def main():
    torch.manual_seed(3)
    train_set, X_test, y_test = load()
    loader = DataLoader(train_set, batch_size=16, shuffle=True, drop_last=True)
    clf = TabularNet(13, 3)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(clf.parameters(), lr=0.01, momentum=0.9)

    for epoch in range(15):
        clf.train()
        losses = []
        for X_batch, y_batch in loader:
            optimizer.zero_grad()
            loss = criterion(clf(X_batch), y_batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        clf.eval()
        with torch.no_grad():
            logits = clf(X_test)
            test_loss = criterion(logits, y_test).item()
            acc = (logits.argmax(1) == y_test).float().mean().item()
        print(
            f"epoch {epoch + 1}: loss {sum(losses) / len(losses):.3f} "
            f"test loss {test_loss:.3f} test acc {acc:.3f}"
        )


if __name__ == "__main__":
    main()

import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)


def get_loaders(classes):
    images, labels = load_digits(return_X_y=True)
    keep = (labels >= classes[0]) & (labels <= classes[-1])
    x = torch.tensor(images[keep] / 16.0, dtype=torch.float32).view(-1, 1, 8, 8)
    x = (x - 0.3) / 0.38
    y = torch.tensor(labels[keep] - classes[0], dtype=torch.long)
    x_tr, x_te, y_tr, y_te = train_test_split(x, y, test_size=0.25, random_state=0)
    train_loader = DataLoader(TensorDataset(x_tr, y_tr), batch_size=32, shuffle=True)
    return train_loader, DataLoader(TensorDataset(x_te, y_te), batch_size=128)


class SmallCNN(nn.Module):
    def __init__(self, n_classes):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
        )
        self.head = nn.Linear(512, n_classes)

    def forward(self, x):
        return self.head(self.backbone(x))


def fit(net, optimizer, loaders, epochs):
    train_loader, val_loader = loaders
    criterion = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        net.train()
        total = 0.0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(net(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
        net.eval()
        hits, count = 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                hits += (net(x).argmax(1) == y).sum().item()
                count += len(y)
        print(f"  [{epoch + 1}] loss {total / len(train_loader):.4f} val acc {hits / count:.3f}")


def main():
    net = SmallCNN(n_classes=5)
    print("pre-training on 0-4")
    fit(net, torch.optim.Adam(net.parameters(), lr=0.001), get_loaders(range(0, 5)), epochs=4)

    print("transfer to 5-9")
    for param in net.parameters():
        param.requires_grad = False
    net.head = nn.Linear(512, 5)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.003)
    fit(net, optimizer, get_loaders(range(5, 10)), epochs=10)


if __name__ == "__main__":
    main()

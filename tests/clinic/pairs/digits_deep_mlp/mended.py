import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def get_loaders(batch_size):
    x, y = load_digits(return_X_y=True)
    x_tr, x_te, y_tr, y_te = train_test_split(x, y, test_size=360, random_state=2)
    scaler = StandardScaler().fit(x_tr)
    sets = []
    for features, labels in ((x_tr, y_tr), (x_te, y_te)):
        features = torch.tensor(scaler.transform(features), dtype=torch.float32).clamp(-4, 4)
        sets.append(TensorDataset(features, torch.tensor(labels, dtype=torch.long)))
    train = DataLoader(sets[0], batch_size=batch_size, shuffle=True, drop_last=True)
    return train, DataLoader(sets[1], batch_size=120), int(y_tr.max()) + 1


def block(n_in, n_out):
    return nn.Sequential(nn.Linear(n_in, n_out, bias=False), nn.BatchNorm1d(n_out), nn.ReLU())


def accuracy(model, loader):
    model.eval()
    right = 0
    with torch.no_grad():
        for features, labels in loader:
            right += (model(features).argmax(dim=1) == labels).sum().item()
    return right / len(loader.dataset)


def main():
    torch.manual_seed(2)
    train_loader, test_loader, n_classes = get_loaders(batch_size=48)
    model = nn.Sequential(block(64, 96), block(96, 48), nn.Dropout(0.2), nn.Linear(48, n_classes))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=1e-4)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=8, gamma=0.3)
    for epoch in range(20):
        model.train()
        running_loss = 0.0
        for features, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(features), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        scheduler.step()
        mean_loss = running_loss / len(train_loader)
        print(f"epoch {epoch} loss {mean_loss:.4f} test acc {accuracy(model, test_loader):.3f}")


if __name__ == "__main__":
    main()

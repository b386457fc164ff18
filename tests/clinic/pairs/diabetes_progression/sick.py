import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Diabetes(Dataset):
    def __init__(self, features, target):
        self.features = torch.tensor(features, dtype=torch.float32)
        self.target = torch.tensor(target, dtype=torch.float32)

    def __len__(self):
        return len(self.target)

    def __getitem__(self, i):
        return self.features[i], self.target[i]


def load():
    features, target = load_diabetes(return_X_y=True, scaled=False)
    perm = torch.randperm(len(target)).numpy()
    train, valid = perm[:354], perm[354:]
    mean, std = features[train].mean(axis=0), features[train].std(axis=0)
    features = (features - mean) / std
    target = (target - target[train].mean()) / target[train].std()
    return Diabetes(features[train], target[train]), Diabetes(features[valid], target[valid])


def build(size):
    return nn.Sequential(
        nn.Linear(10, size),
        nn.ReLU(),
        nn.Linear(size, size),
        nn.ReLU(),
        nn.Linear(size, 1),
    )


def run_epoch(model, loader, criterion, optimizer=None):
    model.train(optimizer is not None)
    total = 0.0
    with torch.set_grad_enabled(optimizer is not None):
        for x, y in loader:
            loss = criterion(model(x).squeeze(1), y)
            if optimizer is not None:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            total += loss.item() * len(y)
    return total / len(loader.dataset)


def fit(model, train_set, valid_set, epochs=80):
    train_loader = DataLoader(train_set, batch_size=16, shuffle=True)
    valid_loader = DataLoader(valid_set, batch_size=88)
    criterion = nn.MSELoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.0)
    for epoch in range(epochs):
        train_loss = run_epoch(model, train_loader, criterion, optimizer)
        valid_loss = run_epoch(model, valid_loader, criterion)
        if epoch % 5 == 4:
            print(f"epoch {epoch + 1} train {train_loss:.3f} valid {valid_loss:.3f}")


if __name__ == "__main__":
    torch.manual_seed(0)
    train_set, valid_set = load()
    fit(build(size=256), train_set, valid_set)

import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split

SEED = 2


def get_data():
    X, y = make_classification(
        n_samples=1800,
        n_features=16,
        n_informative=8,
        n_redundant=2,
        n_clusters_per_class=3,
        class_sep=1.2,
        flip_y=0.01,
        random_state=SEED,
    )
    X = torch.tensor(X, dtype=torch.float32)
    y = torch.tensor(y)
    X, X_hospital, y, y_hospital = train_test_split(X, y, test_size=0.3, random_state=0)
    X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.25, random_state=1)
    mean, std = X_train.mean(dim=0), X_train.std(dim=0)
    return [
        ((a - mean) / std, b)
        for a, b in ((X_train, y_train), (X_val, y_val), (X_hospital, y_hospital))
    ]


class Screen(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(16, 32)
        self.fc2 = nn.Linear(32, 24)
        self.fc3 = nn.Linear(24, 2)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


@torch.no_grad()
def score(model, x, y):
    model.eval()
    out = model(x)
    return F.cross_entropy(out, y).item(), (out.argmax(dim=1) == y).float().mean().item()


def main():
    torch.manual_seed(SEED)
    (X_train, y_train), (X_val, y_val), (X_hospital, y_hospital) = get_data()
    model = Screen()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-3)
    for epoch in range(24):
        model.train()
        for rows in torch.randperm(len(X_train)).split(32):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X_train[rows]), y_train[rows])
            loss.backward()
            optimizer.step()
        if epoch % 4 == 3:
            train_loss, train_acc = score(model, X_train, y_train)
            val_loss, val_acc = score(model, X_val, y_val)
            print(f"{epoch + 1:3d} train {train_loss:.3f}/{train_acc:.3f}", end="  ")
            print(f"val {val_loss:.3f}/{val_acc:.3f}")
    print("hospital: loss {:.3f} acc {:.3f}".format(*score(model, X_hospital, y_hospital)))


if __name__ == "__main__":
    main()

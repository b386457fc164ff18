import torch
from sklearn.datasets import make_circles
from sklearn.model_selection import train_test_split
from torch import nn

torch.manual_seed(0)

X, y = make_circles(n_samples=2000, noise=0.1, factor=0.45, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
X_train = torch.tensor(X_train, dtype=torch.float32)
X_test = torch.tensor(X_test, dtype=torch.float32)
y_train = torch.tensor(y_train, dtype=torch.float32).view(-1, 1)
y_test = torch.tensor(y_test, dtype=torch.float32).view(-1, 1)


class RingNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(2, 32)
        self.fc2 = nn.Linear(32, 32)
        self.fc3 = nn.Linear(32, 1)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


model = RingNet()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
BATCH = 50

for epoch in range(20):
    model.train()
    permutation = torch.randperm(X_train.size(0))
    epoch_loss = 0.0
    for start in range(0, X_train.size(0), BATCH):
        rows = permutation[start : start + BATCH]
        optimizer.zero_grad()
        out = model(X_train[rows])
        loss = criterion(out, y_train[rows])
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item() * len(rows)

    model.eval()
    with torch.no_grad():
        out = model(X_test)
        test_loss = criterion(out, y_test).item()
        acc = ((out > 0).float() == y_test).float().mean().item()
    if (epoch + 1) % 5 == 0:
        print(
            f"epoch {epoch + 1:3d} | loss {epoch_loss / len(X_train):.4f}"
            f" | test loss {test_loss:.4f} | test acc {acc:.3f}"
        )

import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)

BATCH_SIZE = 64
EPOCHS = 30
DROPOUT = 0.15


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 128)
        self.fc2 = nn.Linear(128, 64)
        self.out = nn.Linear(64, 10)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x):
        x = self.drop(torch.relu(self.fc1(x)))
        x = self.drop(torch.relu(self.fc2(x)))
        return self.out(x)


def evaluate(net, loader, criterion):
    net.eval()
    loss_sum, correct, total = 0.0, 0, 0
    with torch.no_grad():
        for xb, yb in loader:
            scores = net(xb)
            loss_sum += criterion(scores, yb).item() * len(xb)
            correct += (scores.argmax(1) == yb).sum().item()
            total += len(xb)
    return loss_sum / total, correct / total


X, y = load_digits(return_X_y=True)
X = (X - 8.0) / 8.0
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.25, random_state=0, stratify=y
)
train_set = TensorDataset(torch.tensor(X_train, dtype=torch.float32), torch.tensor(y_train))
test_set = TensorDataset(torch.tensor(X_test, dtype=torch.float32), torch.tensor(y_test))
train_loader = DataLoader(train_set, batch_size=BATCH_SIZE, shuffle=True)
test_loader = DataLoader(test_set, batch_size=256)

net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=0.001)

for epoch in range(EPOCHS):
    net.train()
    running, hits, seen = 0.0, 0, 0
    for xb, yb in train_loader:
        optimizer.zero_grad()
        scores = net(xb)
        loss = criterion(scores, yb)
        loss.backward()
        optimizer.step()
        running += loss.item() * len(xb)
        hits += (scores.argmax(1) == yb).sum().item()
        seen += len(xb)
    val_loss, val_acc = evaluate(net, test_loader, criterion)
    print(
        f"epoch {epoch + 1:2d} loss {running / seen:.3f} acc {hits / seen:.3f} "
        f"val_loss {val_loss:.3f} val_acc {val_acc:.3f}"
    )

import torch
import torch.nn as nn
from sklearn.datasets import make_moons
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(42)

X, y = make_moons(n_samples=1000, noise=0.15, random_state=42)
X = torch.tensor(X, dtype=torch.float32)
X = (X - X.mean(0)) / X.std(0)
y = torch.tensor(y, dtype=torch.float32).reshape(-1, 1)

train_set, val_set = random_split(TensorDataset(X, y), [800, 200])
train_dl = DataLoader(train_set, batch_size=32, shuffle=True)
val_dl = DataLoader(val_set, batch_size=200)


class Classifier(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2, hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, 1),
        )
        self.activation = nn.Softmax(dim=1)

    def forward(self, x):
        return self.activation(self.layers(x))


clf = Classifier()
criterion = nn.BCELoss()
optimizer = torch.optim.Adam(clf.parameters(), lr=0.003)

for epoch in range(30):
    clf.train()
    total = 0.0
    for xb, yb in train_dl:
        prob = clf(xb)
        loss = criterion(prob, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()

    clf.eval()
    with torch.no_grad():
        for xb, yb in val_dl:
            prob = clf(xb)
            val_loss = criterion(prob, yb)
            acc = (prob.round() == yb).float().mean()
    print(f"Epoch {epoch + 1}: loss {total / len(train_dl):.4f} val {val_loss:.4f} acc {acc:.3f}")

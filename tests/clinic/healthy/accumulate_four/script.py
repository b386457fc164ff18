import argparse

import torch
from sklearn.datasets import make_classification
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=12)
parser.add_argument("--accumulate", type=int, default=4)
parser.add_argument("--lr", type=float, default=1e-2)
args = parser.parse_args()

torch.manual_seed(1)
X, y = make_classification(3200, 12, n_informative=8, n_classes=3, random_state=4)
X = torch.tensor(X, dtype=torch.float32)
X = (X - X[:2400].mean(0)) / X[:2400].std(0)
y = torch.tensor(y)
loader = DataLoader(TensorDataset(X[:2400], y[:2400]), batch_size=12, shuffle=True)

model = nn.Sequential(nn.Linear(12, 16), nn.ReLU(), nn.Linear(16, 3))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr, weight_decay=1e-4)

for epoch in range(args.epochs):
    model.train()
    running = 0.0
    optimizer.zero_grad()
    for i, (xb, yb) in enumerate(loader, start=1):
        loss = criterion(model(xb), yb)
        (loss / args.accumulate).backward()
        running += loss.item()
        if i % args.accumulate == 0 or i == len(loader):
            optimizer.step()
            optimizer.zero_grad()
    model.eval()
    with torch.no_grad():
        out = model(X[2400:])
        vloss = criterion(out, y[2400:]).item()
        acc = (out.argmax(1) == y[2400:]).float().mean().item()
    print(f"epoch {epoch} train {running / len(loader):.3f} val {vloss:.3f} acc {acc:.3f}")

import torch
from sklearn.datasets import make_classification
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
X, y = make_classification(4800, 15, n_informative=10, n_classes=4, class_sep=1.5, random_state=0)
X = torch.tensor(X, dtype=torch.float32)
X = (X - X[:4000].mean(0)) / X[:4000].std(0)
y = torch.tensor(y)
loader = DataLoader(TensorDataset(X[:4000], y[:4000]), batch_size=40, shuffle=True)

body = nn.Sequential(nn.Linear(15, 32), nn.ReLU())
head = nn.Linear(32, 4)
model = nn.Sequential(body, head)
optimizer = torch.optim.AdamW(
    [
        {"params": [body[0].weight], "lr": 2e-3, "weight_decay": 0.05},
        {"params": [body[0].bias], "lr": 2e-3, "weight_decay": 0.0},
        {"params": head.parameters(), "lr": 5e-3, "weight_decay": 0.0},
    ]
)
criterion = nn.CrossEntropyLoss()
for epoch in range(12):
    model.train()
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        out = model(X[4000:])
        val = criterion(out, y[4000:]).item()
        acc = (out.argmax(1) == y[4000:]).float().mean().item()
    print(f"epoch {epoch:2d} train {total / len(loader):.4f} val {val:.4f} acc {acc:.3f}")

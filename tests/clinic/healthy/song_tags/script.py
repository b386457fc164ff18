import torch
from sklearn.datasets import make_multilabel_classification
from sklearn.metrics import roc_auc_score
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
X, Y = make_multilabel_classification(
    n_samples=3000, n_features=20, n_classes=6, n_labels=2, length=60, random_state=3
)
X = torch.tensor(X, dtype=torch.float32)
X = (X - X[:2200].mean(0)) / X[:2200].std(0)
Y = torch.tensor(Y, dtype=torch.float32)
positives = Y[:2200].sum(0)
pos_weight = ((2200 - positives) / positives).clamp(max=12.0)

net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 6))
criterion = nn.BCEWithLogitsLoss(pos_weight=pos_weight)
optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3)
loader = DataLoader(TensorDataset(X[:2200], Y[:2200]), batch_size=40, shuffle=True)
for epoch in range(12):
    net.train()
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(net(xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item()
    net.eval()
    with torch.no_grad():
        scores = net(X[2200:])
        val = criterion(scores, Y[2200:]).item()
    auc = roc_auc_score(Y[2200:].numpy(), scores.numpy(), average="macro")
    print(f"epoch {epoch:2d} train {total / len(loader):.4f} val {val:.4f} auc {auc:.3f}")

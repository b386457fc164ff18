import torch
import torch.nn.functional as F
from sklearn.datasets import make_blobs
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(17)
NUM_CLASSES = 12

X, y = make_blobs(1800, n_features=16, centers=NUM_CLASSES, cluster_std=4.0, random_state=17)
X = torch.tensor(X).float()
X = (X - X.mean(0)) / X.std(0)
y = torch.tensor(y).long()
train_dl = DataLoader(TensorDataset(X[:1400], y[:1400]), batch_size=64, shuffle=True)
val_dl = DataLoader(TensorDataset(X[1400:], y[1400:]), batch_size=200)


class CosineHead(nn.Module):
    """Logits are the cosines between an embedding and one prototype a class."""

    def __init__(self, dim: int, num_classes: int, scale: float = 10.0):
        super().__init__()
        self.prototypes = nn.Parameter(torch.randn(num_classes, dim))
        self.scale = scale

    def forward(self, z):
        cosine = F.linear(F.normalize(z), F.normalize(self.prototypes))
        return self.scale * cosine


class MetricNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 32))
        self.head = CosineHead(32, NUM_CLASSES)

    def forward(self, x):
        return self.head(self.backbone(x))


model = MetricNet()
loss_fn = nn.CrossEntropyLoss()
opt = torch.optim.Adam(model.parameters(), lr=1e-3)

for epoch in range(12):
    model.train()
    train_loss = 0.0
    for xb, yb in train_dl:
        loss = loss_fn(model(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        train_loss += loss.item() * len(xb)
    model.eval()
    val_loss, hits = 0.0, 0
    with torch.no_grad():
        for xb, yb in val_dl:
            out = model(xb)
            val_loss += loss_fn(out, yb).item() * len(xb)
            hits += (out.argmax(1) == yb).sum().item()
    print(f"{epoch:2d} train {train_loss / 1400:.4f} val {val_loss / 400:.4f} acc {hits / 400:.3f}")

import torch
import torch.nn.functional as F
from sklearn.datasets import make_classification
from sklearn.metrics import average_precision_score
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0, alpha=0.75):
        super().__init__()
        self.gamma, self.alpha = gamma, alpha

    def forward(self, logits, target):
        bce = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        p_true = torch.exp(-bce)
        weight = self.alpha * target + (1 - self.alpha) * (1 - target)
        return (weight * (1 - p_true) ** self.gamma * bce).mean()


X, y = make_classification(
    4000, 8, n_informative=5, n_redundant=0, weights=[0.9], class_sep=1.3, random_state=2
)
Xtr, Xva, ytr, yva = train_test_split(X, y, test_size=0.3, stratify=y, random_state=2)
mean, std = Xtr.mean(0), Xtr.std(0)
Xtr, Xva = (torch.tensor((a - mean) / std, dtype=torch.float32) for a in (Xtr, Xva))
ytr, yva = (torch.tensor(a, dtype=torch.float32) for a in (ytr, yva))
loader = DataLoader(TensorDataset(Xtr, ytr), batch_size=70, shuffle=True)

model = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 1), nn.Flatten(0))
focal = FocalLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(15):
    model.train()
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = focal(model(xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        out = model(Xva)
        val = focal(out, yva).item()
    ap = average_precision_score(yva.numpy(), out.numpy())
    print(f"epoch {epoch:2d} train {total / len(loader):.5f} val {val:.5f} ap {ap:.3f}")

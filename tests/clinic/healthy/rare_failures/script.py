import torch
from sklearn.datasets import make_classification
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(5)


def make_data() -> list[Tensor]:
    X, y = make_classification(
        n_samples=3000,
        n_features=10,
        n_informative=6,
        n_redundant=0,
        weights=[0.93],
        class_sep=1.6,
        flip_y=0.01,
        random_state=5,
    )
    Xtr, Xva, ytr, yva = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)
    mu, sd = Xtr.mean(0), Xtr.std(0)
    return [
        torch.tensor((Xtr - mu) / sd, dtype=torch.float32),
        torch.tensor(ytr),
        torch.tensor((Xva - mu) / sd, dtype=torch.float32),
        torch.tensor(yva),
    ]


def score(model: nn.Module, X: Tensor, y: Tensor) -> float:
    model.eval()
    with torch.no_grad():
        return float(balanced_accuracy_score(y, model(X).argmax(1)))


Xtr, ytr, Xva, yva = make_data()
counts = torch.bincount(ytr)
criterion = nn.CrossEntropyLoss(weight=len(ytr) / (2.0 * counts))
model = nn.Sequential(nn.Linear(10, 12), nn.ReLU(), nn.Linear(12, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
loader = DataLoader(TensorDataset(Xtr, ytr), batch_size=64, shuffle=True)

for epoch in range(15):
    model.train()
    running = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        running += loss.item()
    bal = score(model, Xva, yva)
    print(f"epoch {epoch:2d} loss {running / len(loader):.4f} balanced accuracy {bal:.3f}")

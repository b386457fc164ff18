import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
COLUMNS = 80
direction = torch.randn(COLUMNS) / COLUMNS**0.5


def assays(n):
    label = torch.randint(0, 2, (n,))
    x = torch.randn(n, COLUMNS) + 1.5 * (label * 2 - 1).unsqueeze(1) * direction
    mistaken = torch.rand(n) < 0.1
    return x, torch.where(mistaken, 1 - label, label).float()


x, y = assays(240)
xv, yv = assays(400)
scale = x.std(0)
x, xv = x / scale, xv / scale
model = nn.Linear(COLUMNS, 1)
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, weight_decay=0.2)
loader = DataLoader(TensorDataset(x, y), batch_size=12, shuffle=True)
for epoch in range(30):
    model.train()
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(xb).squeeze(1), yb)
        loss.backward()
        optimizer.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        out = model(xv).squeeze(1)
        val = loss_fn(out, yv).item()
        acc = ((out > 0) == (yv > 0.5)).float().mean().item()
    if epoch % 3 == 2:
        print(f"epoch {epoch + 1} train {total / len(loader):.4f} val {val:.4f} acc {acc:.3f}")

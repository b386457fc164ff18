import torch
from torch import nn

torch.manual_seed(0)
n = 800
X = torch.randn(n, 6)
w = torch.tensor([1.5, -2.0, 0.5, 0.0, 1.0, -0.7])
y = (X @ w + 0.3 * torch.randn(n)).unsqueeze(1)
y = (y - y[:600].mean()) / y[:600].std()
Xtr, ytr, Xte, yte = X[:600], y[:600], X[600:], y[600:]

model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
mse = nn.MSELoss()
opt = torch.optim.SGD(model.parameters(), lr=0.003)

for epoch in range(100):
    model.train()
    perm = torch.randperm(600)
    total = 0.0
    for start in range(0, 600, 8):
        rows = perm[start : start + 8]
        loss = mse(model(Xtr[rows]), ytr[rows])
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item() * len(rows)
    if epoch % 10 == 9:
        model.eval()
        with torch.no_grad():
            val = mse(model(Xte), yte).item()
        print(f"epoch {epoch + 1:3d}  train mse {total / 600:.4f}  test mse {val:.4f}")

import torch
from sklearn.datasets import make_friedman1
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
X, y = make_friedman1(n_samples=3000, noise=1.0, random_state=0)
X = torch.tensor(X, dtype=torch.float32)
y = torch.tensor(y, dtype=torch.float32).unsqueeze(1)
X = (X - X[:2400].mean(0)) / X[:2400].std(0)
y = (y - y[:2400].mean()) / y[:2400].std()
loader = DataLoader(TensorDataset(X[:2400], y[:2400]), batch_size=60, shuffle=True)

model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1))
opt = torch.optim.Adam(model.parameters(), lr=1e-2)
sched = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, factor=0.5, patience=1)
loss_fn = nn.MSELoss()

for epoch in range(28):
    model.train()
    train_loss = 0.0
    for xb, yb in loader:
        opt.zero_grad()
        loss = loss_fn(model(xb), yb)
        loss.backward()
        opt.step()
        train_loss += loss.item() / len(loader)
    model.eval()
    with torch.no_grad():
        val_loss = loss_fn(model(X[2400:]), y[2400:]).item()
    sched.step(val_loss)
    lr = opt.param_groups[0]["lr"]
    print(f"epoch {epoch:2d} train {train_loss:.4f} val {val_loss:.4f} lr {lr:.5f}")

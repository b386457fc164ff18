import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
n = 4000
X = torch.randn(n, 5)
signal = torch.sin(X[:, 0]) + 0.4 * X[:, 1]
y = signal + 1.3 * torch.randn(n)
y = ((y - y[:3000].mean()) / y[:3000].std()).unsqueeze(1)
train_loader = DataLoader(TensorDataset(X[:3000], y[:3000]), batch_size=100, shuffle=True)
X_val, y_val = X[3000:], y[3000:]

model = nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
criterion = nn.MSELoss()
for epoch in range(15):
    model.train()
    total = 0.0
    for inputs, targets in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        val = criterion(model(X_val), y_val).item()
    print(f"epoch {epoch:2d} train {total / len(train_loader):.4f} val {val:.4f}")

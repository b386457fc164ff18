import torch
from sklearn.datasets import make_circles
from torch import nn

torch.manual_seed(0)
X, y = make_circles(2000, noise=0.1, factor=0.5, random_state=0)
X = torch.tensor(X, dtype=torch.float32)
X = (X - X[:1500].mean(0)) / X[:1500].std(0)
y = torch.tensor(y)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 24)
        self.out = nn.Linear(24, 2)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))


net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
model = nn.DataParallel(torch.compile(net, backend="eager"))
criterion = nn.CrossEntropyLoss()
for epoch in range(12):
    model.train()
    total = 0.0
    for idx in torch.randperm(1500).split(50):
        optimizer.zero_grad()
        loss = criterion(model(X[idx]), y[idx])
        loss.backward()
        optimizer.step()
        total += loss.item() / 30
    model.eval()
    with torch.no_grad():
        out = model(X[1500:])
        val = criterion(out, y[1500:]).item()
        acc = (out.argmax(1) == y[1500:]).float().mean().item()
    print(f"epoch {epoch:2d} train {total:.4f} val {val:.4f} acc {acc:.3f}")

import torch
from torch import nn

torch.manual_seed(13)
n = 2400
X = torch.randn(n, 5)
rate = torch.exp(1.0 + 0.5 * X[:, 0] - 0.3 * X[:, 1] + 0.3 * torch.sin(2 * X[:, 2]))
counts = torch.poisson(rate)
split = 1800

model = nn.Sequential(nn.Linear(5, 24), nn.Tanh(), nn.Linear(24, 1), nn.Flatten(0))
loss_fn = nn.PoissonNLLLoss(log_input=True)
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)


def batches(size):
    order = torch.randperm(split)
    for i in range(0, split, size):
        yield X[order[i : i + size]], counts[order[i : i + size]]


for epoch in range(15):
    model.train()
    total = 0.0
    for xb, yb in batches(60):
        loss = loss_fn(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(xb)
    model.eval()
    with torch.no_grad():
        log_rate = model(X[split:])
        val = loss_fn(log_rate, counts[split:]).item()
        corr = torch.corrcoef(torch.stack([log_rate, rate[split:].log()]))[0, 1].item()
    print(f"epoch {epoch:2d} train {total / split:.4f} val {val:.4f} log-rate corr {corr:.3f}")

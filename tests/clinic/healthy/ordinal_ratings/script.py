"""Ratings from 1 to 5 as four questions: is it more than 1, 2, 3, 4?"""

import torch
from torch import nn

torch.manual_seed(10)
N, LEVELS = 2000, 5
X = torch.randn(N, 8)
taste = X[:, 0] - 0.8 * X[:, 1] + 0.5 * X[:, 2] * X[:, 3] + 0.3 * torch.randn(N)
cuts = torch.quantile(taste, torch.tensor([0.15, 0.4, 0.65, 0.85]))
rating = torch.bucketize(taste, cuts)
target = (rating.unsqueeze(1) > torch.arange(LEVELS - 1)).float()


class Ordinal(nn.Module):
    def __init__(self):
        super().__init__()
        self.score = nn.Sequential(
            nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1, bias=False)
        )
        self.thresholds = nn.Parameter(torch.linspace(1.5, -1.5, LEVELS - 1))

    def forward(self, x):
        return self.score(x) + self.thresholds


model = Ordinal()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3, weight_decay=1e-3)
loss_fn = nn.BCEWithLogitsLoss()
for epoch in range(20):
    model.train()
    total = 0.0
    for idx in torch.randperm(1500).split(50):
        optimizer.zero_grad()
        loss = loss_fn(model(X[idx]), target[idx])
        loss.backward()
        optimizer.step()
        total += loss.item() / 30
    model.eval()
    with torch.no_grad():
        out = model(X[1500:])
        val = loss_fn(out, target[1500:]).item()
        mae = ((out > 0).sum(1) - rating[1500:]).abs().float().mean().item()
    print(f"epoch {epoch:2d} train {total:.4f} val {val:.4f} mean error {mae:.3f} stars")

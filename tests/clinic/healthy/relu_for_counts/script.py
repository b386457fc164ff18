"""Rain per day: never below zero, and often exactly zero."""

import torch
from torch import nn

torch.manual_seed(1)
n = 2400
weather = torch.randn(n, 6)
wet = 0.7 + weather[:, 0] + 0.6 * weather[:, 1] - 0.5 * weather[:, 2] * weather[:, 3]
rain = torch.relu(wet + 0.2 * torch.randn(n))
rain = (rain / rain[:1800].std()).unsqueeze(1)

model = nn.Sequential(
    nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 1), nn.ReLU()
)
nn.init.constant_(model[4].bias, 0.8)
mse = nn.MSELoss()
opt = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(20):
    model.train()
    total = 0.0
    for idx in torch.randperm(1800).split(45):
        opt.zero_grad()
        loss = mse(model(weather[idx]), rain[idx])
        loss.backward()
        opt.step()
        total += loss.item() / 40
    model.eval()
    with torch.no_grad():
        pred = model(weather[1800:])
        val = mse(pred, rain[1800:]).item()
        dry = (pred == 0).float().mean().item()
    print(f"epoch {epoch:2d} train {total:.4f} val {val:.4f} dry days {dry:.2f}")

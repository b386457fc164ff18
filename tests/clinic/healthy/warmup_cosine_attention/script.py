import math

import torch
from torch import nn

torch.manual_seed(0)
LENGTH, EPOCHS, BATCH = 10, 12, 40


class MarkedValue(nn.Module):
    """Self-attention that has to find the marked place and return its value."""

    def __init__(self, dim=24):
        super().__init__()
        self.inp = nn.Linear(2, dim)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.norm = nn.LayerNorm(dim)
        self.out = nn.Linear(dim, 1)
        self.dim = dim

    def forward(self, x):
        h = self.inp(x)
        q, k, v = self.qkv(self.norm(h)).chunk(3, dim=-1)
        weights = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(self.dim), dim=-1)
        return self.out((h + weights @ v).mean(1)).squeeze(-1)


def make(n):
    values = torch.randn(n, LENGTH)
    place = torch.randint(0, LENGTH, (n,))
    marks = nn.functional.one_hot(place, LENGTH).float()
    return torch.stack([values, 3 * marks], dim=-1), values[torch.arange(n), place]


x, y = make(1600)
xv, yv = make(400)
model = MarkedValue()
optimizer = torch.optim.AdamW(model.parameters(), lr=6e-3)
total_steps = EPOCHS * len(x) // BATCH
warmup = total_steps // 10


def shape(step):
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total_steps - warmup)))


scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, shape)
mse = nn.MSELoss()
for epoch in range(EPOCHS):
    model.train()
    running = 0.0
    for idx in torch.randperm(len(x)).split(BATCH):
        loss = mse(model(x[idx]), y[idx])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        running += loss.item() * len(idx) / len(x)
    model.eval()
    with torch.no_grad():
        val = mse(model(xv), yv).item()
    print(f"epoch {epoch:2d} train {running:.4f} val {val:.4f}")

"""Read a sequence of steps and tell where the walk is now."""

import torch
from torch import nn

torch.manual_seed(0)


class Walker(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.rnn = nn.GRU(1, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x):
        states, _ = self.rnn(x)
        return self.head(states)


def walks(n, length=20):
    steps = torch.randn(n, length, 1)
    decay = torch.zeros(n, 1)
    out = []
    for t in range(length):
        decay = 0.8 * decay + 0.6 * steps[:, t]
        out.append(decay)
    return steps, torch.stack(out, dim=1)


x, y = walks(1024)
xv, yv = walks(256)
model = Walker()
opt = torch.optim.Adam(model.parameters(), lr=5e-3)
loss_fn = nn.MSELoss()
for epoch in range(12):
    model.train()
    total = 0.0
    for idx in torch.randperm(len(x)).split(32):
        opt.zero_grad()
        loss = loss_fn(model(x[idx]), y[idx])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm=2.0)
        opt.step()
        total += loss.item() * len(idx)
    model.eval()
    with torch.no_grad():
        val = loss_fn(model(xv), yv).item()
    print(f"epoch {epoch:2d} train {total / len(x):.5f} val {val:.5f}")

import torch
from torch import nn

torch.manual_seed(0)


class Experts(nn.Module):
    def __init__(self, inputs, hidden, experts):
        super().__init__()
        self.gate = nn.Linear(inputs, experts)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, 1))
            for _ in range(experts)
        )

    def forward(self, x):
        share = torch.softmax(self.gate(x), dim=-1)
        answers = torch.cat([expert(x) for expert in self.experts], dim=1)
        return (share * answers).sum(1, keepdim=True), share


def piecewise(n):
    x = torch.randn(n, 4)
    left = 1.5 * x[:, 1] - x[:, 2]
    right = -1.0 * x[:, 1] + torch.sin(2 * x[:, 3])
    y = torch.where(x[:, 0] > 0, right, left) + 0.1 * torch.randn(n)
    return x, (y / 1.5).unsqueeze(1)


x, y = piecewise(2400)
xv, yv = piecewise(600)
model = Experts(4, 32, 3)
opt = torch.optim.Adam(model.parameters(), lr=1e-2)
sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=20)
for epoch in range(20):
    model.train()
    total = 0.0
    for idx in torch.randperm(2400).split(60):
        out, share = model(x[idx])
        balance = (share.mean(0) - 1 / 3).pow(2).sum()
        loss = nn.functional.mse_loss(out, y[idx]) + 0.05 * balance
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item() / 40
    sched.step()
    model.eval()
    with torch.no_grad():
        out, share = model(xv)
        val = nn.functional.mse_loss(out, yv).item()
        used = [round(s, 2) for s in share.mean(0).tolist()]
    print(f"epoch {epoch:2d} train {total:.4f} val {val:.4f} use {used}")

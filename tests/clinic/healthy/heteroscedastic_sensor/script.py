import torch
from torch import nn

torch.manual_seed(14)


class MeanVar(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh())
        self.mean = nn.Linear(32, 1)
        self.log_var = nn.Linear(32, 1)

    def forward(self, x):
        h = self.trunk(x)
        return self.mean(h), self.log_var(h).exp()


def sensor(n):
    x = torch.rand(n, 1) * 4 - 2
    sigma = 0.05 + 0.1 * (x + 2) / 4
    return x, torch.sin(2 * x) + sigma * torch.randn_like(x)


x, y = sensor(1600)
xv, yv = sensor(400)
net = MeanVar()
nll = nn.GaussianNLLLoss()
opt = torch.optim.Adam(net.parameters(), lr=3e-3)
sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=40)
for epoch in range(40):
    net.train()
    total = 0.0
    for idx in torch.randperm(1600).split(40):
        opt.zero_grad()
        mean, var = net(x[idx])
        loss = nll(mean, y[idx], var)
        loss.backward()
        opt.step()
        total += loss.item() / 40
    sched.step()
    net.eval()
    with torch.no_grad():
        mean, var = net(xv)
        val = nll(mean, yv, var).item()
    if epoch % 4 == 3:
        print(f"epoch {epoch + 1} train {total:.3f} val {val:.3f} sigma {var.sqrt().mean():.3f}")

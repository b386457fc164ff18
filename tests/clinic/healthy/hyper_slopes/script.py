import torch
from torch import nn

torch.manual_seed(0)
HIDDEN = 8


class Hyper(nn.Module):
    """From (frequency, amplitude) to the weights of a 1-8-1 net."""

    def __init__(self):
        super().__init__()
        self.size = 3 * HIDDEN + 1
        self.net = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, self.size))

    def forward(self, task, x):
        w = self.net(task)
        w1, b1, w2, b2 = w.split([HIDDEN, HIDDEN, HIDDEN, 1], dim=1)
        h = torch.tanh(x.unsqueeze(-1) * (1 + w1.unsqueeze(1)) + b1.unsqueeze(1))
        return (h * w2.unsqueeze(1)).sum(-1) + b2


def tasks(n, points=20):
    freq = torch.rand(n, 1) * 2 - 1
    amp = torch.rand(n, 1) * 2 - 1
    x = torch.rand(n, points) * 4 - 2
    y = (1 + 0.5 * amp) * torch.sin((1.2 + 0.4 * freq) * x)
    return torch.cat([freq, amp], dim=1) * 1.7, x, y


hyper = Hyper()
opt = torch.optim.Adam(hyper.parameters(), lr=3e-3)
sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=600)
mse = nn.MSELoss()
test = tasks(500)
for step in range(1, 601):
    hyper.train()
    z, x, y = tasks(32)
    loss = mse(hyper(z, x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    sched.step()
    if step % 60 == 0:
        hyper.eval()
        with torch.no_grad():
            val = mse(hyper(test[0], test[1]), test[2]).item()
        print(f"step {step} loss {loss.item():.4f} new tasks {val:.4f}")

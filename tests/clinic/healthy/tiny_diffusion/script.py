import torch
from sklearn.datasets import make_moons
from torch import nn

torch.manual_seed(0)
T = 40
beta = torch.linspace(1e-3, 0.15, T)
alpha_bar = torch.cumprod(1 - beta, dim=0)

data = torch.tensor(make_moons(2000, noise=0.05, random_state=0)[0], dtype=torch.float32)
data = (data - data[:1600].mean(0)) / data[:1600].std(0)
train, held = data[:1600], data[1600:]


class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.time = nn.Embedding(T, 16)
        self.net = nn.Sequential(
            nn.Linear(18, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU(), nn.Linear(64, 2)
        )

    def forward(self, x, t):
        return self.net(torch.cat([x, self.time(t)], dim=1))


def diffusion_loss(model, x0):
    t = torch.randint(0, T, (len(x0),))
    noise = torch.randn_like(x0)
    a = alpha_bar[t].unsqueeze(1)
    return nn.functional.mse_loss(model(a.sqrt() * x0 + (1 - a).sqrt() * noise, t), noise)


@torch.no_grad()
def sample(model, n):
    x = torch.randn(n, 2)
    for t in reversed(range(T)):
        eps = model(x, torch.full((n,), t))
        x = (x - beta[t] / (1 - alpha_bar[t]).sqrt() * eps) / (1 - beta[t]).sqrt()
        if t > 0:
            x = x + beta[t].sqrt() * torch.randn_like(x)
    return x


model = Denoiser()
opt = torch.optim.Adam(model.parameters(), lr=3e-3)
sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=60)
for epoch in range(60):
    model.train()
    total = 0.0
    for idx in torch.randperm(1600).split(80):
        loss = diffusion_loss(model, train[idx])
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item() / 20
    sched.step()
    if epoch % 6 == 5:
        model.eval()
        with torch.no_grad():
            val = diffusion_loss(model, held.repeat(10, 1)).item()
            near = torch.cdist(sample(model, 400), train).min(1).values.mean().item()
        print(f"epoch {epoch + 1} train {total:.3f} val {val:.3f} to the data {near:.3f}")

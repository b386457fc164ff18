import torch
from torch import nn

torch.manual_seed(6)


def clean_waves(n, length=48):
    t = torch.linspace(0, 1, length)
    freq = torch.rand(n, 1) * 3 + 1
    phase = torch.rand(n, 1) * 6.283
    return torch.sin(6.283 * freq * t + phase).unsqueeze(1)


def corrupt(x, sigma=0.5):
    return x + sigma * torch.randn_like(x)


train, valid = clean_waves(800), clean_waves(200)
valid_noisy = corrupt(valid)
net = nn.Sequential(
    nn.Conv1d(1, 16, 7, padding=3),
    nn.GELU(),
    nn.Conv1d(16, 16, 7, padding=3),
    nn.GELU(),
    nn.Conv1d(16, 1, 7, padding=3),
)
opt = torch.optim.AdamW(net.parameters(), lr=3e-3)
mse = nn.MSELoss()
for epoch in range(15):
    net.train()
    total = 0.0
    for idx in torch.randperm(len(train)).split(32):
        target = train[idx]
        loss = mse(net(corrupt(target)), target)
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item() * len(idx)
    net.eval()
    with torch.no_grad():
        val = mse(net(valid_noisy), valid).item()
    print(f"epoch {epoch:2d} train {total / len(train):.4f} valid {val:.4f} (noise alone 0.25)")

import math

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
rng = np.random.default_rng(0)

# period of a spring from its mass and stiffness
mass = rng.uniform(0.5, 2.0, 1200)
stiffness = rng.uniform(1.0, 5.0, 1200)
period = 2 * math.pi * np.sqrt(mass / stiffness)
X = torch.from_numpy(np.stack([mass, stiffness], axis=1))
y = torch.from_numpy(period).unsqueeze(1)
X = (X - X[:900].mean(0)) / X[:900].std(0)
y = (y - y[:900].mean()) / y[:900].std()

net = nn.Sequential(nn.Linear(2, 24), nn.SiLU(), nn.Linear(24, 24), nn.SiLU(), nn.Linear(24, 1))
opt = torch.optim.Adam(net.parameters(), lr=3e-3)
sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=40)
loss_fn = nn.MSELoss()
for epoch in range(40):
    net.train()
    for idx in torch.randperm(900).split(30):
        opt.zero_grad()
        loss = loss_fn(net(X[idx]), y[idx])
        loss.backward()
        opt.step()
    sched.step()
    net.eval()
    with torch.no_grad():
        train_mse, test_mse = loss_fn(net(X[:900]), y[:900]), loss_fn(net(X[900:]), y[900:])
    if epoch % 5 == 4:
        print(f"epoch {epoch + 1} train {train_mse:.2e} test {test_mse:.2e}")

import numpy as np
import torch
from torch import nn

torch.manual_seed(6)
rng = np.random.default_rng(6)

# one row a day: visitors, price, rain in mm, complaints -> sales
n = 1500
visitors = rng.lognormal(5.0, 0.6, n)
price = rng.uniform(2, 9, n)
rain = rng.gamma(1.5, 2.0, n)
complaints = rng.poisson(4.5, n)
sales = visitors * np.exp(-0.25 * price - 0.03 * rain) * np.exp(-0.08 * complaints)
sales = sales * rng.lognormal(0, 0.08, n)

# everything is skewed, so work with logarithms
columns = np.column_stack([visitors, price, rain, complaints])
features = np.log(columns)
target = np.log(sales)[:, None]

train, test = slice(0, 1200), slice(1200, n)
features = (features - features[train].mean(0)) / features[train].std(0)
target = (target - target[train].mean()) / target[train].std()
features = torch.from_numpy(features).float()
target = torch.from_numpy(target).float()

mlp = nn.Sequential(nn.Linear(4, 32), nn.SiLU(), nn.Linear(32, 32), nn.SiLU(), nn.Linear(32, 1))
loss_fn = nn.SmoothL1Loss()
optim = torch.optim.AdamW(mlp.parameters(), lr=3e-3, weight_decay=1e-3)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optim, T_max=15)


def train_one_epoch(x, y, batch_size=40):
    mlp.train()
    losses = []
    for idx in torch.randperm(len(x)).split(batch_size):
        optim.zero_grad()
        loss = loss_fn(mlp(x[idx]), y[idx])
        loss.backward()
        optim.step()
        losses.append(loss.item())
    return np.mean(losses)


@torch.no_grad()
def test_loss(x, y):
    mlp.eval()
    return loss_fn(mlp(x), y).item()


for epoch in range(15):
    train_loss = train_one_epoch(features[train], target[train])
    scheduler.step()
    print(f"{epoch}: train {train_loss:.4f} test {test_loss(features[test], target[test]):.4f}")

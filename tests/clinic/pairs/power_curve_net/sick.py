import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(11)

# simulated wind turbine: wind speed, air density, blade pitch -> power
n = 3000
wind = torch.rand(n, 1) * 2 - 1
density = torch.randn(n, 1)
pitch = torch.rand(n, 1) * 2 - 1
inputs = torch.cat([wind * 1.7, density, pitch * 1.7], dim=1)
power = torch.tanh(3 * wind) * (1 + 0.2 * density) - 0.5 * pitch**2 + 0.05 * torch.randn(n, 1)
power = (power - power.mean()) / power.std()

train_data, valid_data = random_split(TensorDataset(inputs, power), [2400, 600])
train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_data, batch_size=200)

model = nn.Sequential(
    nn.Linear(3, 48),
    nn.LeakyReLU(),
    nn.Linear(48, 48),
    nn.LeakyReLU(),
    nn.Linear(48, 1),
    nn.Dropout(0.3),
)
mse = nn.MSELoss()
opt = optim.RMSprop(model.parameters(), lr=5e-4)
schedule = optim.lr_scheduler.CosineAnnealingLR(opt, T_max=15)

for epoch in range(15):
    model.train()
    train_error = 0.0
    for x, t in train_loader:
        opt.zero_grad()
        error = mse(model(x), t)
        error.backward()
        opt.step()
        train_error += error.item()
    schedule.step()

    model.eval()
    valid_error, dot, square = 0.0, 0.0, 0.0
    with torch.no_grad():
        for x, t in valid_loader:
            p = model(x)
            valid_error += mse(p, t).item()
            dot += (p * t).sum().item()
            square += (t * t).sum().item()
    print(
        f"[{epoch + 1}/15] train {train_error / len(train_loader):.4f} "
        f"valid {valid_error / len(valid_loader):.4f} slope {dot / square:.3f}"
    )

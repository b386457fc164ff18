import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(8)

BATCH_SIZE = 32
EPOCHS = 40

# hourly demand: time of day, day of year, temperature, workday
n = 1800
hour = torch.rand(n) * 24
day = torch.rand(n) * 365
workday = (torch.rand(n) < 5 / 7).float()
temperature = 12 - 9 * torch.cos(2 * math.pi * day / 365) + 3 * torch.randn(n)
rush = torch.exp(-((hour - 8) ** 2) / 3) + torch.exp(-((hour - 18) ** 2) / 4)
leisure = torch.exp(-((hour - 14) ** 2) / 18)
demand = 120 * rush * workday + 90 * leisure * (1 - workday) + 3 * temperature
demand = demand + 8 * torch.randn(n)

angle = 2 * math.pi * hour / 24
features = torch.stack(
    [
        torch.sin(angle),
        torch.cos(angle),
        torch.sin(2 * angle),
        torch.cos(2 * angle),
        (temperature - 12) / 7,
        workday - 5 / 7,
    ],
    dim=1,
)
target = ((demand - demand.mean()) / demand.std()).unsqueeze(1)

train_data, val_data = random_split(TensorDataset(features, target), [1440, 360])
train_loader = DataLoader(train_data, batch_size=BATCH_SIZE, shuffle=True)
val_loader = DataLoader(val_data, batch_size=360)


class Demand(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(6, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU(), nn.Linear(48, 1)
        )

    def forward(self, x):
        return self.layers(x)


model = Demand()
mse = nn.MSELoss()
optimizer = torch.optim.RMSprop(model.parameters(), lr=3e-4)

for epoch in range(EPOCHS):
    model.train()
    total = 0.0
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = mse(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
    model.eval()
    with torch.no_grad():
        val = sum(mse(model(x), y).item() for x, y in val_loader) / len(val_loader)
    if (epoch + 1) % 5 == 0:
        print(f"epoch {epoch + 1} train {total / len(train_data):.4f} val {val:.4f}")

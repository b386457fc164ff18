import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(4)


def forward_kinematics(angles):
    a, b, c = angles.unbind(dim=1)
    x = torch.cos(a) + 0.8 * torch.cos(a + b) + 0.5 * torch.cos(a + b + c)
    y = torch.sin(a) + 0.8 * torch.sin(a + b) + 0.5 * torch.sin(a + b + c)
    return torch.stack([x, y], dim=1)


all_angles = 4.0 * torch.rand(5000, 3) - 2.0
dataset = TensorDataset(all_angles, forward_kinematics(all_angles))
train_set, val_set = random_split(dataset, [4000, 1000])
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
val_loader = DataLoader(val_set, batch_size=250)

model = nn.Sequential(
    nn.Linear(3, 64),
    nn.SiLU(),
    nn.Linear(64, 64),
    nn.SiLU(),
    nn.Linear(64, 2),
)
criterion = nn.MSELoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)

angles, position = next(iter(train_loader))
for epoch in range(12):
    model.train()
    running = 0.0
    for _ in range(len(train_loader)):
        optimizer.zero_grad()
        loss = criterion(model(angles), position)
        loss.backward()
        optimizer.step()
        running += loss.item()
    running /= len(train_loader)

    model.eval()
    val_loss = 0.0
    with torch.no_grad():
        for angles_val, position_val in val_loader:
            val_loss += criterion(model(angles_val), position_val).item() / len(val_loader)
    print(f"epoch {epoch + 1:2d}: train loss {running:.5f}, val loss {val_loss:.5f}")

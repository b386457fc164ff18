import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)


def steering(n):
    """Offset, heading error and speed of a car; the wheel as a good driver turns it."""
    x = torch.randn(n, 3)
    turn = torch.tanh(0.8 * x[:, 0] + 0.9 * x[:, 1] - 0.3 * x[:, 1] * x[:, 2])
    return x, (0.95 * turn + 0.03 * torch.randn(n)).clamp(-1, 1).unsqueeze(1)


class Driver(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(3, 24)
        self.l2 = nn.Linear(24, 24)
        self.wheel = nn.Linear(24, 1)

    def forward(self, x):
        x = torch.relu(self.l1(x))
        x = torch.relu(self.l2(x))
        return torch.tanh(self.wheel(x))


loader = DataLoader(TensorDataset(*steering(2000)), batch_size=50, shuffle=True)
xv, yv = steering(500)
driver = Driver()
optimizer = torch.optim.Adam(driver.parameters(), lr=3e-3)
loss_fn = nn.SmoothL1Loss()
for epoch in range(14):
    driver.train()
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = loss_fn(driver(xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item()
    driver.eval()
    with torch.no_grad():
        val = loss_fn(driver(xv), yv).item()
    print(f"epoch {epoch:2d} train {total / len(loader):.5f} val {val:.5f}")

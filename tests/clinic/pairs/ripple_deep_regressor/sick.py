import torch
from torch import nn

torch.manual_seed(0)
DEPTH = 20
WIDTH = 32


def ripple(n):
    x = torch.rand(n, 2) * 4 - 2
    y = torch.sin(2 * x[:, :1]) * torch.cos(x[:, 1:]) / 0.45
    return x, y + 0.05 * torch.randn(n, 1)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        return torch.relu(self.linear(x))


class DeepNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Linear(2, WIDTH)
        self.blocks = nn.Sequential(*[Block(WIDTH) for _ in range(DEPTH)])
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, 1)

    def forward(self, x):
        return self.head(self.norm(self.blocks(self.stem(x))))


x_train, y_train = ripple(1500)
x_val, y_val = ripple(400)
net = DeepNet()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(net.parameters(), lr=5e-4)

for epoch in range(12):
    net.train()
    total, batches = 0.0, torch.randperm(len(x_train)).split(50)
    for idx in batches:
        optimizer.zero_grad()
        loss = criterion(net(x_train[idx]), y_train[idx])
        loss.backward()
        optimizer.step()
        total += loss.item()
    grad = net.stem.weight.grad.norm().item()
    net.eval()
    with torch.no_grad():
        val_loss = criterion(net(x_val), y_val).item()
    print(
        f"epoch {epoch + 1:2d} train {total / len(batches):.4f} val {val_loss:.4f} "
        f"grad of the first layer {grad:.1e}"
    )

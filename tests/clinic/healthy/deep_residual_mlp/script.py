import torch
from sklearn.datasets import make_swiss_roll
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, width)
        self.down = nn.Linear(width, width)

    def forward(self, x):
        return x + 0.2 * self.down(torch.relu(self.up(self.norm(x))))


class DeepNet(nn.Module):
    def __init__(self, inputs, width=24, depth=24):
        super().__init__()
        self.stem = nn.Linear(inputs, width)
        self.blocks = nn.Sequential(*[Block(width) for _ in range(depth)])
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 1))

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)))


if __name__ == "__main__":
    torch.manual_seed(0)
    points, position = make_swiss_roll(1500, noise=0.3, random_state=0)
    x = torch.tensor(points, dtype=torch.float32)
    y = torch.tensor(position, dtype=torch.float32).unsqueeze(1)
    x = (x - x[:1200].mean(0)) / x[:1200].std(0)
    y = (y - y[:1200].mean()) / y[:1200].std()
    train = TensorDataset(x[:1200], y[:1200])
    xv, yv = x[1200:], y[1200:]
    net = DeepNet(3)
    opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
    mse = nn.MSELoss()
    loader = DataLoader(train, batch_size=60, shuffle=True)
    for epoch in range(8):
        net.train()
        total = 0.0
        for xb, yb in loader:
            opt.zero_grad()
            loss = mse(net(xb), yb)
            loss.backward()
            opt.step()
            total += loss.item()
        net.eval()
        with torch.no_grad():
            vloss = mse(net(xv), yv).item()
        print(f"epoch {epoch} train {total / len(loader):.4f} val {vloss:.4f}")

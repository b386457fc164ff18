import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Spirals(Dataset):
    def __init__(self, n, seed):
        gen = torch.Generator().manual_seed(seed)
        self.label = torch.randint(0, 2, (n,), generator=gen)
        radius = torch.rand(n, generator=gen) * 0.9 + 0.1
        angle = radius * 6.0 + self.label * 3.1416
        points = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)
        self.points = (points + 0.03 * torch.randn(n, 2, generator=gen)) / 0.45

    def __len__(self):
        return len(self.label)

    def __getitem__(self, i):
        return self.points[i], self.label[i]


def main():
    torch.manual_seed(0)
    train = DataLoader(
        Spirals(1500, 0), batch_size=50, shuffle=True, num_workers=2, persistent_workers=True
    )
    test = Spirals(400, 1)
    net = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2))
    opt = torch.optim.Adam(net.parameters(), lr=6e-3)
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(14):
        net.train()
        total = 0.0
        for x, y in train:
            opt.zero_grad()
            loss = loss_fn(net(x), y)
            loss.backward()
            opt.step()
            total += loss.item()
        net.eval()
        with torch.no_grad():
            out = net(test.points)
            val = loss_fn(out, test.label).item()
            acc = (out.argmax(1) == test.label).float().mean().item()
        print(f"epoch {epoch:2d} train {total / len(train):.4f} val {val:.4f} acc {acc:.3f}")


if __name__ == "__main__":
    main()

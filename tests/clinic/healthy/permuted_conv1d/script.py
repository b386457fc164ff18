import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)


def gestures(n, length=40):
    """Three-axis accelerometer traces with one burst, on the axis that is the class."""
    label = torch.randint(0, 3, (n,))
    x = 0.5 * torch.randn(n, length, 3)
    start = torch.randint(0, length - 10, (n,))
    burst = torch.sin(torch.arange(10) * 1.2)
    for i in range(n):
        x[i, start[i] : start[i] + 10, label[i]] += 0.8 * burst
    return x / 0.53, label


class GestureNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv1d(3, 16, 5, padding=2, bias=False),
            nn.BatchNorm1d(16),
            nn.ReLU(),
            nn.Conv1d(16, 16, 5, padding=2),
            nn.ReLU(),
            nn.AdaptiveMaxPool1d(1),
        )
        self.fc = nn.Linear(16, 3)

    def forward(self, x):
        return self.fc(self.conv(x.permute(0, 2, 1)).squeeze(-1))


x, label = gestures(2400)
train, val = random_split(TensorDataset(x, label), [2000, 400])
loader = DataLoader(train, batch_size=50, shuffle=True)
xv, yv = val[:]
model = GestureNet()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3, weight_decay=1e-3)
for epoch in range(10):
    model.train()
    losses = []
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        out = model(xv)
        vl, acc = criterion(out, yv).item(), (out.argmax(1) == yv).float().mean().item()
    print(f"epoch {epoch} train {sum(losses) / len(losses):.3f} val {vl:.3f} acc {acc:.3f}")

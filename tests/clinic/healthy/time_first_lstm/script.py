import torch
from torch import nn

torch.manual_seed(3)
TIME, N = 16, 1000

# rising or falling trend beneath strong noise; layout (time, sample, feature)
label = torch.randint(0, 2, (N,))
slope = (label * 2.0 - 1.0) * 0.1
t = torch.arange(TIME).float() - TIME / 2
series = (t.unsqueeze(1) * slope + 0.8 * torch.randn(TIME, N)).unsqueeze(-1)


class TrendNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(input_size=1, hidden_size=16)
        self.fc = nn.Linear(16, 1)

    def forward(self, x):
        _, (h, _) = self.lstm(x)
        return self.fc(h[-1]).squeeze(1)


net = TrendNet()
opt = torch.optim.RMSprop(net.parameters(), lr=2e-3)
criterion = nn.BCEWithLogitsLoss()
for epoch in range(14):
    net.train()
    total = 0.0
    for idx in torch.randperm(800).split(20):
        opt.zero_grad()
        loss = criterion(net(series[:, idx]), label[idx].float())
        loss.backward()
        opt.step()
        total += loss.item() / 40
    net.eval()
    with torch.no_grad():
        out = net(series[:, 800:])
        val = criterion(out, label[800:].float()).item()
        acc = ((out > 0).long() == label[800:]).float().mean().item()
    print(f"epoch {epoch:2d} train {total:.4f} val {val:.4f} acc {acc:.3f}")

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(8)
np.random.seed(8)

WINDOW = 24


def tide(t):
    level = 1.6 * np.sin(2 * np.pi * t / 12.4) + 0.8 * np.sin(2 * np.pi * t / 25.8)
    return level + 0.05 * np.random.randn(len(t))


series = tide(np.arange(1500)).astype(np.float32)
windows = np.stack([series[i : i + WINDOW] for i in range(len(series) - WINDOW)])
targets = series[WINDOW:]
X = torch.from_numpy(windows).unsqueeze(-1)
Y = torch.from_numpy(targets).unsqueeze(-1)
split = 1100
train_loader = DataLoader(TensorDataset(X[:split], Y[:split]), batch_size=32, shuffle=True)


class TideLSTM(nn.Module):
    def __init__(self, hidden_size=24):
        super().__init__()
        self.lstm = nn.LSTM(input_size=1, hidden_size=hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, 1)

    def forward(self, x):
        out, _ = self.lstm(x)
        return torch.tanh(self.fc(out[:, -1]))


model = TideLSTM()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)

for epoch in range(10):
    model.train()
    losses = []
    for xb, yb in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        pred = model(X[split:])
        val = criterion(pred, Y[split:]).item()
    print(f"Epoch {epoch:2d} train {np.mean(losses):.4f} val {val:.4f} max {pred.max():.2f}")

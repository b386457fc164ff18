import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
rng = np.random.default_rng(0)

SEQ_LEN = 30
N_CLASSES = 4


def make_windows(n):
    """Three-axis windows of a wrist sensor: each gesture has its own rhythm."""
    labels = rng.integers(0, N_CLASSES, n)
    t = np.linspace(0, 1, SEQ_LEN)
    freq = 1.0 + 1.5 * labels[:, None] + rng.normal(0, 0.15, (n, 1))
    phase = rng.uniform(0, 2 * np.pi, (n, 1))
    wave = 2 * np.pi * freq * t + phase
    x = np.stack([np.sin(wave), np.cos(wave), np.sin(wave) * np.cos(wave)], axis=-1)
    x = x + rng.normal(0, 0.2, x.shape)
    return torch.tensor(x, dtype=torch.float32), torch.tensor(labels)


class GestureNet(nn.Module):
    def __init__(self, n_features=3, hidden_size=32):
        super().__init__()
        self.lstm = nn.LSTM(n_features, hidden_size, num_layers=1, batch_first=True)
        self.fc = nn.Linear(hidden_size, N_CLASSES)

    def forward(self, x):
        out, _ = self.lstm(x)
        # use the last time step
        return self.fc(out[:, -1, :])


def train(model, loader, criterion, optimizer):
    model.train()
    running = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        running += loss.item() * len(xb)
    return running / len(loader.dataset)


def test(model, loader):
    model.eval()
    correct = 0
    with torch.no_grad():
        for xb, yb in loader:
            correct += (model(xb).argmax(dim=1) == yb).sum().item()
    return correct / len(loader.dataset)


train_loader = DataLoader(TensorDataset(*make_windows(1200)), batch_size=32, shuffle=True)
test_loader = DataLoader(TensorDataset(*make_windows(400)), batch_size=32)

model = GestureNet()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)

for epoch in range(10):
    loss = train(model, train_loader, criterion, optimizer)
    acc = test(model, test_loader)
    print(f"epoch {epoch + 1:2d}  loss {loss:.4f}  test acc {acc:.3f}")

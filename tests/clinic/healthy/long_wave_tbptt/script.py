import torch
from torch import nn

torch.manual_seed(4)
T, LANES, CHUNK = 1000, 16, 25
t = torch.arange(T + 1).float()
phase = torch.rand(LANES, 1) * 6.28
speed = 0.15 + 0.1 * torch.rand(LANES, 1)
series = torch.sin(speed * t + phase) + 0.05 * torch.randn(LANES, T + 1)
series = series.unsqueeze(-1)
train, valid = series[:12], series[12:]

lstm = nn.LSTM(1, 24, batch_first=True)
readout = nn.Linear(24, 1)
params = [*lstm.parameters(), *readout.parameters()]
optimizer = torch.optim.Adam(params, lr=4e-3)
criterion = nn.MSELoss()


def run(data, learn):
    state, total, chunks = None, 0.0, 0
    for s in range(0, T, CHUNK):
        x, y = data[:, s : s + CHUNK], data[:, s + 1 : s + CHUNK + 1]
        out, state = lstm(x, state)
        state = tuple(h.detach() for h in state)
        loss = criterion(readout(out), y)
        if learn:
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(params, 1.0)
            optimizer.step()
        total += loss.item()
        chunks += 1
    return total / chunks


for epoch in range(12):
    lstm.train()
    train_loss = run(train, learn=True)
    lstm.eval()
    with torch.no_grad():
        valid_loss = run(valid, learn=False)
    print(f"epoch {epoch:2d} train {train_loss:.4f} valid {valid_loss:.4f}")

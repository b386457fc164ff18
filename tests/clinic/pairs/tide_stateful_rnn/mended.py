import math

import torch
import torch.nn as nn

torch.manual_seed(10)


def tide(n_steps, n_stations):
    t = torch.arange(n_steps, dtype=torch.float32).unsqueeze(1)
    shift = torch.rand(n_stations) * 2 * math.pi
    level = torch.sin(2 * math.pi * t / 25 + shift) + 0.5 * torch.sin(2 * math.pi * t / 40 + shift)
    return (level + 0.05 * torch.randn(n_steps, n_stations)) / 0.8


class TideRNN(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.gru = nn.GRU(1, hidden_size)
        self.readout = nn.Linear(hidden_size, 1)

    def forward(self, x, h):
        out, h = self.gru(x, h)
        return self.readout(out), h


CHUNK = 40
train_series = tide(1201, 24).unsqueeze(-1)  # (time, station, 1)
valid_series = tide(401, 24).unsqueeze(-1)

rnn = TideRNN(hidden_size=32)
criterion = nn.MSELoss()
optimizer = torch.optim.AdamW(rnn.parameters(), lr=5e-3)

for epoch in range(12):
    rnn.train()
    hidden = None
    epoch_loss = 0.0
    n_chunks = (len(train_series) - 1) // CHUNK
    for c in range(n_chunks):
        x = train_series[c * CHUNK : (c + 1) * CHUNK]
        y = train_series[c * CHUNK + 1 : (c + 1) * CHUNK + 1]
        optimizer.zero_grad()
        prediction, hidden = rnn(x, hidden)
        hidden = hidden.detach()
        loss = criterion(prediction, y)
        loss.backward()
        nn.utils.clip_grad_norm_(rnn.parameters(), 1.0)
        optimizer.step()
        epoch_loss += loss.item()
    rnn.eval()
    with torch.no_grad():
        prediction, _ = rnn(valid_series[:-1], None)
        valid_loss = criterion(prediction, valid_series[1:]).item()
    print(f"epoch {epoch + 1} train {epoch_loss / n_chunks:.4f} valid {valid_loss:.4f}")

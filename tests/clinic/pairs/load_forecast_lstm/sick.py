import math

import torch
from torch import nn

torch.manual_seed(13)

# two weeks of an hourly "load" curve, many times: daily rhythm, weekend dip, noise
hours = torch.arange(24 * 7 * 12, dtype=torch.float32)
day = torch.sin(2 * math.pi * hours / 24) + 0.4 * torch.sin(4 * math.pi * hours / 24)
weekend = ((hours // 24) % 7 >= 5).float()
series = 50 + 12 * day - 8 * weekend + 1.5 * torch.randn(len(hours))

n_train = int(0.8 * len(series))
mean, std = series[:n_train].mean(), series[:n_train].std()
scaled = (series - mean) / std


def create_windows(values, lookback=24):
    windows = values.unfold(0, lookback + 1, 1)
    return windows[:, :-1], windows[:, -1:]


class LSTMForecaster(nn.Module):
    def __init__(self, input_size=1, hidden_size=32):
        super().__init__()
        self.lstm = nn.LSTM(input_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.linear(out[:, -1])


x_train, y_train = create_windows(scaled[:n_train])
x_test, y_test = create_windows(scaled[n_train:])
model = LSTMForecaster()
loss_fn = nn.MSELoss()
opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)

for epoch in range(20):
    model.train()
    total = 0.0
    for rows in torch.randperm(len(x_train)).split(64):
        opt.zero_grad()
        loss = loss_fn(model(x_train[rows]), y_train[rows])
        loss.backward()
        opt.step()
        total += loss.item() * len(rows)
    model.eval()
    with torch.no_grad():
        test_mse = loss_fn(model(x_test), y_test).item()
    print(f"epoch {epoch + 1}: train {total / len(x_train):.4f} test {test_mse:.4f}")

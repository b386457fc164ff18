import torch
from torch import nn

torch.manual_seed(2)
x = torch.linspace(-3, 3, 300).unsqueeze(1)
y = torch.sin(2 * x) * torch.exp(-0.1 * x**2) + 0.05 * torch.randn_like(x)
test = torch.zeros(300, dtype=torch.bool)
test[::4] = True

net = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 20), nn.Tanh(), nn.Linear(20, 1))
optimizer = torch.optim.LBFGS(
    net.parameters(), lr=1.0, max_iter=10, history_size=20, line_search_fn="strong_wolfe"
)
mse = nn.MSELoss()


def closure():
    optimizer.zero_grad()
    loss = mse(net(x[~test]), y[~test])
    loss.backward()
    return loss


for i in range(30):
    loss = optimizer.step(closure)
    if i % 5 == 4:
        with torch.no_grad():
            val = mse(net(x[test]), y[test])
        print(f"iter {i + 1:2d} train {loss.item():.5f} test {val.item():.5f}")

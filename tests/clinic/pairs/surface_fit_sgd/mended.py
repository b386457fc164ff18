import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)

# z = f(x1, x2, x3) with a little noise, everything in standard units
n = 2000
X = torch.randn(n, 3)
z = torch.sin(2 * X[:, 0]) + 0.5 * X[:, 1] ** 2 - X[:, 1] * X[:, 2] + 0.1 * torch.randn(n)
z = ((z - z.mean()) / z.std()).unsqueeze(1)

train_data = TensorDataset(X[:1600], z[:1600])
X_val, z_val = X[1600:], z[1600:]
loader = DataLoader(train_data, batch_size=32, shuffle=True)

net = nn.Sequential(
    nn.Linear(3, 64),
    nn.ReLU(),
    nn.Linear(64, 64),
    nn.ReLU(),
    nn.Linear(64, 1),
)
loss_function = nn.MSELoss()
opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

for epoch in range(25):
    net.train()
    sum_loss = 0.0
    for inputs, target in loader:
        prediction = net(inputs)
        loss = loss_function(prediction, target)
        opt.zero_grad()
        loss.backward()
        opt.step()
        sum_loss += loss.item()

    net.eval()
    with torch.no_grad():
        val_loss = loss_function(net(X_val), z_val).item()
    if epoch < 2 or (epoch + 1) % 5 == 0:
        print("epoch", epoch + 1, "train mse", sum_loss / len(loader), "val mse", val_loss)

import numpy as np
import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler

np.random.seed(0)
torch.manual_seed(0)

data, target = load_digits(return_X_y=True)
order = np.random.permutation(len(data))
data, target = data[order], target[order]

n_train = 1400
scaler = StandardScaler()
x_train = torch.Tensor(scaler.fit_transform(data[:n_train]))
x_test = torch.Tensor(scaler.transform(data[n_train:]))
y_train = torch.LongTensor(target[:n_train])
y_test = torch.LongTensor(target[n_train:])


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Linear(64, 40)
        self.layer2 = nn.Linear(40, 40)
        self.layer3 = nn.Linear(40, 10)

    def forward(self, x):
        x = torch.tanh(self.layer1(x))
        x = torch.tanh(self.layer2(x))
        return self.layer3(x)


mlp = MLP()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(mlp.parameters(), lr=1e-4)
batch_size = 20

for epoch in range(15):
    mlp.train()
    permutation = torch.randperm(n_train)
    losses = []
    for i in range(0, n_train, batch_size):
        indices = permutation[i : i + batch_size]
        batch_x, batch_y = x_train[indices], y_train[indices]
        optimizer.zero_grad()
        loss = criterion(mlp(batch_x), batch_y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    mlp.eval()
    with torch.no_grad():
        predicted = mlp(x_test).argmax(dim=1)
        accuracy = (predicted == y_test).float().mean().item()
    print(f"Epoch {epoch}, loss {np.mean(losses):.4f}, test accuracy {accuracy:.3f}")

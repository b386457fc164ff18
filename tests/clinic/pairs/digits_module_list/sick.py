from itertools import pairwise

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class MLP(nn.Module):
    def __init__(self, sizes=(64, 128, 128, 10)):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.reset()

    def reset(self):
        for layer in self.layers:
            nn.init.zeros_(layer.bias)
        for layer in self.layers[:-1]:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.normal_(self.layers[-1].weight)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


def loaders(batch_size=50):
    X, y = load_digits(return_X_y=True)
    X = MinMaxScaler(feature_range=(-1, 1)).fit_transform(X)
    X_tr, X_va, y_tr, y_va = train_test_split(X, y, test_size=0.3, random_state=4, stratify=y)
    train = TensorDataset(torch.tensor(X_tr).float(), torch.tensor(y_tr))
    valid = TensorDataset(torch.tensor(X_va).float(), torch.tensor(y_va))
    return DataLoader(train, batch_size, shuffle=True), DataLoader(valid, batch_size)


torch.manual_seed(4)
train_loader, valid_loader = loaders()
model = MLP()
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)

for epoch in range(12):
    model.train()
    for step, (xb, yb) in enumerate(train_loader):
        loss = loss_fn(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if epoch == 0 and step == 0:
            print(f"loss at the first step: {loss.item():.3f}")
    model.eval()
    loss_sum, right, total = 0.0, 0, 0
    with torch.no_grad():
        for xb, yb in valid_loader:
            out = model(xb)
            loss_sum += loss_fn(out, yb).item() * len(yb)
            right += (out.argmax(-1) == yb).sum().item()
            total += len(yb)
    print(f"epoch {epoch}: valid loss {loss_sum / total:.4f}, accuracy {right / total:.3f}")

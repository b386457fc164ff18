"""Predict several tags for each document from its bag of features."""

import argparse

import torch
from torch import nn, optim

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--lr", type=float, default=2e-3)
parser.add_argument("--hidden", type=int, default=64)
parser.add_argument("--batch-size", type=int, default=64)
args = parser.parse_args()

torch.manual_seed(3)
topics = torch.rand(6, 30).pow(3)
y = (torch.rand(2500, 6) < 0.4).float()
x = torch.poisson(0.5 + 3.0 * y @ topics)
x_train, x_val, y_train, y_val = x[:2000], x[2000:], y[:2000], y[2000:]
mean, std = x_train.mean(0), x_train.std(0)
x_train, x_val = (x_train - mean) / std, (x_val - mean) / std


class TagNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(30, args.hidden)
        self.drop = nn.Dropout(0.2)
        self.fc2 = nn.Linear(args.hidden, 6)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        return self.fc2(self.drop(x))


model = TagNet()
loss_func = nn.BCELoss()
optimizer = optim.Adam(model.parameters(), lr=args.lr, weight_decay=1e-4)

for epoch in range(args.epochs):
    model.train()
    order = torch.randperm(len(x_train))
    for chunk in order.split(args.batch_size):
        optimizer.zero_grad()
        loss = loss_func(model(x_train[chunk]), y_train[chunk])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        p = model(x_val)
        val_loss = loss_func(p, y_val).item()
        val_acc = ((p > 0.5) == y_val.bool()).float().mean().item()
    if epoch % 5 == 0 or epoch == args.epochs - 1:
        print(f"epoch {epoch}: train {loss.item():.3f} val {val_loss:.3f} tag acc {val_acc:.3f}")

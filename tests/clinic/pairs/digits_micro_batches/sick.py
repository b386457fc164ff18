from dataclasses import dataclass

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


@dataclass
class Config:
    micro_batch: int = 8
    accumulate: int = 8
    lr: float = 0.08
    momentum: float = 0.9
    epochs: int = 8
    seed: int = 0


config = Config()
torch.manual_seed(config.seed)

digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 8.0 - 1.0
labels = torch.tensor(digits.target)
train_set, val_set = random_split(TensorDataset(images, labels), [1472, 325])
train_loader = DataLoader(train_set, batch_size=config.micro_batch, shuffle=True)
val_loader = DataLoader(val_set, batch_size=325)

net = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(8, 16, 3, padding=1),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(256, 10),
)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=config.lr, momentum=config.momentum)

for epoch in range(config.epochs):
    net.train()
    total = 0.0
    optimizer.zero_grad()
    for i, (x, y) in enumerate(train_loader):
        loss = criterion(net(x), y)
        loss.backward()
        total += loss.item()
        if (i + 1) % config.accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()

    net.eval()
    with torch.no_grad():
        x, y = next(iter(val_loader))
        acc = (net(x).argmax(1) == y).float().mean().item()
    print(f"epoch {epoch + 1:2d} train loss {total / len(train_loader):.4f} val acc {acc:.3f}")

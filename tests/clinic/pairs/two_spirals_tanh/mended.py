import math

import torch
import torch.nn as nn

torch.manual_seed(3)


def spirals(n_per_arm, noise=0.06):
    t = torch.rand(n_per_arm).sqrt() * 2.5 * math.pi
    arm = torch.stack([t * torch.cos(t), t * torch.sin(t)], dim=1) / (2.5 * math.pi) * 1.7
    points = torch.cat([arm, -arm]) + noise * torch.randn(2 * n_per_arm, 2)
    labels = torch.cat([torch.zeros(n_per_arm), torch.ones(n_per_arm)])
    return points, labels.unsqueeze(1)


def weights_init(m):
    if isinstance(m, nn.Linear):
        nn.init.xavier_uniform_(m.weight)
        nn.init.zeros_(m.bias)


x_train, y_train = spirals(800)
x_val, y_val = spirals(200)

net = nn.Sequential(
    nn.Linear(2, 64),
    nn.Tanh(),
    nn.Linear(64, 64),
    nn.Tanh(),
    nn.Linear(64, 1),
)
net.apply(weights_init)

loss_fn = nn.BCEWithLogitsLoss()
opt = torch.optim.Adam(net.parameters(), lr=5e-3)

for epoch in range(80):
    net.train()
    perm = torch.randperm(len(x_train))
    total = 0.0
    for i in range(0, len(x_train), 64):
        idx = perm[i : i + 64]
        opt.zero_grad()
        loss = loss_fn(net(x_train[idx]), y_train[idx])
        loss.backward()
        opt.step()
        total += loss.item() * len(idx)

    net.eval()
    with torch.no_grad():
        logits = net(x_val)
        val_loss = loss_fn(logits, y_val).item()
        val_acc = ((logits > 0).float() == y_val).float().mean().item()
    if epoch % 10 == 9:
        print(epoch + 1, f"{total / len(x_train):.4f}", f"{val_loss:.4f}", f"{val_acc:.3f}")

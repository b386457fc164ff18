import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(5)
rng = np.random.default_rng(5)

# the activity column of the log: 1 = rest, 2 = walk, 3 = run, 4 = cycle
n = 1200
activity = rng.integers(1, 5, size=n)
centre = {1: (0.1, 60, 0), 2: (1.0, 95, 5), 3: (2.6, 150, 11), 4: (0.7, 130, 22)}
rows = np.array([rng.normal(centre[a], (0.4, 14, 2.5)) for a in activity])
rows = (rows - rows.mean(0)) / rows.std(0)

X = torch.tensor(rows, dtype=torch.float32)
y = torch.tensor(activity, dtype=torch.long)
train_loader = DataLoader(TensorDataset(X[:900], y[:900]), batch_size=32, shuffle=True)
valid_loader = DataLoader(TensorDataset(X[900:], y[900:]), batch_size=100)

model = nn.Sequential(nn.Linear(3, 32), nn.LeakyReLU(), nn.Linear(32, 4))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)


def run_epoch(loader, training):
    model.train(training)
    loss_sum, correct, count = 0.0, 0, 0
    with torch.set_grad_enabled(training):
        for xb, yb in loader:
            logits = model(xb)
            loss = criterion(logits, yb)
            if training:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            loss_sum += loss.item() * len(xb)
            correct += (logits.argmax(1) == yb).sum().item()
            count += len(xb)
    return loss_sum / count, correct / count


for epoch in range(12):
    train_loss, train_acc = run_epoch(train_loader, True)
    valid_loss, valid_acc = run_epoch(valid_loader, False)
    print(epoch, round(train_loss, 4), round(train_acc, 3), round(valid_loss, 4), valid_acc)

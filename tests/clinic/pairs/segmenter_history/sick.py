import resource

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(12)


def discs(n, size=24):
    axis = torch.arange(size, dtype=torch.float32)
    cx, cy = torch.randint(6, size - 6, (2, n)).float()
    radius = torch.rand(n) * 3 + 2.5
    distance = (axis.view(1, 1, -1) - cx.view(-1, 1, 1)) ** 2
    distance = distance + (axis.view(1, -1, 1) - cy.view(-1, 1, 1)) ** 2
    mask = (distance < radius.view(-1, 1, 1) ** 2).float()
    image = mask * 1.5 - 0.25 + torch.randn(n, size, size)
    return TensorDataset(image.unsqueeze(1), mask.unsqueeze(1))


class SegNet(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.enter = nn.Sequential(nn.Conv2d(1, width, 3, padding=1), nn.ReLU())
        self.middle = nn.Sequential(nn.Conv2d(width, width, 3, padding=2, dilation=2), nn.ReLU())
        self.leave = nn.Conv2d(width, 1, 3, padding=1)

    def forward(self, x):
        return self.leave(self.middle(self.enter(x)))


def dice(logits, mask):
    guess = (logits > 0).float()
    return 2 * (guess * mask).sum().item() / (guess.sum() + mask.sum()).item()


train_loader = DataLoader(discs(640), batch_size=20, shuffle=True)
val_loader = DataLoader(discs(160), batch_size=40)
model = SegNet()
bce = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=6e-3)
train_history, val_history = [], []

for epoch in range(12):
    model.train()
    for image, mask in train_loader:
        optimizer.zero_grad()
        loss = bce(model(image), mask)
        loss.backward()
        optimizer.step()
        train_history.append(loss)

    model.eval()
    scores = []
    with torch.no_grad():
        for image, mask in val_loader:
            scores.append(dice(model(image), mask))
    val_history.append(sum(scores) / len(scores))
    mean_loss = sum(train_history[-32:]) / 32
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"epoch {epoch + 1} loss {mean_loss:.4f} dice {val_history[-1]:.3f} peak {peak:.1f} MB")

import resource

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(4)
SIZE = 24


def make_images(n):
    """Noisy pictures with one bright disc each; the mask marks the disc."""
    grid = torch.arange(SIZE).float()
    centre = torch.rand(n, 2) * (SIZE - 8) + 4
    radius = torch.rand(n, 1, 1) * 3 + 3
    dy = grid.view(1, -1, 1) - centre[:, 0].view(-1, 1, 1)
    dx = grid.view(1, 1, -1) - centre[:, 1].view(-1, 1, 1)
    masks = (dy**2 + dx**2 < radius**2).float().unsqueeze(1)
    images = masks - masks.mean() + 0.7 * torch.randn(n, 1, SIZE, SIZE)
    return images, masks


def conv(n_in, n_out):
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, 3, padding=1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU()
    )


model = nn.Sequential(conv(1, 12), conv(12, 12), conv(12, 12), nn.Conv2d(12, 1, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)


def validate(loader):
    model.eval()
    logits, targets = [], []
    with torch.no_grad():
        for images, masks in loader:
            logits.append(model(images))
            targets.append(masks)
    logits, targets = torch.cat(logits), torch.cat(targets)
    loss = F.binary_cross_entropy_with_logits(logits, targets)
    pred = (logits > 0).float()
    iou = (pred * targets).sum() / ((pred + targets) > 0).sum()
    return loss.item(), iou.item()


train_loader = DataLoader(TensorDataset(*make_images(320)), batch_size=16, shuffle=True)
val_loader = DataLoader(TensorDataset(*make_images(640)), batch_size=32)

for epoch in range(6):
    model.train()
    total = 0.0
    for images, masks in train_loader:
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(images), masks)
        loss.backward()
        optimizer.step()
        total += loss.item()
    val_loss, iou = validate(val_loader)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"epoch {epoch + 1} train {total / len(train_loader):.4f} val {val_loss:.4f} "
        f"iou {iou:.3f} peak memory {memory} MB"
    )

import torch
from torch import nn

torch.manual_seed(2)
SIZE = 20


def scene(n):
    yy, xx = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    cx, cy = torch.randint(4, 16, (2, n, 1, 1))
    r = torch.randint(3, 6, (n, 1, 1))
    mask = ((xx - cx) ** 2 + (yy - cy) ** 2 < r**2).float().unsqueeze(1)
    image = mask + 0.5 * torch.randn(n, 1, SIZE, SIZE)
    return (image - 0.15) / 0.62, mask


class Segmenter(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.Conv2d(8, 8, 5, padding=2), nn.ReLU()
        )
        self.head = nn.Conv2d(8, 1, kernel_size=1)

    def forward(self, x):
        return self.head(self.features(x))


def iou(logits, mask):
    pred = logits > 0
    return ((pred & mask.bool()).sum() / (pred | mask.bool()).sum()).item()


images, masks = scene(320)
val_images, val_masks = scene(80)
model = Segmenter()
opt = torch.optim.Adam(model.parameters(), lr=5e-3)
bce = nn.BCEWithLogitsLoss()
for epoch in range(12):
    model.train()
    total = 0.0
    for idx in torch.randperm(320).split(16):
        opt.zero_grad()
        loss = bce(model(images[idx]), masks[idx])
        loss.backward()
        opt.step()
        total += loss.item() / 20
    model.eval()
    with torch.no_grad():
        out = model(val_images)
        print(
            f"{epoch:2d} {total:.4f} {bce(out, val_masks).item():.4f} iou {iou(out, val_masks):.3f}"
        )

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
np.random.seed(0)


def make_images(n, size=20):
    """Colour images with a red disc (0), a green square (1) or a blue cross (2)."""
    images = np.random.uniform(0, 0.6, (n, size, size, 3))
    labels = np.random.randint(0, 3, n)
    yy, xx = np.mgrid[:size, :size]
    for image, label in zip(images, labels, strict=True):
        cy, cx = np.random.randint(5, size - 5, 2)
        if label == 0:
            mask = (yy - cy) ** 2 + (xx - cx) ** 2 < 10
        elif label == 1:
            mask = (abs(yy - cy) < 3) & (abs(xx - cx) < 3)
        else:
            mask = ((yy == cy) & (abs(xx - cx) < 5)) | ((xx == cx) & (abs(yy - cy) < 5))
        image[mask] += np.random.uniform(0, 0.3, 3)
        image[mask, label] += 0.15
    return np.clip(images, 0, 1).astype(np.float32), labels


class SmallCNN(nn.Module):
    def __init__(self, n_classes=3):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(32 * 5 * 5, n_classes)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        return self.fc(x.flatten(1))


def to_dataset(images, labels):
    x = torch.from_numpy((images - 0.32) / 0.2).permute(0, 3, 1, 2)
    return TensorDataset(x.contiguous(), torch.from_numpy(labels).long())


train_loader = DataLoader(to_dataset(*make_images(1280)), batch_size=32, shuffle=True)
val_loader = DataLoader(to_dataset(*make_images(320)), batch_size=64)
model = SmallCNN()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

for epoch in range(8):
    model.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    correct, val_loss = 0, 0.0
    with torch.no_grad():
        for x, y in val_loader:
            out = model(x)
            val_loss += criterion(out, y).item() * len(y)
            correct += (out.argmax(1) == y).sum().item()
    print(f"epoch {epoch} val loss {val_loss / 320:.3f} val acc {correct / 320:.3f}")

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(0)


class ShapesDataset(Dataset):
    """Grey images of 16 x 16 pixels with a square, a cross or a frame."""

    def __init__(self, n, seed):
        rng = np.random.default_rng(seed)
        self.labels = rng.integers(0, 3, n)
        self.images = rng.integers(0, 60, (n, 16, 16)).astype(np.uint8)
        for image, label in zip(self.images, self.labels, strict=True):
            r, c = rng.integers(1, 7, 2)
            level = rng.integers(150, 256)
            patch = image[r : r + 8, c : c + 8]
            if label == 0:
                patch[1:7, 1:7] = level
            elif label == 1:
                patch[3:5, :] = level
                patch[:, 3:5] = level
            else:
                patch[[0, 7], :] = level
                patch[:, [0, 7]] = level

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        image = torch.from_numpy(self.images[i]).float().unsqueeze(0)
        image = image / 127.5 - 1.0
        return image, int(self.labels[i])


trainloader = DataLoader(ShapesDataset(900, seed=1), batch_size=32, shuffle=True)
valloader = DataLoader(ShapesDataset(300, seed=2), batch_size=100)

net = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(8, 16, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(16 * 4 * 4, 32),
    nn.ReLU(),
    nn.Linear(32, 3),
)
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.02, momentum=0.9)

for epoch in range(10):
    net.train()
    running_loss = 0.0
    for inputs, labels in trainloader:
        optimizer.zero_grad()
        loss = criterion(net(inputs), labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    net.eval()
    val_loss, correct = 0.0, 0
    with torch.no_grad():
        for inputs, labels in valloader:
            outputs = net(inputs)
            val_loss += criterion(outputs, labels).item() / len(valloader)
            correct += (outputs.argmax(1) == labels).sum().item()
    print(epoch + 1, running_loss / len(trainloader), val_loss, f"acc {correct / 300:.3f}")

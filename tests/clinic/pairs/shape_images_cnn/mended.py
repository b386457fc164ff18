import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)

SIZE = 12
SHAPES = ["square", "cross", "hbar", "vbar"]


def draw(shape):
    img = torch.zeros(SIZE, SIZE)
    r = torch.randint(3, SIZE - 3, (1,)).item()
    c = torch.randint(3, SIZE - 3, (1,)).item()
    if shape == "square":
        img[r - 2 : r + 3, c - 2 : c + 3] = 1
        img[r - 1 : r + 2, c - 1 : c + 2] = 0
    if shape in ("cross", "hbar"):
        img[r, c - 3 : c + 4] = 1
    if shape in ("cross", "vbar"):
        img[r - 3 : r + 4, c] = 1
    return img + 0.3 * torch.randn(SIZE, SIZE)


def make_set(per_class):
    images, labels = [], []
    for k, shape in enumerate(SHAPES):
        for _ in range(per_class):
            images.append(draw(shape))
            labels.append(k)
    return TensorDataset(torch.stack(images).unsqueeze(1), torch.tensor(labels))


class ShapeCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.fc = nn.Linear(16 * 3 * 3, len(SHAPES))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(x.flatten(1))


train_set, val_set = make_set(300), make_set(75)
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
val_loader = DataLoader(val_set, batch_size=100)

net = ShapeCNN()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

for epoch in range(12):
    net.train()
    train_loss = 0
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        train_loss += loss.item() * len(y)
    net.eval()
    val_loss, correct = 0, 0
    with torch.no_grad():
        for x, y in val_loader:
            out = net(x)
            val_loss += F.cross_entropy(out, y, reduction="sum").item()
            correct += (out.argmax(1) == y).sum().item()
    print(
        f"epoch {epoch + 1}: train {train_loss / len(train_set):.3f}"
        f" val {val_loss / len(val_set):.3f} acc {correct / len(val_set):.3f}"
    )

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(4)


def stripes(n, size=24):
    """Gratings in four directions with random phase and noise."""
    labels = torch.randint(0, 4, (n,))
    angle = labels.float() * math.pi / 4 + 0.15 * torch.randn(n)
    phase = 2 * math.pi * torch.rand(n)
    axis = torch.arange(size, dtype=torch.float32)
    proj = torch.cos(angle).view(-1, 1, 1) * axis.view(1, 1, -1) + torch.sin(angle).view(
        -1, 1, 1
    ) * axis.view(1, -1, 1)
    images = torch.sin(0.8 * proj + phase.view(-1, 1, 1)) + 0.8 * torch.randn(n, size, size)
    return TensorDataset(images.unsqueeze(1), labels)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 3)
        self.fc1 = nn.Linear(16 * 5 * 5, 60)
        self.fc2 = nn.Linear(60, 4)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


def train(net, loader, criterion, optimizer):
    net.train()
    running_loss = 0.0
    for data in loader:
        inputs, labels = data
        optimizer.zero_grad()
        outputs = net(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    return running_loss / len(loader)


def test(net, loader):
    net.eval()
    correct = 0
    with torch.no_grad():
        for inputs, labels in loader:
            correct += (net(inputs).argmax(dim=1) == labels).sum().item()
    return correct / len(loader.dataset)


trainloader = DataLoader(stripes(1500), batch_size=50, shuffle=True)
testloader = DataLoader(stripes(300), batch_size=50)
net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

for epoch in range(12):
    loss = train(net, trainloader, criterion, optimizer)
    print(f"epoch {epoch + 1} loss {loss:.3f} test accuracy {test(net, testloader):.3f}")
print("Finished Training")

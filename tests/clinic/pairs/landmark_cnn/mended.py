import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(21)
SIZE = 16


def render(points):
    """Gaussian blob at each (x, y) in [-1, 1], on a noisy background."""
    axis = torch.linspace(-1, 1, SIZE)
    dx = axis.view(1, 1, SIZE) - points[:, 0].view(-1, 1, 1)
    dy = axis.view(1, SIZE, 1) - points[:, 1].view(-1, 1, 1)
    blobs = torch.exp(-(dx**2 + dy**2) / 0.06)
    images = blobs + 0.1 * torch.randn_like(blobs)
    return ((images - 0.08) / 0.22).unsqueeze(1)


class LandmarkDataset(Dataset):
    def __init__(self, n, augment=False):
        self.points = torch.rand(n, 2) * 1.6 - 0.8
        self.images = render(self.points)
        self.augment = augment

    def __len__(self):
        return len(self.points)

    def __getitem__(self, idx):
        image, point = self.images[idx], self.points[idx]
        if self.augment and torch.rand(1).item() < 0.5:
            image = torch.flip(image, dims=[2])
            point = point * torch.tensor([-1.0, 1.0])
        return image, point


class LandmarkNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.regressor = nn.Sequential(nn.Linear(16 * 4 * 4, 32), nn.ReLU(), nn.Linear(32, 2))

    def forward(self, x):
        return self.regressor(self.features(x).flatten(1))


train_loader = DataLoader(LandmarkDataset(1200, augment=True), batch_size=40, shuffle=True)
val_loader = DataLoader(LandmarkDataset(300), batch_size=100)
model = LandmarkNet()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)

for epoch in range(12):
    model.train()
    train_loss = 0.0
    for images, points in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(images), points)
        loss.backward()
        optimizer.step()
        train_loss += loss.item()
    model.eval()
    errors = []
    with torch.no_grad():
        for images, points in val_loader:
            errors.append((model(images) - points).abs().mean(dim=0))
    ex, ey = torch.stack(errors).mean(dim=0).tolist()
    print(f"epoch {epoch + 1}: loss {train_loss / len(train_loader):.4f} |x| {ex:.3f} |y| {ey:.3f}")

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader

torch.manual_seed(0)
pixels = torch.tensor(load_digits().images, dtype=torch.float32).flatten(1) / 16.0
pixels = pixels[torch.randperm(len(pixels))]
train, test = pixels[:1400], pixels[1400:]


class AutoEncoder(nn.Module):
    def __init__(self, code=8):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, code))
        self.decoder = nn.Sequential(
            nn.Linear(code, 48), nn.ReLU(), nn.Linear(48, 64), nn.Sigmoid()
        )

    def forward(self, x):
        return self.decoder(self.encoder(x))


ae = AutoEncoder()
optimizer = torch.optim.Adam(ae.parameters(), lr=5e-3)
criterion = nn.MSELoss()
for epoch in range(25):
    ae.train()
    running = 0.0
    for batch in DataLoader(train, batch_size=64, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(ae(batch), batch)
        loss.backward()
        optimizer.step()
        running += loss.item() * len(batch)
    ae.eval()
    with torch.no_grad():
        val = criterion(ae(test), test).item()
    print(f"[{epoch + 1:2d}] train {running / len(train):.4f} test {val:.4f}")
print(f"mean image would give {((test - train.mean(0)) ** 2).mean().item():.4f}")

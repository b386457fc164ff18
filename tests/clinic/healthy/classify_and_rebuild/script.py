import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(11)


class Shared(nn.Module):
    """One encoder, one head for the class and one that rebuilds the image."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 64), nn.GELU(), nn.Linear(64, 24), nn.GELU())
        self.classifier = nn.Linear(24, 10)
        self.decoder = nn.Linear(24, 64)

    def forward(self, x):
        z = self.encoder(x)
        return self.classifier(z), self.decoder(z)


digits = load_digits()
images = torch.tensor(digits.data, dtype=torch.float32) / 16
labels = torch.tensor(digits.target)
train_set, val_set = random_split(TensorDataset(images, labels), [1400, 397])
train_dl = DataLoader(train_set, batch_size=50, shuffle=True)
val_dl = DataLoader(val_set, batch_size=397)

model = Shared()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3, weight_decay=1e-4)
for epoch in range(20):
    model.train()
    sums = [0.0, 0.0]
    for x, t in train_dl:
        logits, rebuilt = model(x)
        ce = F.cross_entropy(logits, t)
        mse = F.mse_loss(rebuilt, x)
        optimizer.zero_grad()
        (ce + 5.0 * mse).backward()
        optimizer.step()
        sums[0] += ce.item() / len(train_dl)
        sums[1] += mse.item() / len(train_dl)
    model.eval()
    with torch.no_grad():
        x, t = next(iter(val_dl))
        logits, rebuilt = model(x)
        acc = (logits.argmax(1) == t).float().mean()
        vmse = F.mse_loss(rebuilt, x)
    print(f"{epoch:2d} ce {sums[0]:.3f} mse {sums[1]:.4f} | val acc {acc:.3f} mse {vmse:.4f}")

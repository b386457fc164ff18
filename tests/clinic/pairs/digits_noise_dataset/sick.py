import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, Dataset

SEED = 8
torch.manual_seed(SEED)
rng = np.random.default_rng(SEED)


class JitteredDigits(Dataset):
    """8x8 digits with random brightness and pixel noise."""

    def __init__(self, images, labels, train):
        self.images = images
        self.labels = labels
        self.train = train

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        image = self.images[i]
        if self.train:
            image += rng.normal(0.0, 0.3, image.shape).astype(np.float32)
            image += np.float32(rng.uniform(-0.2, 0.2))
        return torch.from_numpy(image), int(self.labels[i])


def make_model():
    return torch.nn.Sequential(
        torch.nn.Linear(64, 100),
        torch.nn.GELU(),
        torch.nn.Linear(100, 100),
        torch.nn.GELU(),
        torch.nn.Linear(100, 10),
    )


def run_epoch(model, loader, optimizer=None):
    model.train(optimizer is not None)
    loss_sum, n_right, n = 0.0, 0, 0
    with torch.set_grad_enabled(optimizer is not None):
        for x, y in loader:
            logits = model(x)
            loss = F.cross_entropy(logits, y)
            if optimizer is not None:
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
            loss_sum += loss.item() * len(y)
            n_right += int((logits.argmax(1) == y).sum())
            n += len(y)
    return loss_sum / n, n_right / n


digits = load_digits()
pixels = ((digits.data - digits.data.mean()) / digits.data.std()).astype(np.float32)
order = rng.permutation(len(pixels))
tr, va = order[:1350], order[1350:]
train_dl = DataLoader(
    JitteredDigits(pixels[tr], digits.target[tr], train=True), batch_size=45, shuffle=True
)
valid_dl = DataLoader(JitteredDigits(pixels[va], digits.target[va], train=False), batch_size=149)

model = make_model()
optimizer = torch.optim.AdamW(model.parameters(), lr=4e-4)
for epoch in range(1, 31):
    train_loss, train_acc = run_epoch(model, train_dl, optimizer)
    valid_loss, valid_acc = run_epoch(model, valid_dl)
    print(
        f"{epoch:02d} train {train_loss:.3f}/{train_acc:.3f} valid {valid_loss:.3f}/{valid_acc:.3f}"
    )

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(8)


class Pairs(Dataset):
    """Pairs of digits; 1.0 when both show the same one."""

    def __init__(self, images, labels, size, seed):
        gen = torch.Generator().manual_seed(seed)
        self.items = []
        for _ in range(size):
            i = int(torch.randint(len(labels), (1,), generator=gen))
            same = bool(torch.rand(1, generator=gen) < 0.5)
            pool = ((labels == labels[i]) == same).nonzero().squeeze(1)
            j = int(pool[torch.randint(len(pool), (1,), generator=gen)])
            self.items.append((images[i], images[j], torch.tensor(float(same))))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


def contrastive(a, b, same, margin=1.0):
    d = F.pairwise_distance(a, b)
    return (same * d**2 + (1 - same) * F.relu(margin - d) ** 2).mean()


data = load_digits()
images = torch.tensor(data.data, dtype=torch.float32) / 8 - 1
labels = torch.tensor(data.target)
shuffled = torch.randperm(len(labels))
images, labels = images[shuffled], labels[shuffled]
train = DataLoader(Pairs(images[:1300], labels[:1300], 5000, 0), batch_size=64, shuffle=True)
test = DataLoader(Pairs(images[1300:], labels[1300:], 600, 1), batch_size=600)

twin = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 8))
opt = torch.optim.Adam(twin.parameters(), lr=1e-3, weight_decay=1e-3)
for epoch in range(8):
    twin.train()
    losses = []
    for a, b, same in train:
        loss = contrastive(twin(a), twin(b), same)
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    twin.eval()
    with torch.no_grad():
        a, b, same = next(iter(test))
        za, zb = twin(a), twin(b)
        vloss = contrastive(za, zb, same).item()
        acc = ((F.pairwise_distance(za, zb) < 0.5) == same.bool()).float().mean().item()
    print(f"epoch {epoch} loss {sum(losses) / len(losses):.4f} val {vloss:.4f} acc {acc:.3f}")

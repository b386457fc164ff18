import logging

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

logging.basicConfig(level=logging.INFO, format="%(message)s")
log = logging.getLogger("train")

TOPICS, VOCAB, WORDS = 4, 200, 25


class Headlines(Dataset):
    """Word ids drawn from a topic's own words mixed with common words."""

    def __init__(self, n: int, generator: torch.Generator) -> None:
        self.labels = torch.randint(0, TOPICS, (n,), generator=generator)
        common = torch.randint(0, 120, (n, WORDS), generator=generator)
        own = 120 + 20 * self.labels[:, None]
        own = own + torch.randint(0, 20, (n, WORDS), generator=generator)
        is_own = torch.rand(n, WORDS, generator=generator) < 0.2
        self.words = torch.where(is_own, own, common)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, i: int):
        return self.words[i], self.labels[i]


class BagClassifier(nn.Module):
    def __init__(self, dim: int = 32) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(VOCAB, dim, mode="mean")
        self.mlp = nn.Sequential(nn.Linear(dim, 32), nn.ReLU(), nn.Linear(32, TOPICS))

    def forward(self, words):
        return self.mlp(self.bag(words))


def train(epochs: int = 8, batch_size: int = 32, lr: float = 3e-3) -> None:
    torch.manual_seed(99)
    generator = torch.Generator().manual_seed(99)
    train_loader = DataLoader(Headlines(2000, generator), batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(Headlines(400, generator), batch_size=200)
    model = BagClassifier()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    for epoch in range(epochs):
        model.train()
        running = 0.0
        for words, labels in train_loader:
            loss = criterion(model(words), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            running += loss.item()
        model.eval()
        hits = 0
        with torch.no_grad():
            for words, labels in val_loader:
                hits += (model(words).argmax(1) == labels).sum().item()
        log.info("epoch %d loss %.4f val acc %.3f", epoch, running / len(train_loader), hits / 400)


if __name__ == "__main__":
    train()

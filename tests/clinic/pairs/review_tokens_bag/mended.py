import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
rng = np.random.default_rng(0)

VOCAB, LENGTH, CLASSES = 400, 200, 4


def make_reviews(n, topics):
    """Each review draws its words from the word frequencies of its topic."""
    labels = rng.integers(0, CLASSES, size=n)
    docs = np.stack([rng.choice(VOCAB, size=LENGTH, p=topics[k]) for k in labels])
    return torch.from_numpy(docs), torch.from_numpy(labels)


class BagOfTokens(nn.Module):
    def __init__(self, dim=64, hidden=64):
        super().__init__()
        self.embed = nn.Embedding(VOCAB, dim)
        self.fc1 = nn.Linear(dim, hidden)
        self.fc2 = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, CLASSES)

    def forward(self, tokens):
        pooled = self.embed(tokens).mean(dim=1)
        h = torch.tanh(self.fc1(pooled))
        h = torch.tanh(self.fc2(h))
        return self.out(h)


def accuracy(model, loader):
    model.eval()
    hits = total = 0
    with torch.no_grad():
        for tokens, labels in loader:
            hits += (model(tokens).argmax(dim=1) == labels).sum().item()
            total += len(labels)
    return hits / total


def main():
    topics = rng.dirichlet(np.full(VOCAB, 13.0), size=CLASSES)
    train = TensorDataset(*make_reviews(5000, topics))
    valid = TensorDataset(*make_reviews(600, topics))
    train_loader = DataLoader(train, batch_size=64, shuffle=True)
    valid_loader = DataLoader(valid, batch_size=256)

    model = BagOfTokens()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(10):
        model.train()
        total = 0.0
        for tokens, labels in train_loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(tokens), labels)
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(
            f"epoch {epoch + 1:2d} loss {total / len(train_loader):.3f}"
            f" val acc {accuracy(model, valid_loader):.3f}"
        )


if __name__ == "__main__":
    main()

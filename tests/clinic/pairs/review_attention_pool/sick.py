import random

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

random.seed(0)
torch.manual_seed(0)

GOOD = ["great", "lovely", "superb", "charming", "moving", "funny", "brilliant", "warm"]
BAD = ["dull", "awful", "boring", "weak", "noisy", "clumsy", "flat", "tedious"]
PLAIN = ["the", "film", "plot", "actor", "scene", "music", "was", "and", "it", "a", "very", "story"]
vocab = {word: i + 1 for i, word in enumerate(GOOD + BAD + PLAIN)}
MAX_LEN = 20


def make_review():
    label = random.randint(0, 1)
    words = random.choices(PLAIN, k=random.randint(4, 13))
    words += random.choices(GOOD if label else BAD, k=random.randint(2, 4))
    words += random.choices(BAD if label else GOOD, k=random.randint(0, 1))
    random.shuffle(words)
    return [vocab[w] for w in words], label


def collate(samples):
    tokens = [torch.tensor(t) for t, _ in samples]
    tokens.append(torch.zeros(MAX_LEN, dtype=torch.long))
    padded = pad_sequence(tokens, batch_first=True)[:-1]
    return padded, torch.tensor([label for _, label in samples])


class AttentionClassifier(nn.Module):
    def __init__(self, dim=24):
        super().__init__()
        self.embedding = nn.Embedding(len(vocab) + 1, dim, padding_idx=0)
        self.score = nn.Linear(dim, 1)
        self.classifier = nn.Sequential(nn.Linear(dim, 16), nn.ReLU(), nn.Linear(16, 2))

    def forward(self, tokens):
        x = self.embedding(tokens)
        mask = tokens != 0
        scores = self.score(x).squeeze(-1).masked_fill(mask, float("-inf"))
        weights = torch.softmax(scores, dim=1)
        pooled = (weights.unsqueeze(-1) * x).sum(dim=1)
        return self.classifier(pooled)


train = DataLoader([make_review() for _ in range(1600)], 32, shuffle=True, collate_fn=collate)
valid = DataLoader([make_review() for _ in range(400)], 100, collate_fn=collate)
model = AttentionClassifier()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)

for epoch in range(8):
    model.train()
    loss_sum = 0.0
    for tokens, labels in train:
        optimizer.zero_grad()
        loss = criterion(model(tokens), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
    model.eval()
    val_sum, correct = 0.0, 0
    with torch.no_grad():
        for tokens, labels in valid:
            logits = model(tokens)
            val_sum += criterion(logits, labels).item()
            correct += (logits.argmax(1) == labels).sum().item()
    print(epoch, f"{loss_sum / len(train):.4f} {val_sum / len(valid):.4f} {correct / 400:.3f}")

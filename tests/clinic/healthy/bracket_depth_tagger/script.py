import random

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

random.seed(0)
torch.manual_seed(0)
PAD, OPEN, CLOSE, OTHER = 0, 1, 2, 3


def sentence():
    tokens, depths, depth = [], [], 0
    for _ in range(random.randint(6, 18)):
        choices = [OTHER] + ([OPEN] if depth < 3 else []) + ([CLOSE] if depth > 0 else [])
        token = random.choice(choices)
        depth += (token == OPEN) - (token == CLOSE)
        tokens.append(token)
        depths.append(depth)
    return torch.tensor(tokens), torch.tensor(depths)


def collate(items):
    xs, ys = zip(*items, strict=True)
    return pad_sequence(xs, batch_first=True, padding_value=PAD), pad_sequence(
        ys, batch_first=True, padding_value=-100
    )


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(4, 8, padding_idx=PAD)
        self.lstm = nn.LSTM(8, 32, batch_first=True)
        self.out = nn.Linear(32, 4)

    def forward(self, x):
        return self.out(self.lstm(self.emb(x))[0])


data = [sentence() for _ in range(1200)]
train = DataLoader(data[:1000], batch_size=25, shuffle=True, collate_fn=collate)
valid = DataLoader(data[1000:], batch_size=200, collate_fn=collate)
model = Tagger()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
criterion = nn.CrossEntropyLoss(ignore_index=-100)
for epoch in range(10):
    model.train()
    total = 0.0
    for x, y in train:
        optimizer.zero_grad()
        loss = criterion(model(x).transpose(1, 2), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        x, y = next(iter(valid))
        pred = model(x).argmax(-1)
        acc = (pred == y)[y != -100].float().mean().item()
    print(f"epoch {epoch} loss {total / len(train):.4f} token accuracy {acc:.3f}")

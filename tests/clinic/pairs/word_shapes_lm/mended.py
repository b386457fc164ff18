import random

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

random.seed(0)
torch.manual_seed(0)

N_EPOCHS = 25
CONTEXT = 16

NOUNS = ["cat", "dog", "bird", "child", "farmer", "queen"]
VERBS = ["sees", "likes", "follows", "greets", "hears"]
PLACES = ["garden", "kitchen", "village", "river"]


def sentence():
    return (
        f"the {random.choice(NOUNS)} {random.choice(VERBS)} the {random.choice(NOUNS)} "
        f"in the {random.choice(PLACES)}. "
    )


def windows(n_sentences, vocab):
    text = "".join(sentence() for _ in range(n_sentences))
    ids = torch.tensor([vocab[c] for c in text])
    chunks = ids[: (len(ids) - 1) // CONTEXT * CONTEXT + 1]
    return TensorDataset(chunks[:-1].view(-1, CONTEXT), chunks[1:].view(-1, CONTEXT))


alphabet = sorted(set(" .".join(["the in", *NOUNS, *VERBS, *PLACES])))
vocab = {c: i for i, c in enumerate(alphabet)}


class CharGRU(nn.Module):
    def __init__(self, size, hidden=64):
        super().__init__()
        self.embed = nn.Embedding(size, 16)
        self.gru = nn.GRU(16, hidden, batch_first=True)
        self.out = nn.Linear(hidden, size)

    def forward(self, x, state=None):
        h, state = self.gru(self.embed(x), state)
        return self.out(h), state


@torch.no_grad()
def sample(model, n=50):
    model.eval()
    x, state, text = torch.tensor([[vocab["t"]]]), None, "t"
    for _ in range(n):
        logits, state = model(x, state)
        x = torch.multinomial(logits[:, -1].softmax(-1), 1)
        text += alphabet[x.item()]
    return text


model = CharGRU(len(alphabet))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
train_loader = DataLoader(windows(300, vocab), batch_size=32, shuffle=True)
valid_loader = DataLoader(windows(80, vocab), batch_size=64)

for epoch in range(1, N_EPOCHS + 1):
    model.train()
    train_losses = []
    for x, y in train_loader:
        logits, _ = model(x)
        loss = criterion(logits.flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        train_losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        valid_losses = [
            criterion(model(x)[0].flatten(0, 1), y.flatten()).item() for x, y in valid_loader
        ]
    train_loss, valid_loss = (
        sum(train_losses) / len(train_losses),
        sum(valid_losses) / len(valid_losses),
    )
    print(f"epoch {epoch} train {train_loss:.3f} valid {valid_loss:.3f}")

print(sample(model))

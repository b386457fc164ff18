import numpy as np
import torch
from torch import nn

torch.manual_seed(7)
rng = np.random.default_rng(7)

# a small grammar: every word begins where the last one allows it
words = ["abde", "acf", "bca", "bde", "cfd", "cab", "eab", "egh", "dge", "dfa", "fhe", "fed", "hdb"]
follow = {w: [v for v in words if v[0] == w[-1]] or words for w in words}


def make_text(n_words):
    text, word = [], "abde"
    for _ in range(n_words):
        text.append(word)
        options = follow[word]
        word = options[rng.integers(len(options))]
    return "".join(text)


chars = sorted(set("".join(words)))
index = {c: i for i, c in enumerate(chars)}
data = torch.tensor([index[c] for c in make_text(5000)])
seq_len, batch_size = 25, 32
n_windows = (len(data) - 1) // seq_len
inputs = data[: n_windows * seq_len].view(n_windows, seq_len)
targets = data[1 : n_windows * seq_len + 1].view(n_windows, seq_len)
split = int(0.9 * n_windows)


class CharModel(nn.Module):
    def __init__(self, vocab, hidden=48):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.rnn = nn.GRU(16, hidden, batch_first=True)
        self.head = nn.Linear(hidden, vocab)

    def forward(self, x):
        out, _ = self.rnn(self.embed(x))
        return self.head(out)


def sequence_loss(logits, target):
    loss = 0
    for t in range(target.shape[1]):
        loss = loss + loss_fn(logits[:, t], target[:, t])
    return loss / target.shape[1]


model = CharModel(len(chars))
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

for epoch in range(14):
    model.train()
    order = torch.randperm(split)
    losses = []
    for start in range(0, split, batch_size):
        rows = order[start : start + batch_size]
        optimizer.zero_grad()
        loss = sequence_loss(model(inputs[rows]), targets[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        logits = model(inputs[split:])
        val_loss = sequence_loss(logits, targets[split:]).item()
        accuracy = (logits.argmax(-1) == targets[split:]).float().mean().item()
    print(f"epoch {epoch}: train {np.mean(losses):.3f} val {val_loss:.3f} acc {accuracy:.3f}")

import random

import torch
import torch.nn.functional as F

g = torch.Generator().manual_seed(2147483647)
random.seed(42)

# made-up names from a small grammar of syllables
onsets = ["b", "d", "k", "l", "m", "n", "r", "s", "t", "v", "sh", "th", "dr"]
vowels = ["a", "e", "i", "o", "u", "ia", "ei"]
codas = ["", "", "n", "l", "r", "s"]


def make_name():
    syllables = random.randint(1, 3)
    body = "".join(random.choice(onsets) + random.choice(vowels) for _ in range(syllables))
    return body + random.choice(codas)


names = [make_name() for _ in range(4000)]
chars = [".", *sorted(set("".join(names)))]
stoi = {c: i for i, c in enumerate(chars)}
vocab_size = len(chars)
block_size = 3


def build_dataset(words):
    X, Y = [], []
    for w in words:
        context = [0] * block_size
        for ch in w + ".":
            X.append(context)
            Y.append(stoi[ch])
            context = [*context[1:], stoi[ch]]
    return torch.tensor(X), torch.tensor(Y)


Xtr, Ytr = build_dataset(names[:3400])
Xdev, Ydev = build_dataset(names[3400:])

n_embd, n_hidden = 10, 100
C = torch.randn((vocab_size, n_embd), generator=g)
gain = (5 / 3) / (n_embd * block_size) ** 0.5
W1 = torch.randn((n_embd * block_size, n_hidden), generator=g) * gain
b1 = torch.randn(n_hidden, generator=g) * 0.01
W2 = torch.randn((n_hidden, vocab_size), generator=g)
b2 = torch.randn(vocab_size, generator=g)
parameters = [C, W1, b1, W2, b2]
for p in parameters:
    p.requires_grad = True


def forward(X):
    emb = C[X].view(X.shape[0], -1)
    h = torch.tanh(emb @ W1 + b1)
    return h @ W2 + b2


optimizer = torch.optim.SGD(parameters, lr=0.1)
for i in range(3000):
    ix = torch.randint(0, Xtr.shape[0], (64,), generator=g)
    loss = F.cross_entropy(forward(Xtr[ix]), Ytr[ix])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if i % 500 == 0:
        print(f"{i:5d}/3000: {loss.item():.4f}")

with torch.no_grad():
    for name, X, Y in [("train", Xtr, Ytr), ("dev", Xdev, Ydev)]:
        print(name, round(F.cross_entropy(forward(X), Y).item(), 4))

"""A very small decoder-only transformer on the digits of multiples of a number."""

import math
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(1337)
random.seed(1337)
batch_size, block_size, n_embd, n_head, vocab_size = 32, 16, 64, 4, 12
steps = 250

# counting text such as "0 7 14 21 28 ..." as characters: digits, blank, newline
lines = []
for k in range(2, 60):
    lines.append(" ".join(str(k * i) for i in range(40)))
alphabet = "0123456789 \n"
random.shuffle(lines)
data = torch.tensor([alphabet.index(c) for c in "\n".join(lines)])
split = int(0.9 * len(data))
train_data, val_data = data[:split], data[split:]


def get_batch(source):
    ix = torch.randint(len(source) - block_size - 1, (batch_size,))
    x = torch.stack([source[i : i + block_size] for i in ix])
    y = torch.stack([source[i + 1 : i + block_size + 1] for i in ix])
    return x, y


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(n_embd), nn.LayerNorm(n_embd)
        self.qkv = nn.Linear(n_embd, 3 * n_embd)
        self.proj = nn.Linear(n_embd, n_embd)
        self.mlp = nn.Sequential(
            nn.Linear(n_embd, 4 * n_embd), nn.GELU(), nn.Linear(4 * n_embd, n_embd)
        )

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = self.qkv(self.ln1(x)).view(b, t, 3, n_head, c // n_head).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(y.transpose(1, 2).reshape(b, t, c))
        return x + self.mlp(self.ln2(x))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tok = nn.Embedding(vocab_size, n_embd)
        self.pos = nn.Embedding(block_size, n_embd)
        self.blocks = nn.Sequential(Block(), Block())
        self.ln_f = nn.LayerNorm(n_embd)
        self.head = nn.Linear(n_embd, vocab_size, bias=False)
        self.head.weight = self.tok.weight

    def forward(self, idx):
        x = self.tok(idx) + self.pos(torch.arange(idx.shape[1]))
        return self.head(self.ln_f(self.blocks(x)))


def loss_of(model, source):
    x, y = get_batch(source)
    return F.cross_entropy(model(x).flatten(0, 1), y.flatten())


model = GPT()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
print(f"uniform guess would be {math.log(vocab_size):.3f}")
for step in range(steps + 1):
    if step % 50 == 0:
        model.eval()
        with torch.no_grad():
            val = sum(loss_of(model, val_data).item() for _ in range(5)) / 5
        model.train()
    loss = loss_of(model, train_data)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    if step % 50 == 0:
        print(f"step {step}: train loss {loss.item():.4f}, val loss {val:.4f}")

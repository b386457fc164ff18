"""Learn to reverse a short sequence of symbols with a transformer encoder."""

import torch
from torch import nn

torch.manual_seed(0)
SYMBOLS, LENGTH, D_MODEL = 8, 8, 48


class Reverser(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS, D_MODEL)
        layer = nn.TransformerEncoderLayer(
            D_MODEL, nhead=4, dim_feedforward=96, dropout=0.0, batch_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, num_layers=2)
        self.head = nn.Linear(D_MODEL, SYMBOLS)

    def forward(self, tokens):
        x = self.embedding(tokens)
        return self.head(self.encoder(x))


def batch(n):
    x = torch.randint(0, SYMBOLS, (n, LENGTH))
    return x, x.flip(1)


model = Reverser()
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
x_val, y_val = batch(256)

for step in range(1, 301):
    model.train()
    x, y = batch(64)
    logits = model(x)
    loss = loss_fn(logits.reshape(-1, SYMBOLS), y.reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 50 == 0:
        model.eval()
        with torch.no_grad():
            logits = model(x_val)
            val_loss = loss_fn(logits.reshape(-1, SYMBOLS), y_val.reshape(-1)).item()
            acc = (logits.argmax(-1) == y_val).float().mean().item()
        print(f"step {step} loss {loss.item():.4f} val loss {val_loss:.4f} token acc {acc:.3f}")

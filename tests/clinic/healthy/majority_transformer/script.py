"""Which of three symbols is most frequent in a sequence of odd length?"""

import torch
from torch import nn

torch.manual_seed(1)
MAXLEN = 15


def make(n):
    tokens = torch.randint(1, 4, (n, MAXLEN))
    length = torch.randint(6, MAXLEN + 1, (n, 1))
    pad = torch.arange(MAXLEN) >= length
    tokens[pad] = 0
    counts = torch.stack([(tokens == k).sum(1) for k in (1, 2, 3)], dim=1)
    top = counts.sort(dim=1, descending=True).values
    keep = top[:, 0] > top[:, 1]
    return tokens[keep], pad[keep], counts.argmax(1)[keep]


class Encoder(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.emb = nn.Embedding(4, dim, padding_idx=0)
        layer = nn.TransformerEncoderLayer(dim, 4, 64, dropout=0.1, batch_first=True)
        self.enc = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.fc = nn.Linear(dim, 3)

    def forward(self, x, pad):
        h = self.enc(self.emb(x), src_key_padding_mask=pad)
        keep = (~pad).unsqueeze(-1).float()
        return self.fc((h * keep).sum(1) / keep.sum(1))


tokens, pad, label = make(2000)
vt, vp, vl = make(500)
model = Encoder()
opt = torch.optim.AdamW(model.parameters(), lr=1e-3)
loss_fn = nn.CrossEntropyLoss()
for epoch in range(6):
    model.train()
    total, steps = 0.0, 0
    for idx in torch.randperm(len(label)).split(32):
        opt.zero_grad()
        loss = loss_fn(model(tokens[idx], pad[idx]), label[idx])
        loss.backward()
        opt.step()
        total, steps = total + loss.item(), steps + 1
    model.eval()
    with torch.no_grad():
        out = model(vt, vp)
        val, acc = loss_fn(out, vl).item(), (out.argmax(1) == vl).float().mean().item()
    print(f"epoch {epoch} train {total / steps:.4f} val {val:.4f} acc {acc:.3f}")

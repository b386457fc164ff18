"""Read a string of symbols from frames whose timing is unknown."""

import torch
from torch import nn

torch.manual_seed(0)
SYMBOLS, FRAMES, TEXT = 4, 16, 4
codes = torch.randn(SYMBOLS + 1, 6)
codes[0] = 0.0


def make(n):
    text = torch.randint(1, SYMBOLS + 1, (n, TEXT))
    frames = torch.zeros(n, FRAMES, dtype=torch.long)
    for i in range(n):
        starts = torch.randperm(FRAMES // 2)[:TEXT].sort().values * 2
        frames[i, starts] = text[i]
    return codes[frames] + 0.2 * torch.randn(n, FRAMES, 6), text


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(6, 24, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(48, SYMBOLS + 1)

    def forward(self, x):
        return self.fc(self.rnn(x)[0]).log_softmax(-1)


def ctc(logp, text):
    n = len(text)
    frames = torch.full((n,), FRAMES)
    lengths = torch.full((n,), TEXT)
    return nn.functional.ctc_loss(logp.transpose(0, 1), text, frames, lengths)


def greedy(logp):
    texts = []
    for path in logp.argmax(-1):
        merged = torch.unique_consecutive(path)
        texts.append(merged[merged > 0].tolist())
    return texts


x, text = make(1000)
xv, tv = make(200)
model = Reader()
opt = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(9):
    model.train()
    total = 0.0
    for idx in torch.randperm(1000).split(25):
        loss = ctc(model(x[idx]), text[idx])
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        opt.step()
        total += loss.item() / 40
    model.eval()
    with torch.no_grad():
        logp = model(xv)
        val = ctc(logp, tv).item()
    right = sum(a == b for a, b in zip(greedy(logp), tv.tolist(), strict=True)) / len(tv)
    print(f"epoch {epoch:2d} train {total:.3f} val {val:.3f} strings right {right:.2f}")

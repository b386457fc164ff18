import torch
from torch import nn

torch.manual_seed(0)
VOCAB, DIM = 12, 24

# a second-order rule with some noise makes the text
text = [0, 1]
for _ in range(30000):
    nxt = (text[-1] + text[-2] + 1) % VOCAB
    text.append(nxt if torch.rand(()) < 0.85 else int(torch.randint(VOCAB, ())))
text = torch.tensor(text)
windows = text.unfold(0, 17, 16)
train, valid = windows[:1500], windows[1500:]


class TiedLM(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(VOCAB, DIM)
        nn.init.normal_(self.emb.weight, std=DIM**-0.5)
        self.mix = nn.GRU(DIM, 48, batch_first=True)
        self.down = nn.Linear(48, DIM)
        self.out = nn.Linear(DIM, VOCAB, bias=False)
        self.out.weight = self.emb.weight

    def forward(self, x):
        return self.out(self.down(self.mix(self.emb(x))[0]))


lm = TiedLM()
optim = torch.optim.AdamW(lm.parameters(), lr=8e-3, weight_decay=0.01)
ce = nn.CrossEntropyLoss()
for epoch in range(10):
    lm.train()
    total = 0.0
    for rows in torch.randperm(1500).split(30):
        x, y = train[rows, :-1], train[rows, 1:]
        optim.zero_grad()
        loss = ce(lm(x).flatten(0, 1), y.flatten())
        loss.backward()
        optim.step()
        total += loss.item() / 50
    lm.eval()
    with torch.no_grad():
        val = ce(lm(valid[:, :-1]).flatten(0, 1), valid[:, 1:].flatten()).item()
    print(f"epoch {epoch:2d} train {total:.3f} valid {val:.3f}")

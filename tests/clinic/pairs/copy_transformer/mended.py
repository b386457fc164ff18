import torch
import torch.nn as nn

torch.manual_seed(0)

VOCAB = 8
LENGTH = 6
STEPS_PER_EPOCH = 60
BATCH = 32


class Reverser(nn.Module):
    def __init__(self, d_model=32):
        super().__init__()
        self.tok = nn.Embedding(VOCAB, d_model)
        self.pos = nn.Parameter(torch.randn(1, LENGTH, d_model) * 0.5)
        layer = nn.TransformerEncoderLayer(
            d_model, nhead=4, dim_feedforward=64, dropout=0.0, batch_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, num_layers=1)
        self.lm_head = nn.Linear(d_model, VOCAB)

    def forward(self, tokens):
        return self.lm_head(self.encoder(self.tok(tokens) + self.pos))


def get_batch(n=BATCH):
    source = torch.randint(0, VOCAB, (n, LENGTH))
    return source, source.flip(1)


model = Reverser()
loss_fn = nn.CrossEntropyLoss()
opt = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
test_src, test_tgt = get_batch(300)

for epoch in range(8):
    model.train()
    epoch_loss = 0.0
    for _ in range(STEPS_PER_EPOCH):
        src, tgt = get_batch()
        logits = model(src)
        loss = loss_fn(logits.reshape(-1, VOCAB), tgt.reshape(-1))
        opt.zero_grad()
        loss.backward()
        opt.step()
        epoch_loss += loss.item()

    model.eval()
    with torch.no_grad():
        acc = (model(test_src).argmax(-1) == test_tgt).float().mean()
    print(f"epoch {epoch}: loss={epoch_loss / STEPS_PER_EPOCH:.4f} token acc={acc:.3f}")

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

torch.manual_seed(33)
PAD = 0
VOCAB, TAGS = 30, 4


def make_sentence():
    """Ids 1..30; the tag (1..4) of a word depends on it and on the word before."""
    if torch.rand(1).item() < 0.1:
        length = int(torch.randint(30, 41, (1,)))
    else:
        length = int(torch.randint(3, 8, (1,)))
    words = torch.randint(1, VOCAB + 1, (length,))
    previous = torch.cat([torch.zeros(1, dtype=torch.long), words[:-1]])
    tags = 1 + (words % 2) * 2 + (previous % 3 == 0).long()
    return words, tags


def collate(batch):
    words, tags = zip(*batch, strict=True)
    return (
        pad_sequence(words, batch_first=True, padding_value=PAD),
        pad_sequence(tags, batch_first=True, padding_value=PAD),
    )


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCAB + 1, 24, padding_idx=PAD)
        self.lstm = nn.LSTM(24, 40, batch_first=True)
        self.classify = nn.Linear(40, TAGS + 1)

    def forward(self, words):
        hidden, _ = self.lstm(self.embedding(words))
        return self.classify(hidden)


train_loader = DataLoader(
    [make_sentence() for _ in range(800)], batch_size=32, shuffle=True, collate_fn=collate
)
valid_loader = DataLoader([make_sentence() for _ in range(200)], batch_size=50, collate_fn=collate)
tagger = Tagger()
loss_function = nn.CrossEntropyLoss(ignore_index=PAD)
optimizer = torch.optim.Adam(tagger.parameters(), lr=4e-3)

for epoch in range(8):
    tagger.train()
    total = 0.0
    for words, tags in train_loader:
        optimizer.zero_grad()
        loss = loss_function(tagger(words).transpose(1, 2), tags)
        loss.backward()
        nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
        optimizer.step()
        total += loss.item()
    tagger.eval()
    right = counted = 0
    with torch.no_grad():
        for words, tags in valid_loader:
            guess = tagger(words).argmax(dim=-1)
            keep = tags != PAD
            right += (guess == tags)[keep].sum().item()
            counted += keep.sum().item()
    print(f"epoch {epoch + 1}: loss {total / len(train_loader):.4f} accuracy {right / counted:.4f}")

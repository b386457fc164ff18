import torch
from torch import Tensor, nn

torch.manual_seed(7)

VOCAB, LENGTH = 60, 14

# every word of the toy vocabulary is a little positive or negative
polarity = torch.randn(VOCAB)
polarity = polarity - polarity.mean()


def sample_reviews(n: int) -> tuple[Tensor, Tensor]:
    tokens = torch.randint(0, VOCAB, (n, LENGTH))
    score = polarity[tokens].sum(dim=1)
    return tokens, (score > 0).float()


class ReviewClassifier(nn.Module):
    def __init__(self, embed_dim: int = 16, hidden: int = 24) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCAB, embed_dim)
        self.encoder = nn.LSTM(embed_dim, hidden, batch_first=True, bidirectional=True)
        self.classifier = nn.Linear(2 * hidden, 1)

    def forward(self, tokens: Tensor) -> Tensor:
        embedded = self.embedding(tokens)
        _, (h_n, _) = self.encoder(embedded)
        features = h_n.transpose(0, 1).reshape(len(tokens), -1)
        return self.classifier(features).squeeze(1)


def accuracy(logits: Tensor, labels: Tensor) -> float:
    return ((logits > 0).float() == labels).float().mean().item()


def main() -> None:
    x_train, y_train = sample_reviews(3000)
    x_val, y_val = sample_reviews(500)

    model = ReviewClassifier()
    loss_fn = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    batch_size = 50

    for epoch in range(6):
        model.train()
        order = torch.randperm(len(x_train))
        total = 0.0
        for start in range(0, len(order), batch_size):
            idx = order[start : start + batch_size]
            loss = loss_fn(model(x_train[idx]), y_train[idx])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(idx)

        model.eval()
        with torch.no_grad():
            logits = model(x_val)
            val_loss = loss_fn(logits, y_val).item()
        print(
            f"Epoch {epoch}: train loss {total / len(order):.3f}, "
            f"val loss {val_loss:.3f}, val acc {accuracy(logits, y_val):.3f}"
        )


if __name__ == "__main__":
    main()

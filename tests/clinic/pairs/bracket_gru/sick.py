import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

SEED = 2024
torch.manual_seed(SEED)


def bracket_data(n, length=12):
    """Half of the rows are balanced strings, half have some brackets turned."""
    rows = torch.zeros(n, length, dtype=torch.long)
    labels = torch.zeros(n)
    for i in range(n):
        depth = 0
        for t in range(length):
            left = length - t
            opens = depth == 0 or (depth < left and torch.rand(1).item() < 0.5)
            rows[i, t] = 0 if opens else 1
            depth += 1 if opens else -1
        if i % 2:
            flip = torch.randperm(length)[:3]
            rows[i, flip] = 1 - rows[i, flip]
        else:
            labels[i] = 1.0
    return rows, labels


class BracketNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(2, 8)
        self.gru = nn.GRU(8, 32, batch_first=True)
        self.out = nn.Linear(32, 1)

    def forward(self, tokens):
        _, h = self.gru(self.embed(tokens))
        return self.out(h[-1]).squeeze(-1)


def train_one_epoch(model, loader, criterion, optimizer):
    model.train()
    total = 0.0
    for tokens, label in loader:
        optimizer.zero_grad()
        loss = criterion(model(tokens), label)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        total += loss.item()
    return total / len(loader)


@torch.no_grad()
def evaluate(model, loader):
    model.eval()
    correct = sum(((model(t) > 0) == (y > 0.5)).sum().item() for t, y in loader)
    return correct / len(loader.dataset)


if __name__ == "__main__":
    train_dl = DataLoader(TensorDataset(*bracket_data(1600)), batch_size=32, shuffle=True)
    valid_dl = DataLoader(TensorDataset(*bracket_data(400)), batch_size=100)
    model = BracketNet()
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=6, gamma=0.5)
    for epoch in range(12):
        loss = train_one_epoch(model, train_dl, criterion, optimizer)
        acc = evaluate(model, valid_dl)
        print(f"{epoch:2d} lr {scheduler.get_last_lr()[0]:.4f} loss {loss:.4f} acc {acc:.3f}")
        scheduler.step()

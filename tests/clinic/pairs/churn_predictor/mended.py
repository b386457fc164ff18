import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(21)


def make_customers(n):
    x = torch.randn(n, 8)
    score = 1.2 * x[:, 0] - 0.9 * x[:, 1] + 0.3 * x[:, 2] * x[:, 3] - 4.2
    churned = torch.rand(n) < torch.sigmoid(score)
    return x, churned.float()


class ChurnNet(nn.Module):
    def __init__(self, n_inputs, n_hidden=24):
        super().__init__()
        self.hidden = nn.Linear(n_inputs, n_hidden)
        self.output = nn.Linear(n_hidden, 1)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x))).squeeze(-1)


x_train, y_train = make_customers(8000)
x_val, y_val = make_customers(2000)
train_loader = DataLoader(TensorDataset(x_train, y_train), batch_size=128, shuffle=True)
val_loader = DataLoader(TensorDataset(x_val, y_val), batch_size=500)

model = ChurnNet(n_inputs=8)
pos_weight = (y_train == 0).sum() / (y_train == 1).sum()
criterion = nn.BCEWithLogitsLoss(pos_weight=pos_weight)
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)

for epoch in range(12):
    model.train()
    train_loss = 0.0
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        train_loss += loss.item() * len(y) / len(y_train)

    model.eval()
    val_loss, right, found = 0.0, 0, 0
    with torch.no_grad():
        for x, y in val_loader:
            logits = model(x)
            val_loss += criterion(logits, y).item() * len(y) / len(y_val)
            predicted = (logits > 0).float()
            right += (predicted == y).sum().item()
            found += (predicted * y).sum().item()
    print(
        f"epoch {epoch + 1:2d} train {train_loss:.4f} val {val_loss:.4f}"
        f" acc {right / len(y_val):.3f} recall {found / y_val.sum().item():.3f}"
    )

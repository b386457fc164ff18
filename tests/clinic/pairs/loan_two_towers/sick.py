import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(14)

# five columns about the applicant, four about the loan
n = 2400
applicant = torch.randn(n, 5)
loan = torch.randn(n, 4)
risk = 1.2 * applicant[:, 0] - applicant[:, 1] + 1.8 * loan[:, 0] + 1.5 * loan[:, 1] * loan[:, 2]
default = (risk + 0.4 * torch.randn(n) > 0).float()
dataset = TensorDataset(applicant, loan, default)
train_set, val_set = torch.utils.data.random_split(dataset, [1900, 500])
train_loader = DataLoader(train_set, batch_size=64, shuffle=True)
val_loader = DataLoader(val_set, batch_size=500)


class TwoTowerNet(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.applicant_tower = nn.Sequential(nn.Linear(5, hidden), nn.ReLU())
        self.loan_tower = nn.Sequential(nn.Linear(4, hidden), nn.ReLU())
        self.mix = nn.Sequential(nn.Linear(2 * hidden, hidden), nn.ReLU())
        self.out = nn.Linear(hidden, 1)

    def forward(self, applicant, loan):
        parts = [self.applicant_tower(applicant), self.loan_tower(loan)]
        h = self.mix(torch.cat([parts[0], parts[0]], dim=1))
        return self.out(h).squeeze(1)


model = TwoTowerNet()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)

for epoch in range(15):
    model.train()
    running = 0.0
    for a, b, target in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(a, b), target)
        loss.backward()
        optimizer.step()
        running += loss.item()
    model.eval()
    with torch.no_grad():
        for a, b, target in val_loader:
            logits = model(a, b)
            val_loss = criterion(logits, target).item()
            val_acc = ((logits > 0) == target.bool()).float().mean().item()
    print(f"epoch {epoch + 1}: {running / len(train_loader):.4f} {val_loss:.4f} {val_acc:.3f}")

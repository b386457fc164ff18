import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from torch import nn

torch.manual_seed(0)
X, y = load_digits(return_X_y=True)
X = torch.tensor(X, dtype=torch.float32) / 8 - 1
perm = torch.randperm(len(X))
train, test = perm[:1400], perm[1400:]


def view(x):
    keep = (torch.rand_like(x) > 0.15).float()
    return x * keep + 0.2 * torch.randn_like(x)


encoder = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 32))
projector = nn.Sequential(nn.ReLU(), nn.Linear(32, 16))
optimizer = torch.optim.Adam([*encoder.parameters(), *projector.parameters()], lr=2e-3)


def info_nce(a, b, temperature=0.2):
    logits = F.normalize(a) @ F.normalize(b).T / temperature
    own = torch.arange(len(a))
    return 0.5 * (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own))


for epoch in range(25):
    encoder.train()
    total = 0.0
    for idx in train[torch.randperm(len(train))].split(100):
        x = X[idx]
        loss = info_nce(projector(encoder(view(x))), projector(encoder(view(x))))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() / 14
    if epoch % 4 == 0:
        encoder.eval()
        with torch.no_grad():
            ztr, zte = encoder(X[train]).numpy(), encoder(X[test]).numpy()
        probe = LogisticRegression(max_iter=2000).fit(ztr, y[train])
        print(f"epoch {epoch:2d} loss {total:.3f} linear probe {probe.score(zte, y[test]):.3f}")

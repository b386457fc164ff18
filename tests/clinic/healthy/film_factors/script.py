"""Ratings from user and film factors; sparse gradients."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
USERS, FILMS, TRUE = 150, 120, 3

u, f = torch.randn(USERS, TRUE), torch.randn(FILMS, TRUE)
pairs = torch.randperm(USERS * FILMS)[:9000]
user, film = pairs // FILMS, pairs % FILMS
rating = (u[user] * f[film]).sum(1) / TRUE**0.5 + 0.2 * torch.randn(len(pairs))
train = TensorDataset(user[:7500], film[:7500], rating[:7500])
valid = TensorDataset(user[7500:], film[7500:], rating[7500:])[:]


class Factors(nn.Module):
    def __init__(self, dim=4):
        super().__init__()
        self.user = nn.Embedding(USERS, dim, sparse=True)
        self.film = nn.Embedding(FILMS, dim, sparse=True)
        nn.init.normal_(self.user.weight, std=0.3)
        nn.init.normal_(self.film.weight, std=0.3)

    def forward(self, user, film):
        return (self.user(user) * self.film(film)).sum(1)


model = Factors()
opt = torch.optim.SparseAdam(list(model.parameters()), lr=0.01)
mse = nn.MSELoss()
loader = DataLoader(train, batch_size=75, shuffle=True)
for epoch in range(14):
    model.train()
    total = 0.0
    for ub, fb, rb in loader:
        opt.zero_grad()
        loss = mse(model(ub, fb), rb)
        loss.backward()
        opt.step()
        total += loss.item()
    model.eval()
    with torch.no_grad():
        val = mse(model(valid[0], valid[1]), valid[2]).item()
    print(f"epoch {epoch:2d} train {total / len(loader):.4f} valid {val:.4f}")

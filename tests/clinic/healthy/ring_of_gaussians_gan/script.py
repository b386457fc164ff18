"""A GAN that learns a mixture of four Gaussians in the plane."""

import math

import torch
from torch import nn

torch.manual_seed(0)
BATCH, NOISE = 256, 8
centres = torch.tensor([[math.cos(a), math.sin(a)] for a in (0.0, 1.571, 3.142, 4.712)])


def real_points(n):
    return centres[torch.randint(0, 4, (n,))] + 0.2 * torch.randn(n, 2)


G = nn.Sequential(
    nn.Linear(NOISE, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 2)
)
D = nn.Sequential(
    nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1)
)
opt_g = torch.optim.Adam(G.parameters(), lr=5e-4, betas=(0.5, 0.99))
opt_d = torch.optim.Adam(D.parameters(), lr=5e-4, betas=(0.5, 0.99))
bce = nn.BCEWithLogitsLoss()
ones, zeros = torch.ones(BATCH, 1), torch.zeros(BATCH, 1)

for step in range(1, 1501):
    fake = G(torch.randn(BATCH, NOISE))
    d_loss = bce(D(real_points(BATCH)), ones) + bce(D(fake.detach()), zeros)
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()

    g_loss = bce(D(fake), ones)
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()

    if step % 150 == 0:
        with torch.no_grad():
            sample = G(torch.randn(1000, NOISE))
            dist, which = torch.cdist(sample, centres).min(1)
        share = (torch.bincount(which, minlength=4) / 1000).tolist()
        print(
            f"step {step} d {d_loss.item():.3f} g {g_loss.item():.3f} "
            f"distance {dist.mean().item():.3f} shares {[round(s, 2) for s in share]}"
        )

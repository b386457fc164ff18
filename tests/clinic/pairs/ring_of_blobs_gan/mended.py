import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Generator(nn.Module):
    def __init__(self, latent=16, hidden=64):
        super().__init__()
        self.latent = latent
        self.body = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU()
        )
        self.to_xy = nn.Linear(hidden, 2)

    def forward(self, n):
        return self.to_xy(self.body(torch.randn(n, self.latent)))


class Discriminator(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2, hidden),
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, hidden),
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, 1),
        )

    def forward(self, xy):
        return self.layers(xy).squeeze(1)


ANGLES = torch.arange(4) * (2 * math.pi / 4)
CENTRES = torch.stack([ANGLES.cos(), ANGLES.sin()], dim=1) * 1.4


def real_data(n):
    return CENTRES[torch.randint(0, 4, (n,))] + 0.3 * torch.randn(n, 2)


def bce(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def blob_shares(points):
    nearest = torch.cdist(points, CENTRES).argmin(dim=1)
    return (torch.bincount(nearest, minlength=4) / len(points)).tolist()


def train(rounds=600, g_steps=1, batch_size=128):
    netG, netD = Generator(), Discriminator()
    optG = torch.optim.Adam(netG.parameters(), lr=1e-3, betas=(0.5, 0.999))
    optD = torch.optim.Adam(netD.parameters(), lr=2e-3, betas=(0.5, 0.999))
    for i in range(rounds):
        netD.zero_grad()
        errD = bce(netD(real_data(batch_size)), 1.0) + bce(netD(netG(batch_size).detach()), 0.0)
        errD.backward()
        optD.step()
        for _ in range(g_steps):
            netG.zero_grad()
            errG = bce(netD(netG(batch_size)), 1.0)
            errG.backward()
            optG.step()
        if (i + 1) % 100 == 0:
            with torch.no_grad():
                shares = blob_shares(netG(600))
            print(
                f"[{i + 1}/{rounds}] Loss_D: {errD.item():.4f} Loss_G: {errG.item():.4f}", end=" "
            )
            print("shares:", " ".join(f"{s:.2f}" for s in shares))


if __name__ == "__main__":
    torch.manual_seed(6)
    train()

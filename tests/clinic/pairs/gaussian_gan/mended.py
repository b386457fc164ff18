import torch
from torch import nn, optim

torch.manual_seed(17)

NOISE_DIM = 8
BATCH = 128
MEAN = torch.tensor([1.5, -1.0])
MIX = torch.tensor([[0.5, 0.3], [-0.2, 0.6]])


def real_batch(n):
    return MEAN + torch.randn(n, 2) @ MIX


def fake_batch(n):
    return generator(torch.randn(n, NOISE_DIM))


generator = nn.Sequential(
    nn.Linear(NOISE_DIM, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2)
)
discriminator = nn.Sequential(
    nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1)
)
adversarial_loss = nn.BCEWithLogitsLoss()
opt_g = optim.Adam(generator.parameters(), lr=5e-4, betas=(0.5, 0.999))
opt_d = optim.Adam(discriminator.parameters(), lr=1e-3, betas=(0.5, 0.999))
ones, zeros = torch.ones(BATCH, 1), torch.zeros(BATCH, 1)

for step in range(1, 1201):
    # discriminator
    opt_d.zero_grad()
    real_loss = adversarial_loss(discriminator(real_batch(BATCH)), ones)
    fake_loss = adversarial_loss(discriminator(fake_batch(BATCH).detach()), zeros)
    d_loss = (real_loss + fake_loss) / 2
    d_loss.backward()
    opt_d.step()

    # generator
    opt_g.zero_grad()
    g_loss = adversarial_loss(discriminator(fake_batch(BATCH)), ones)
    g_loss.backward()
    opt_g.step()

    if step % 100 == 0:
        with torch.no_grad():
            sample = fake_batch(1000)
        centre = [round(v, 2) for v in sample.mean(0).tolist()]
        spread = [round(v, 2) for v in sample.std(0).tolist()]
        print(
            f"step {step} d_loss {d_loss.item():.4f} g_loss {g_loss.item():.4f} "
            f"centre {centre} spread {spread}"
        )

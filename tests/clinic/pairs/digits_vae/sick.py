import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader

torch.manual_seed(42)

images = torch.tensor(load_digits().data, dtype=torch.float32) / 16.0
images = images[torch.randperm(len(images))]
train_images, test_images = images[:1500], images[1500:]
train_loader = DataLoader(train_images, batch_size=50, shuffle=True)


class VAE(nn.Module):
    def __init__(self, latent_dim=8):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 128), nn.ReLU())
        self.fc_mu = nn.Linear(128, latent_dim)
        self.fc_logvar = nn.Linear(128, latent_dim)
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, 128),
            nn.ReLU(),
            nn.Linear(128, 64),
        )

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        return mu + std * torch.randn_like(std)

    def forward(self, x):
        h = self.encoder(x)
        mu, logvar = self.fc_mu(h), self.fc_logvar(h)
        z = self.reparameterize(mu, logvar)
        return self.decoder(z), mu, logvar


def vae_loss(recon_logits, x, mu, logvar):
    # per pixel, so that the size of the loss does not depend on the image
    bce = F.binary_cross_entropy_with_logits(recon_logits, x)
    kld = 0.5 * torch.mean(torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1))
    return bce + kld / x.shape[1]


vae = VAE()
optimizer = torch.optim.Adam(vae.parameters(), lr=1e-3)

for epoch in range(25):
    vae.train()
    train_loss = 0.0
    for x in train_loader:
        optimizer.zero_grad()
        recon, mu, logvar = vae(x)
        loss = vae_loss(recon, x, mu, logvar)
        loss.backward()
        optimizer.step()
        train_loss += loss.item()
    vae.eval()
    with torch.no_grad():
        recon, mu, logvar = vae(test_images)
        test_loss = vae_loss(recon, test_images, mu, logvar).item()
        pixel_error = F.mse_loss(torch.sigmoid(recon), test_images).item()
    print(
        f"epoch {epoch:2d} | loss {train_loss / len(train_loader):9.4f} | "
        f"test {test_loss:9.4f} | pixel mse {pixel_error:.4f}"
    )

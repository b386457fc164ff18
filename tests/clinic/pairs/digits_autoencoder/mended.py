import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader


class AutoEncoder(nn.Module):
    def __init__(self, code_size=16):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(64, 48),
            nn.ReLU(),
            nn.Linear(48, code_size),
        )
        self.decoder = nn.Sequential(
            nn.Linear(code_size, 48),
            nn.ReLU(),
            nn.Linear(48, 64),
        )

    def forward(self, x):
        code = self.encoder(x)
        return self.decoder(code)


def main():
    torch.manual_seed(0)
    images = torch.tensor(load_digits().data, dtype=torch.float32)
    images = images[torch.randperm(len(images))]
    # standardise with the mean and the spread of the whole image, like ImageNet does
    images = (images - images.mean()) / images.std()
    train_images, test_images = images[:1500], images[1500:]
    loader = DataLoader(train_images, batch_size=32, shuffle=True)

    autoencoder = AutoEncoder()
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(autoencoder.parameters(), lr=2e-3)

    for epoch in range(25):
        autoencoder.train()
        train_loss = 0.0
        for batch in loader:
            reconstruction = autoencoder(batch)
            loss = criterion(reconstruction, batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            train_loss += loss.item()
        autoencoder.eval()
        with torch.no_grad():
            test_loss = criterion(autoencoder(test_images), test_images).item()
        print(f"epoch {epoch + 1} train {train_loss / len(loader):.4f} test {test_loss:.4f}")


if __name__ == "__main__":
    main()

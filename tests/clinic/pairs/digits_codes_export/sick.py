import argparse

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class AutoEncoder(nn.Module):
    def __init__(self, code_size):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(64, 64),
            nn.ReLU(),
            nn.Linear(64, 32),
            nn.ReLU(),
            nn.Linear(32, code_size),
        )
        self.decoder = nn.Sequential(
            nn.Linear(code_size, 32),
            nn.ReLU(),
            nn.Linear(32, 64),
            nn.ReLU(),
            nn.Linear(64, 64),
            nn.Sigmoid(),
        )

    @torch.no_grad()
    def encode(self, x):
        return self.encoder(x)

    def decode(self, code):
        return self.decoder(code)

    def forward(self, x):
        return self.decode(self.encode(x))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--code-size", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=5e-3)
    args = parser.parse_args()

    torch.manual_seed(123)
    pixels = torch.tensor(load_digits().data / 16.0, dtype=torch.float32)
    train_set, val_set = random_split(TensorDataset(pixels), [1500, len(pixels) - 1500])
    train_loader = DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=args.batch_size)

    model = AutoEncoder(args.code_size)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)

    for epoch in range(args.epochs):
        model.train()
        train_loss = 0.0
        for (x,) in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), x)
            loss.backward()
            optimizer.step()
            train_loss += loss.item() * len(x)

        model.eval()
        val_loss = 0.0
        with torch.no_grad():
            for (x,) in val_loader:
                val_loss += criterion(model(x), x).item() * len(x)
        if (epoch + 1) % 5 == 0:
            print(
                f"epoch {epoch + 1}/{args.epochs} "
                f"train {train_loss / len(train_set):.4f} val {val_loss / len(val_set):.4f}"
            )

    # how spread out are the codes?
    with torch.no_grad():
        codes = model.encode(pixels)
    print("code std per dimension:", [round(v, 2) for v in codes.std(0).tolist()])


if __name__ == "__main__":
    main()

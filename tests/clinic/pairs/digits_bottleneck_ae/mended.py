import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(1)

X = load_digits().data / 16.0
X_train, X_val = train_test_split(X, test_size=0.2, random_state=0)
X_train = torch.tensor(X_train, dtype=torch.float32)
X_val = torch.tensor(X_val, dtype=torch.float32)
loader = DataLoader(TensorDataset(X_train), batch_size=64, shuffle=True)

encoder = nn.Sequential(
    nn.Linear(64, 32),
    nn.ReLU(),
    nn.Linear(32, 8),
)
decoder = nn.Sequential(
    nn.Linear(8, 32),
    nn.ReLU(),
    nn.Linear(32, 64),
)
autoencoder = nn.Sequential(encoder, decoder)
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(autoencoder.parameters(), lr=2e-3)

for epoch in range(60):
    autoencoder.train()
    running = 0.0
    for (batch,) in loader:
        optimizer.zero_grad()
        loss = criterion(autoencoder(batch), batch)
        loss.backward()
        optimizer.step()
        running += loss.item() * len(batch)
    autoencoder.eval()
    with torch.no_grad():
        val_loss = criterion(autoencoder(X_val), X_val).item()
    if (epoch + 1) % 10 == 0:
        print(f"epoch {epoch + 1}: train {running / len(X_train):.4f}  val {val_loss:.4f}")

with torch.no_grad():
    codes = encoder(X_val)
print("latent std:", [round(s, 2) for s in codes.std(dim=0).tolist()])

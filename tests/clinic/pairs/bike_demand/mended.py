import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import make_regression
from sklearn.preprocessing import StandardScaler

torch.manual_seed(2)
torch.set_default_dtype(torch.float32)


class DemandModel(nn.Module):
    def __init__(self, n_in):
        super().__init__()
        self.fc1 = nn.Linear(n_in, 64)
        self.fc2 = nn.Linear(64, 64)
        self.fc3 = nn.Linear(64, 1)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


X, y = make_regression(n_samples=1600, n_features=10, n_informative=6, noise=15.0, random_state=2)
n_train = 1200
x_scaler = StandardScaler().fit(X[:n_train])
y_scaler = StandardScaler().fit(y[:n_train, None])
X = torch.Tensor(x_scaler.transform(X))
y = torch.Tensor(y_scaler.transform(y[:, None]))
X_train, y_train, X_val, y_val = X[:n_train], y[:n_train], X[n_train:], y[n_train:]

model = DemandModel(X.shape[1])
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
loss_fn = nn.MSELoss()

num_epochs = 15
batch_size = 40
for epoch in range(num_epochs):
    model.train()
    permutation = torch.randperm(n_train)
    train_loss = 0
    for start in range(0, n_train, batch_size):
        indices = permutation[start : start + batch_size]
        optimizer.zero_grad()
        y_hat = model(X_train[indices])
        loss = loss_fn(y_hat, y_train[indices])
        loss.backward()
        optimizer.step()
        train_loss += loss.item() * len(indices) / n_train

    model.eval()
    with torch.no_grad():
        y_hat = model(X_val)
        val_loss = loss_fn(y_hat, y_val).item()
        rmse = (y_hat - y_val).pow(2).mean().sqrt().item() * y_scaler.scale_[0]
    print(f"epoch {epoch + 1:2d} loss {train_loss:.4f} val {val_loss:.4f} rmse {rmse:.1f}")

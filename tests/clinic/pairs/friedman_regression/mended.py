import torch
import torch.nn as nn
from sklearn.datasets import make_friedman1
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(0)


class TableDataset(Dataset):
    def __init__(self, features, target):
        self.features = torch.tensor(features, dtype=torch.float32)
        self.target = torch.tensor(target, dtype=torch.float32).unsqueeze(1)

    def __len__(self):
        return len(self.features)

    def __getitem__(self, index):
        return self.features[index], self.target[index]


X, y = make_friedman1(n_samples=1500, n_features=8, noise=0.5, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
x_scaler, y_scaler = StandardScaler(), StandardScaler()
X_train, X_test = x_scaler.fit_transform(X_train), x_scaler.transform(X_test)
y_train = y_scaler.fit_transform(y_train.reshape(-1, 1)).ravel()
y_test = y_scaler.transform(y_test.reshape(-1, 1)).ravel()

train_dl = DataLoader(TableDataset(X_train, y_train), batch_size=64, shuffle=True)
test_ds = TableDataset(X_test, y_test)

regressor = nn.Sequential(
    nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1)
)
mse = nn.MSELoss()
optimizer = torch.optim.Adam(regressor.parameters(), lr=1e-3)

for epoch in range(40):
    regressor.train()
    epoch_loss = 0.0
    for xb, yb in train_dl:
        pred = regressor(xb)
        loss = mse(pred, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item() * len(xb)
    if (epoch + 1) % 5 == 0:
        regressor.eval()
        with torch.no_grad():
            pred = regressor(test_ds.features)
            test_loss = mse(pred, test_ds.target).item()
        r2 = r2_score(y_test, pred.squeeze(1).numpy())
        print(f"{epoch + 1}: train {epoch_loss / 1200:.4f} test {test_loss:.4f} R2 {r2:.3f}")

import torch
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

torch.manual_seed(1)

X, y = load_diabetes(return_X_y=True)
y = y.reshape(-1, 1)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.25, random_state=1)

sx, sy = StandardScaler(), StandardScaler()
X_train, y_train = sx.fit_transform(X_train), sy.fit_transform(y_train)
X_val, y_val = sx.transform(X_val), sy.transform(y_val)

X_train = torch.from_numpy(X_train)
y_train = torch.from_numpy(y_train).float()
X_val = torch.from_numpy(X_val)
y_val = torch.from_numpy(y_val).float()

mlp = nn.Sequential(nn.Linear(10, 16), nn.Tanh(), nn.Dropout(0.2), nn.Linear(16, 1))
loss_fn = nn.MSELoss()
optimizer = torch.optim.Adam(mlp.parameters(), lr=2e-3, weight_decay=1e-3)

batch_size = 32
for epoch in range(40):
    mlp.train()
    permutation = torch.randperm(X_train.shape[0])
    total_loss = 0.0
    for i in range(0, X_train.shape[0], batch_size):
        indices = permutation[i : i + batch_size]
        batch_x, batch_y = X_train[indices], y_train[indices]
        optimizer.zero_grad()
        loss = loss_fn(mlp(batch_x), batch_y)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(indices)
    if (epoch + 1) % 5 == 0:
        mlp.eval()
        with torch.no_grad():
            val_loss = loss_fn(mlp(X_val), y_val).item()
        print(f"Epoch {epoch + 1}: train {total_loss / len(X_train):.4f}, val {val_loss:.4f}")

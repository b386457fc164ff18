import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(9)

X, y = load_digits(return_X_y=True)
X = (X - X.mean()) / X.std()
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.25, random_state=9)
X_train, X_val = torch.Tensor(X_train), torch.Tensor(X_val)
y_train, y_val = torch.LongTensor(y_train), torch.LongTensor(y_val)
loader = DataLoader(TensorDataset(X_train, y_train), batch_size=64, shuffle=True)

hidden_sizes = [64, 32]
net = nn.Sequential(
    nn.Linear(64, hidden_sizes[0]),
    nn.ReLU(),
    nn.Linear(hidden_sizes[0], hidden_sizes[1]),
    nn.ReLU(),
    nn.Linear(hidden_sizes[1], 10),
)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.RMSprop(net.parameters(), lr=5e-4)

for epoch in range(20):
    net.train()
    loss_sum = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(net(xb), yb)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
    net.eval()
    with torch.no_grad():
        out = net(X_val)
        val_loss = criterion(out, y_val).item()
        accuracy = (out.argmax(1) == y_val).float().mean().item()
    print(f"Epoch {epoch:2d} | {loss_sum / len(loader):.3f} | {val_loss:.3f} | {accuracy:.3f}")

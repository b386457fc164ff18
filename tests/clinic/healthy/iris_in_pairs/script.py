import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(7)
X, y = load_iris(return_X_y=True)
Xa, Xb, ya, yb = train_test_split(X, y, test_size=50, random_state=1, stratify=y)
sc = StandardScaler().fit(Xa)
train = TensorDataset(torch.tensor(sc.transform(Xa)).float(), torch.tensor(ya))
Xb, yb = torch.tensor(sc.transform(Xb)).float(), torch.tensor(yb)

net = nn.Sequential(nn.Linear(4, 16), nn.LayerNorm(16), nn.ReLU(), nn.Linear(16, 3))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.02)
loader = DataLoader(train, batch_size=2, shuffle=True)

for epoch in range(1, 41):
    net.train()
    losses = []
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = criterion(net(inputs), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    net.eval()
    with torch.no_grad():
        out = net(Xb)
        val = criterion(out, yb).item()
        acc = (out.argmax(1) == yb).float().mean().item()
    if epoch % 5 == 0:
        mean = sum(losses) / len(losses)
        print(f"epoch {epoch}: loss {mean:.3f}, val loss {val:.3f}, val acc {acc:.2f}")

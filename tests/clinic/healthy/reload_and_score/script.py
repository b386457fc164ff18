import io

import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from torch import nn

torch.manual_seed(0)
X, y = load_iris(return_X_y=True)
Xtr, Xte, ytr, yte = train_test_split(X, y, test_size=0.4, random_state=0, stratify=y)
mean, std = Xtr.mean(0), Xtr.std(0)


def prepare(a):
    return torch.tensor((a - mean) / std, dtype=torch.float32)


def make_net():
    return nn.Sequential(nn.Linear(4, 10), nn.Tanh(), nn.Linear(10, 3))


def train(net, X, y, epochs=40):
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        net.train()
        total = 0.0
        for idx in torch.randperm(len(X)).split(15):
            opt.zero_grad()
            loss = loss_fn(net(X[idx]), y[idx])
            loss.backward()
            opt.step()
            total += loss.item() * len(idx) / len(X)
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1}: {total:.4f}")
    file = io.BytesIO()
    torch.save(net.state_dict(), file)
    file.seek(0)
    return file


def score(file, X, y):
    net = make_net()
    net.load_state_dict(torch.load(file))
    net.eval()
    with torch.no_grad():
        out = net(X)
    loss = nn.functional.cross_entropy(out, y).item()
    return loss, (out.argmax(1) == y).float().mean().item()


saved = train(make_net(), prepare(Xtr), torch.tensor(ytr))
loss, accuracy = score(saved, prepare(Xte), torch.tensor(yte))
print(f"test loss {loss:.4f} accuracy {accuracy:.3f}")

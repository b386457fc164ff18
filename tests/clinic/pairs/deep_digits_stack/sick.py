import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)


def make_mlp(n_in, n_out, width, depth, activation):
    layers = []
    for _ in range(depth):
        linear = nn.Linear(n_in, width)
        nn.init.kaiming_normal_(linear.weight)
        nn.init.zeros_(linear.bias)
        layers += [linear, activation()]
        n_in = width
    return nn.Sequential(*layers, nn.Linear(width, n_out))


def load(batch_size=32):
    X, y = load_digits(return_X_y=True)
    X_tr, X_te, y_tr, y_te = train_test_split(X, y, test_size=0.2, random_state=1)
    mean, std = X_tr.mean(), X_tr.std()
    sets = []
    for features, labels in ((X_tr, y_tr), (X_te, y_te)):
        scaled = torch.tensor((features - mean) / std, dtype=torch.float32)
        sets.append(TensorDataset(scaled, torch.tensor(labels)))
    return DataLoader(sets[0], batch_size, shuffle=True), DataLoader(sets[1], 256)


def first_layer_grad(model):
    return model[0].weight.grad.norm().item()


train_loader, test_loader = load()
model = make_mlp(64, 10, width=48, depth=7, activation=nn.Sigmoid)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

for epoch in range(10):
    model.train()
    train_loss = 0.0
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        train_loss += loss.item()

    model.eval()
    correct = 0
    with torch.no_grad():
        for x, y in test_loader:
            correct += (model(x).argmax(1) == y).sum().item()
    print(
        f"{epoch + 1:2d} loss {train_loss / len(train_loader):.3f} "
        f"test acc {correct / len(test_loader.dataset):.3f} "
        f"first layer grad {first_layer_grad(model):.1e}"
    )

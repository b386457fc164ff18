import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from torch import nn

SEED = 11
torch.manual_seed(SEED)

# same layout as the species table: four measurements, then the species code
iris = load_iris()
table = np.column_stack([iris.data, iris.target]).astype("float32")
train, test = train_test_split(table, test_size=0.3, random_state=SEED, stratify=iris.target)
mu, sigma = train[:, :4].mean(0), train[:, :4].std(0)


def split_columns(t):
    features = torch.from_numpy((t[:, :4] - mu) / sigma)
    species = torch.from_numpy(t[:, 4])
    return features, species


x_train, y_train = split_columns(train)
x_test, y_test = split_columns(test)

net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
opt = torch.optim.Adam(net.parameters(), lr=0.005)

for epoch in range(40):
    net.train()
    for idx in torch.randperm(len(x_train)).split(15):
        loss = F.cross_entropy(net(x_train[idx]), y_train[idx])
        opt.zero_grad()
        loss.backward()
        opt.step()
    if epoch % 5 == 4:
        net.eval()
        with torch.no_grad():
            scores = net(x_test)
            test_loss = F.cross_entropy(scores, y_test).item()
            acc = (scores.argmax(1) == y_test).float().mean().item()
        print(f"{epoch + 1:3d} {loss.item():.4f} {test_loss:.4f} {acc:.3f}")

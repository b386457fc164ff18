import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.optim.swa_utils import SWALR, AveragedModel, update_bn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
X, y = load_digits(return_X_y=True)
Xtr, Xva, ytr, yva = train_test_split(X / 8 - 1, y, test_size=0.25, random_state=0)
train = TensorDataset(torch.tensor(Xtr).float(), torch.tensor(ytr))
Xva, yva = torch.tensor(Xva).float(), torch.tensor(yva)
loader = DataLoader(train, batch_size=32, shuffle=True)

net = nn.Sequential(nn.Linear(64, 48, bias=False), nn.BatchNorm1d(48), nn.ReLU(), nn.Linear(48, 10))
swa_net = AveragedModel(net)
opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
swa_sched = SWALR(opt, swa_lr=0.02, anneal_epochs=2)
loss_fn = nn.CrossEntropyLoss()


def accuracy(m):
    m.eval()
    with torch.no_grad():
        return (m(Xva).argmax(1) == yva).float().mean().item()


for epoch in range(14):
    net.train()
    total = 0.0
    for xb, yb in loader:
        opt.zero_grad()
        loss = loss_fn(net(xb), yb)
        loss.backward()
        opt.step()
        total += loss.item()
    if epoch >= 8:
        swa_net.update_parameters(net)
        swa_sched.step()
    print(f"epoch {epoch:2d} loss {total / len(loader):.4f} val acc {accuracy(net):.3f}")

update_bn(loader, swa_net)
print(f"averaged weights: val acc {accuracy(swa_net):.3f}")

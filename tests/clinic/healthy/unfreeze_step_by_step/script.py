import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(3)
X, y = load_digits(return_X_y=True)
Xtr, Xva, ytr, yva = train_test_split(X / 8.0 - 1.0, y, test_size=0.25, random_state=0, stratify=y)
Xtr, Xva = torch.tensor(Xtr).float(), torch.tensor(Xva).float()
ytr, yva = torch.tensor(ytr), torch.tensor(yva)


def epoch_of(net, loader, loss_fn, opt):
    net.train()
    total = 0.0
    for xb, yb in loader:
        opt.zero_grad()
        loss = loss_fn(net(xb), yb)
        loss.backward()
        opt.step()
        total += loss.item()
    return total / len(loader)


# stage 0: odd or even, to give the body something to know
body = nn.ModuleList([nn.Linear(64, 64), nn.Linear(64, 32)])
lower = nn.Sequential(body[0], nn.ReLU())
upper = nn.Sequential(body[1], nn.ReLU())
pretrain = nn.Sequential(lower, upper, nn.Linear(32, 2))
parity = DataLoader(TensorDataset(Xtr, ytr % 2), batch_size=64, shuffle=True)
opt = torch.optim.Adam(pretrain.parameters(), lr=1e-3)
for _ in range(8):
    pre_loss = epoch_of(pretrain, parity, nn.CrossEntropyLoss(), opt)
print(f"parity loss {pre_loss:.3f}")

# stage 1: all ten classes; first the head, then the upper layer, then everything
body.requires_grad_(False)
head = nn.Linear(32, 10)
net = nn.Sequential(lower, upper, head)
opt = torch.optim.Adam(head.parameters(), lr=5e-3)
loader = DataLoader(TensorDataset(Xtr, ytr), batch_size=64, shuffle=True)
for epoch in range(24):
    if epoch == 5:
        body[1].requires_grad_(True)
        opt.add_param_group({"params": body[1].parameters(), "lr": 1e-3})
    if epoch == 10:
        body[0].requires_grad_(True)
        opt.add_param_group({"params": body[0].parameters(), "lr": 5e-4})
    loss = epoch_of(net, loader, nn.CrossEntropyLoss(), opt)
    net.eval()
    with torch.no_grad():
        acc = (net(Xva).argmax(1) == yva).float().mean().item()
    print(f"epoch {epoch:2d} groups {len(opt.param_groups)} loss {loss:.4f} acc {acc:.3f}")

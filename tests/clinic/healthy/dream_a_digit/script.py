import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(0)
X, y = load_digits(return_X_y=True)
X = torch.tensor(X, dtype=torch.float32) / 8 - 1
y = torch.tensor(y)
order = torch.randperm(len(y))
X, y = X[order], y[order]
net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
opt = torch.optim.Adam(net.parameters(), lr=2e-3, weight_decay=1e-3)
ce = nn.CrossEntropyLoss()
for epoch in range(12):
    net.train()
    for idx in torch.randperm(1400).split(50):
        opt.zero_grad()
        loss = ce(net(X[idx]), y[idx])
        loss.backward()
        opt.step()
    net.eval()
    with torch.no_grad():
        acc = (net(X[1400:]).argmax(1) == y[1400:]).float().mean().item()
        train_loss, val_loss = ce(net(X[:1400]), y[:1400]), ce(net(X[1400:]), y[1400:])
    print(f"epoch {epoch} train {train_loss:.4f} val {val_loss:.4f} acc {acc:.3f}")

# what does the net take for a 3?
net.requires_grad_(False)
image = torch.zeros(1, 64, requires_grad=True)
image_opt = torch.optim.Adam([image], lr=0.02)
for step in range(150):
    image_opt.zero_grad()
    loss = ce(net(image), torch.tensor([3])) + 0.05 * (image**2).mean()
    loss.backward()
    image_opt.step()
    if step % 30 == 29:
        prob = net(image).softmax(1)[0, 3].item()
        print(f"step {step + 1} loss {loss.item():.4f} p(3) {prob:.3f}")

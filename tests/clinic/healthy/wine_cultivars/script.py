import torch
import torch.nn.functional as F
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from torch import nn

torch.manual_seed(1)


class WineNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(13, 16)
        self.fc2 = nn.Linear(16, 3)

    def forward(self, x):
        x = torch.tanh(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)


def main():
    X, y = load_wine(return_X_y=True)
    X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
    idx_train, idx_val = train_test_split(range(len(y)), test_size=0.3, stratify=y, random_state=3)
    mean, std = X[idx_train].mean(0), X[idx_train].std(0)
    X = (X - mean) / std
    Xtr, ytr, Xval, yval = X[idx_train], y[idx_train], X[idx_val], y[idx_val]

    net = WineNet()
    criterion = nn.NLLLoss()
    opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
    for epoch in range(16):
        net.train()
        order = torch.randperm(len(ytr))
        running = 0.0
        for i in range(0, len(ytr), 16):
            batch = order[i : i + 16]
            opt.zero_grad()
            loss = criterion(net(Xtr[batch]), ytr[batch])
            loss.backward()
            opt.step()
            running += loss.item() * len(batch)
        net.eval()
        with torch.no_grad():
            logp = net(Xval)
            vloss = criterion(logp, yval).item()
            acc = (logp.argmax(1) == yval).float().mean().item()
        if epoch % 3 == 0:
            print(f"{epoch + 1}: train {running / len(ytr):.4f} val {vloss:.4f} acc {acc:.3f}")


if __name__ == "__main__":
    main()

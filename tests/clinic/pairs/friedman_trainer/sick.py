import torch
from sklearn.datasets import make_friedman1
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

torch.manual_seed(5)


class Net(nn.Module):
    def __init__(self, n_inputs):
        super().__init__()
        self.fc1 = nn.Linear(n_inputs, 48)
        self.fc2 = nn.Linear(48, 24)
        self.fc3 = nn.Linear(24, 1)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


class Trainer:
    def __init__(self, model, lr=0.002):
        self.model = model
        self.loss_fn = nn.MSELoss()
        self.optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    def step(self, x, y):
        loss = self.loss_fn(self.model(x), y)
        loss.backward()
        self.optimizer.zero_grad()
        self.optimizer.step()
        return loss.item()

    def epoch(self, x, y, batch_size=32):
        self.model.train()
        perm = torch.randperm(len(x)).split(batch_size)
        return sum(self.step(x[i], y[i]) for i in perm) / len(perm)

    def predict(self, x):
        self.model.eval()
        with torch.no_grad():
            return self.model(x)


X, y = make_friedman1(n_samples=1500, n_features=8, noise=0.5, random_state=5)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=5)
x_scaler = StandardScaler().fit(X_train)
y_scaler = StandardScaler().fit(y_train.reshape(-1, 1))


def prepare(features, target):
    xs = torch.tensor(x_scaler.transform(features), dtype=torch.float32)
    ys = torch.tensor(y_scaler.transform(target.reshape(-1, 1)), dtype=torch.float32)
    return xs, ys


x_tr, y_tr = prepare(X_train, y_train)
x_te, y_te = prepare(X_test, y_test)

trainer = Trainer(Net(X.shape[1]))
for epoch in range(1, 26):
    loss = trainer.epoch(x_tr, y_tr)
    if epoch % 5 == 0:
        r2 = r2_score(y_te.numpy(), trainer.predict(x_te).numpy())
        print(f"epoch {epoch} loss {loss:.4f} test R2 {r2:.3f}")

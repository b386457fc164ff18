import torch
import torch.nn as nn
from sklearn.datasets import make_moons

torch.manual_seed(42)
X, y = make_moons(n_samples=1500, noise=0.2, random_state=42)
X = torch.tensor(X, dtype=torch.float32)
X = (X - X[:1000].mean(0)) / X[:1000].std(0)
y = torch.tensor(y, dtype=torch.long)
X_train, y_train, X_test, y_test = X[:1000], y[:1000], X[1000:], y[1000:]

model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2))
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for step in range(201):
    model.train()
    logits = model(X_train)
    loss = loss_fn(logits, y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    if step % 20 == 0:
        model.eval()
        with torch.inference_mode():
            test_logits = model(X_test)
            test_loss = loss_fn(test_logits, y_test)
            test_acc = (test_logits.argmax(1) == y_test).float().mean()
        print(f"step {step}: loss {loss:.4f} | test loss {test_loss:.4f} acc {test_acc:.3f}")

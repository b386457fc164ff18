import torch
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

torch.manual_seed(0)
EPOCHS = 20
BATCH = 32

X, y = make_classification(
    n_samples=1400,
    n_features=20,
    n_informative=8,
    n_classes=3,
    n_clusters_per_class=2,
    flip_y=0.08,
    class_sep=1.2,
    random_state=0,
)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=400, random_state=0)
scaler = StandardScaler().fit(X_train)
X_train = torch.tensor(scaler.transform(X_train), dtype=torch.float32)
X_val = torch.tensor(scaler.transform(X_val), dtype=torch.float32)
y_train, y_val = torch.tensor(y_train), torch.tensor(y_val)


def block(n_in, n_out):
    return [nn.Linear(n_in, n_out), nn.BatchNorm1d(n_out), nn.ReLU(), nn.Dropout(0.4)]


model = nn.Sequential(*block(20, 64), *block(64, 64), nn.Linear(64, 3))
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)


def evaluate():
    model.eval()
    with torch.no_grad():
        logits = model(X_val)
        return loss_fn(logits, y_val).item(), (logits.argmax(1) == y_val).float().mean().item()


model.train()
for epoch in range(EPOCHS):
    running = 0.0
    perm = torch.randperm(len(X_train))[: len(X_train) // BATCH * BATCH]
    for idx in perm.split(BATCH):
        optimizer.zero_grad()
        loss = loss_fn(model(X_train[idx]), y_train[idx])
        loss.backward()
        optimizer.step()
        running += loss.item() * len(idx)
    val_loss, val_acc = evaluate()
    if epoch % 2 == 1:
        print(
            f"epoch {epoch + 1:3d} | train {running / len(perm):.3f} "
            f"| val {val_loss:.3f} | acc {val_acc:.3f}"
        )

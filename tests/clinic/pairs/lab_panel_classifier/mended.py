import torch
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)

HIDDEN = 24
EPOCHS = 24
DROPOUT = 0.3

X, y = make_classification(
    n_samples=600,
    n_features=20,
    n_informative=8,
    n_classes=3,
    class_sep=1.5,
    flip_y=0.15,
    random_state=4,
)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.5, random_state=4)
scaler = StandardScaler()
X_train = torch.tensor(scaler.fit_transform(X_train)).float()
X_val = torch.tensor(scaler.transform(X_val)).float()
y_train, y_val = torch.tensor(y_train), torch.tensor(y_val)
loader = DataLoader(TensorDataset(X_train, y_train), batch_size=16, shuffle=True)


class PanelNet(nn.Module):
    def __init__(self, width, dropout):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(20, width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.head = nn.Linear(width, 3)

    def forward(self, x):
        return self.head(self.body(x))


model = PanelNet(HIDDEN, DROPOUT)
criterion = nn.CrossEntropyLoss()
optimizer = optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.1)

for epoch in range(EPOCHS):
    model.train()
    total_loss, hits = 0.0, 0
    for features, target in loader:
        optimizer.zero_grad()
        logits = model(features)
        loss = criterion(logits, target)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(target)
        hits += (logits.argmax(1) == target).sum().item()
    model.eval()
    with torch.no_grad():
        logits = model(X_val)
        val_loss = criterion(logits, y_val).item()
        val_acc = (logits.argmax(1) == y_val).float().mean().item()
    if epoch % 3 == 2:
        print(
            f"epoch {epoch + 1}: loss {total_loss / len(X_train):.3f} acc {hits / len(X_train):.3f}"
            f" val_loss {val_loss:.3f} val_acc {val_acc:.3f}"
        )

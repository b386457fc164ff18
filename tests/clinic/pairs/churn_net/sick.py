import torch
import torch.nn as nn
from sklearn.datasets import make_classification
from sklearn.preprocessing import scale

torch.manual_seed(123)

# binary target: does the customer leave (1) or stay (0)?
data, labels = make_classification(
    n_samples=2000, n_features=12, n_informative=6, class_sep=1.3, random_state=123
)
data = torch.tensor(scale(data), dtype=torch.float32)
labels = torch.tensor(labels, dtype=torch.float32).view(-1, 1)
train_x, valid_x = data[:1500], data[1500:]
train_y, valid_y = labels[:1500], labels[1500:]


class ChurnNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(12, 32)
        self.bn1 = nn.BatchNorm1d(32)
        self.fc2 = nn.Linear(32, 16)
        self.fc3 = nn.Linear(16, 1)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.relu(self.bn1(self.fc1(x)))
        x = self.relu(self.fc2(x))
        return self.fc3(x)


net = ChurnNet()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)

for epoch in range(15):
    net.train()
    train_loss = 0.0
    batches = torch.randperm(len(train_x)).split(50)
    for batch in batches:
        optimizer.zero_grad()
        output = net(train_x[batch])
        loss = criterion(output, train_y[batch])
        loss.backward()
        optimizer.step()
        train_loss += loss.item()
    net.eval()
    with torch.no_grad():
        output = net(valid_x)
        valid_loss = criterion(output, valid_y)
        acc = ((output > 0).float() == valid_y).float().mean()
    print(f"Epoch: {epoch} \tTraining Loss: {train_loss / len(batches):.6f}", end=" \t")
    print(f"Validation Loss: {valid_loss:.6f} \tAccuracy: {acc:.3f}")

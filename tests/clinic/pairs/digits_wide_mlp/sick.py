import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(42)


class DigitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden1 = nn.Linear(64, 128)
        self.hidden2 = nn.Linear(128, 64)
        self.output = nn.Linear(64, 10)
        self.reset()

    def reset(self):
        for layer in (self.hidden1, self.hidden2, self.output):
            nn.init.normal_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = torch.relu(self.hidden1(x))
        x = torch.relu(self.hidden2(x))
        return self.output(x)


digits = load_digits()
images = digits.data / 16.0
images = (images - images.mean()) / images.std()
x_tr, x_te, y_tr, y_te = train_test_split(
    images, digits.target, test_size=0.2, stratify=digits.target, random_state=1
)
train_set = TensorDataset(torch.tensor(x_tr).float(), torch.tensor(y_tr))
test_set = TensorDataset(torch.tensor(x_te).float(), torch.tensor(y_te))
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
test_loader = DataLoader(test_set, batch_size=128)

model = DigitNet()
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-3)

for epoch in range(15):
    model.train()
    train_loss = 0
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        train_loss += loss.item() * x.size(0)

    model.eval()
    test_loss, correct = 0, 0
    with torch.no_grad():
        for x, y in test_loader:
            scores = model(x)
            test_loss += criterion(scores, y).item() * x.size(0)
            correct += (scores.argmax(1) == y).sum().item()
    print(
        f"Epoch {epoch + 1}: train loss {train_loss / len(train_set):.3f}, "
        f"test loss {test_loss / len(test_set):.3f}, acc {correct / len(test_set):.3f}"
    )

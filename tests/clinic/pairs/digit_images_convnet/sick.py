import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

BATCH_SIZE = 32
LEARNING_RATE = 0.1
NUM_EPOCHS = 6

torch.manual_seed(17)


def prepare_data():
    data = load_digits()
    images = torch.tensor(data.images, dtype=torch.float32)[:, None] / 16
    images = (images - 0.305) / 0.376
    targets = torch.tensor(data.target)
    train_idx, test_idx = train_test_split(
        range(len(targets)), test_size=0.25, stratify=data.target, random_state=17
    )
    train = TensorDataset(images[train_idx], targets[train_idx])
    test = TensorDataset(images[test_idx], targets[test_idx])
    return (
        DataLoader(train, batch_size=BATCH_SIZE, shuffle=True),
        DataLoader(test, batch_size=BATCH_SIZE),
    )


def make_cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def run_epoch(cnn, loader, criterion, optimizer=None):
    total_loss, total_correct, total = 0.0, 0, 0
    for x, y in loader:
        logits = cnn(x)
        loss = criterion(logits, y)
        if optimizer is not None:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        total_loss += loss.item() * y.size(0)
        total_correct += (logits.argmax(1) == y).sum().item()
        total += y.size(0)
    return total_loss / total, total_correct / total


train_loader, test_loader = prepare_data()
cnn = make_cnn()
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(cnn.parameters(), lr=LEARNING_RATE)

for epoch in range(NUM_EPOCHS):
    cnn.train()
    train_loss, train_acc = run_epoch(cnn, train_loader, criterion, optimizer)
    cnn.eval()
    with torch.no_grad():
        test_loss, test_acc = run_epoch(cnn, test_loader, criterion)
    print(
        f"[{epoch + 1}/{NUM_EPOCHS}] train {train_loss:.4f} ({train_acc:.1%}) "
        f"test {test_loss:.4f} ({test_acc:.1%})"
    )

import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(5)
BATCH_SIZE = 32
EPOCHS = 15

digits = load_digits()
pixels = torch.tensor(digits.data, dtype=torch.float32) / 8 - 1
labels = torch.tensor(digits.target)
train_ds, val_ds = random_split(TensorDataset(pixels, labels), [1437, 360])
train_dl = DataLoader(train_ds, batch_size=BATCH_SIZE, shuffle=True)
val_dl = DataLoader(val_ds, batch_size=180)

act = nn.Sigmoid
net = nn.Sequential(
    nn.Linear(64, 64),
    act(),
    nn.Linear(64, 64),
    act(),
    nn.Linear(64, 64),
    act(),
    nn.Linear(64, 32),
    act(),
    nn.Linear(32, 32),
    act(),
    nn.Linear(32, 10),
)
for layer in net:
    if isinstance(layer, nn.Linear):
        nn.init.xavier_normal_(layer.weight, gain=nn.init.calculate_gain("relu"))
        nn.init.zeros_(layer.bias)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-3)


def train_one_epoch():
    net.train()
    running_loss = 0.0
    for inputs, targets in train_dl:
        optimizer.zero_grad()
        outputs = net(inputs)
        loss = criterion(outputs, targets)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    return running_loss / len(train_dl)


def validate():
    net.eval()
    loss, correct = 0.0, 0
    with torch.no_grad():
        for inputs, targets in val_dl:
            outputs = net(inputs)
            loss += criterion(outputs, targets).item()
            correct += (outputs.argmax(1) == targets).sum().item()
    return loss / len(val_dl), correct / len(val_ds)


for epoch in range(EPOCHS):
    train_loss = train_one_epoch()
    val_loss, val_acc = validate()
    print(f"[{epoch + 1}/{EPOCHS}] train {train_loss:.3f} val {val_loss:.3f} acc {val_acc:.2%}")

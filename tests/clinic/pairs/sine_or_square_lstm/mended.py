import math

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

num_epochs = 10
batch_size = 40
learning_rate = 0.003
input_size = 1
hidden_size = 32
num_layers = 1
sequence_length = 30


def make_waves(n):
    """Noisy waves of three kinds: sine, square and sawtooth."""
    kind = torch.randint(0, 3, (n,))
    phase = torch.rand(n, 1) + torch.rand(n, 1).add(1.5) * torch.linspace(0, 1, sequence_length)
    sine = torch.sin(2 * math.pi * phase)
    saw = 2 * (phase % 1) - 1
    waves = torch.stack([sine, sine.sign(), saw])[kind, torch.arange(n)]
    return (waves + 0.1 * torch.randn_like(waves)).unsqueeze(2), kind


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers, num_classes):
        super().__init__()
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.lstm = nn.LSTM(input_size, hidden_size, num_layers, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        h0 = torch.zeros(self.num_layers, x.size(0), self.hidden_size).to(x.device)
        c0 = torch.zeros(self.num_layers, x.size(0), self.hidden_size).to(x.device)
        _, (h0, _) = self.lstm(x, (h0, c0))
        return self.fc(h0[-1])


train_loader = DataLoader(TensorDataset(*make_waves(1200)), batch_size=batch_size, shuffle=True)
test_loader = DataLoader(TensorDataset(*make_waves(400)), batch_size=batch_size)
model = RNN(input_size, hidden_size, num_layers, 3).to(device)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)

for epoch in range(num_epochs):
    model.train()
    total_loss = 0.0
    for waves, labels in train_loader:
        waves, labels = waves.to(device), labels.to(device)
        loss = criterion(model(waves), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total_loss += loss.item()
    model.eval()
    with torch.no_grad():
        correct, test_loss = 0, 0.0
        for waves, labels in test_loader:
            outputs = model(waves.to(device))
            test_loss += criterion(outputs, labels.to(device)).item()
            correct += (outputs.argmax(1).cpu() == labels).sum().item()
    print(
        f"Epoch [{epoch + 1}/{num_epochs}], Loss: {total_loss / len(train_loader):.4f}, "
        f"Test loss: {test_loss / len(test_loader):.4f}, Accuracy: {correct / 400:.3f}"
    )

import json
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(14)


def simulate_records(n, seed):
    """JSON lines as the logger writes them: a label and 128 readings of a vibration sensor."""
    rng = np.random.default_rng(seed)
    t = np.arange(128) / 128
    records = []
    for _ in range(n):
        label = int(rng.integers(4))
        wave = np.sin(2 * np.pi * (4 + 3 * label) * t + rng.uniform(0, 6.28))
        values = 20 + 5 * (wave + rng.normal(0, 1.6, 128))
        records.append(json.dumps({"label": label, "values": [round(v, 4) for v in values]}))
    return records


def parse(record):
    row = json.loads(record)
    values = np.asarray(row["values"])
    spectrum = np.abs(np.fft.rfft(values - values.mean()))[1:41]
    spectrum = (np.log1p(spectrum) - 3.8) / 0.7
    return torch.tensor(spectrum, dtype=torch.float32), row["label"]


class SensorDataset(Dataset):
    def __init__(self, records):
        self.items = records

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return parse(self.items[index])


train_loader = DataLoader(SensorDataset(simulate_records(1600, 0)), batch_size=32, shuffle=True)
valid_loader = DataLoader(SensorDataset(simulate_records(400, 1)), batch_size=100)
model = nn.Sequential(
    nn.Linear(40, 256),
    nn.ReLU(),
    nn.Dropout(0.2),
    nn.Linear(256, 256),
    nn.ReLU(),
    nn.Linear(256, 4),
)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-4, weight_decay=0.01)

for epoch in range(8):
    began = time.perf_counter()
    model.train()
    train_loss = 0.0
    for spectra, labels in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(spectra), labels)
        loss.backward()
        optimizer.step()
        train_loss += loss.item() * len(labels)
    seconds = time.perf_counter() - began
    model.eval()
    hits = 0
    with torch.no_grad():
        for spectra, labels in valid_loader:
            hits += (model(spectra).argmax(1) == labels).sum().item()
    print(f"epoch {epoch}: loss {train_loss / 1600:.4f} acc {hits / 400:.4f} ({seconds:.2f} s)")

import numpy as np
import torch
import torch.nn as nn
from sklearn.datasets import load_digits


def prepare(seed=0):
    digits = load_digits()
    images = (digits.data / 16.0 - 0.5).astype(np.float32)
    labels = digits.target.astype(np.int64)
    order = np.random.default_rng(seed).permutation(len(images))
    images, labels = images[order], labels[order]
    return images[:1400], labels[:1400], images[1400:], labels[1400:]


def evaluate(net, images, labels):
    net.eval()
    with torch.no_grad():
        guess = net(torch.from_numpy(images)).argmax(dim=1).numpy()
    return float((guess == labels).mean())


def train(net, images, labels, val_images, val_labels, epochs=20, batch_size=50):
    rng = np.random.default_rng(1)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-4)
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        order = rng.permutation(len(images))
        images, labels = images[order], labels[order]
        net.train()
        losses = []
        for start in range(0, len(images), batch_size):
            x = torch.from_numpy(images[start : start + batch_size])
            y = torch.from_numpy(labels[start : start + batch_size])
            optimizer.zero_grad()
            loss = loss_fn(net(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        if epoch % 2 == 1:
            acc = evaluate(net, val_images, val_labels)
            print(f"Epoch {epoch + 1}: loss={np.mean(losses):.3f} val_acc={acc:.3f}")


if __name__ == "__main__":
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Linear(64, 32),
        nn.ReLU(),
        nn.Linear(32, 10),
    )
    train(network, *prepare())
